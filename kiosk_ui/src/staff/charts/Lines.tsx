import type { ReactElement } from "react";
import { Chart } from "./Chart";
import { Grid, place } from "./Columns";
import { top, type Count } from "./numbers";

export interface Point {
  id: string;
  label: string;
  upper: Count;
  lower: Count;
  said: string;
}

/** Two lines over days or months: dots on the one, squares on the other. */
export function Lines({ label, points }: { label: string; points: Point[] }): ReactElement {
  const most = top(points.map(({ upper }) => upper));
  return (
    <Chart
      label={label}
      marks={points.map(({ said }) => said)}
      height={(width) => (width < 480 ? 220 : 280)}
      draw={({ width, height }, mark) => {
        const at = place(most, width, height, points.length);
        const path = (value: (point: Point) => Count) =>
          points.map((point, number) => `${at.x(number)},${at.y(value(point) ?? 0)}`).join(" ");
        return (
          <>
            <Grid most={most} width={width} height={height} />
            <polyline className="chart__stroke--b" points={path(({ upper }) => upper)} />
            <polyline className="chart__stroke--a" points={path(({ lower }) => lower)} />
            {points.map((point, number) => {
              const x = at.x(number);
              return (
                <g key={point.id} {...mark(number)}>
                  <rect className="chart__field" x={x - at.wide / 2} y={0} width={at.wide} height={height} />
                  <circle className="chart__dot--b" cx={x} cy={at.y(point.upper ?? 0)} r={4} />
                  <rect className="chart__dot--a" x={x - 3.5} y={at.y(point.lower ?? 0) - 3.5} width={7} height={7} />
                  {number % at.every === 0 && (
                    <text className="chart__text chart__text--middle" x={x} y={height - 8}>
                      {point.label}
                    </text>
                  )}
                </g>
              );
            })}
          </>
        );
      }}
    />
  );
}
