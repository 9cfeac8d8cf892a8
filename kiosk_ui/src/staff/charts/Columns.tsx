import type { ReactElement } from "react";
import { Chart } from "./Chart";
import { count, top, type Count } from "./numbers";

export interface Column {
  id: string;
  /** Below the column. */
  label: string;
  value: Count;
  /** The part of it that is drawn darker. */
  inner?: Count;
  said: string;
}

const LEFT = 44;
const BELOW = 28;
const ABOVE = 22;

/** The lines and numbers behind columns and lines. */
export function Grid({ most, width, height }: { most: number; width: number; height: number }): ReactElement {
  return (
    <g aria-hidden="true">
      {[0, 1, 2, 3, 4].map((quarter) => {
        const y = ABOVE + (height - ABOVE - BELOW) * (1 - quarter / 4);
        return (
          <g key={quarter}>
            <line className="chart__line" x1={LEFT} x2={width} y1={y} y2={y} />
            <text className="chart__text chart__text--end" x={LEFT - 8} y={y + 5}>
              {count((most * quarter) / 4)}
            </text>
          </g>
        );
      })}
    </g>
  );
}

/** Where a number stands: x of number `at` of `all`, y of a value. */
export function place(most: number, width: number, height: number, all: number) {
  const wide = (width - LEFT) / Math.max(1, all);
  return {
    wide,
    x: (at: number) => LEFT + wide * (at + 0.5),
    y: (value: number) => ABOVE + (height - ABOVE - BELOW) * (1 - value / most),
    base: height - BELOW,
    /** Every so many labels have room. */
    every: Math.max(1, Math.ceil(56 / wide)),
  };
}

/** Standing columns over hours or minutes. */
export function Columns({ label, columns }: { label: string; columns: Column[] }): ReactElement {
  const most = top(columns.map(({ value }) => value));
  return (
    <Chart
      label={label}
      marks={columns.map(({ said }) => said)}
      height={(width) => (width < 480 ? 220 : 260)}
      draw={({ width, height }, mark) => {
        const at = place(most, width, height, columns.length);
        const thick = Math.min(56, at.wide * 0.72);
        return (
          <>
            <Grid most={most} width={width} height={height} />
            {columns.map((column, number) => {
              const x = at.x(number) - thick / 2;
              const y = at.y(column.value ?? 0);
              const inner = at.y(column.inner ?? 0);
              return (
                <g key={column.id} {...mark(number)}>
                  <rect className="chart__field" x={at.x(number) - at.wide / 2} y={0} width={at.wide} height={height} />
                  <rect className="chart__tone--b" x={x} y={y} width={thick} height={at.base - y} />
                  {column.inner !== undefined && (
                    <rect className="chart__tone--a" x={x} y={inner} width={thick} height={at.base - inner} />
                  )}
                  {thick >= 20 && (
                    <text className="chart__text chart__text--middle" x={at.x(number)} y={y - 6}>
                      {count(column.value)}
                    </text>
                  )}
                  {number % at.every === 0 && (
                    <text className="chart__text chart__text--middle" x={at.x(number)} y={height - 8}>
                      {column.label}
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
