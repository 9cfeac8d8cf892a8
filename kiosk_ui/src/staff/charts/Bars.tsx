import type { ReactElement } from "react";
import { Chart } from "./Chart";
import type { Count } from "./numbers";

/** A part of a bar; `tone` chooses its colour, and its hatching for those who see no colours. */
export interface Segment {
  value: Count;
  tone: "a" | "b" | "c" | "d";
}

export interface Bar {
  id: string;
  label: string;
  segments: Segment[];
  /** What stands beside the bar. */
  value: string;
  /** The whole in one sentence. */
  said: string;
}

const ROW = 50;
const BAR = 20;

/** Lying bars, each with its name above it and its value beside it: names of any length, panes of any width. */
export function Bars({ label, bars }: { label: string; bars: Bar[] }): ReactElement {
  const sum = (bar: Bar) => bar.segments.reduce((all, { value }) => all + (value ?? 0), 0);
  const most = Math.max(1, ...bars.map(sum));
  const room = Math.max(...bars.map(({ value }) => value.length), 3) * 8.6 + 12;
  return (
    <Chart
      label={label}
      marks={bars.map(({ said }) => said)}
      height={() => bars.length * ROW}
      draw={({ width }, mark) =>
        bars.map((bar, row) => {
          const scale = Math.max(20, width - room) / most;
          let x = 0;
          return (
            <g key={bar.id} {...mark(row)} transform={`translate(0 ${row * ROW})`}>
              <rect className="chart__field" width={width} height={ROW} />
              <text className="chart__text" x={2} y={18}>
                {bar.label}
              </text>
              {bar.segments.map(({ value, tone }) => {
                const from = x;
                const wide = (value ?? 0) * scale;
                x += wide;
                return <rect key={tone} className={`chart__tone--${tone}`} x={from} y={25} width={wide} height={BAR} />;
              })}
              <text className="chart__text chart__text--value" x={x + 8} y={41}>
                {bar.value}
              </text>
            </g>
          );
        })
      }
    />
  );
}
