import type { ReactElement } from "react";
import { Chart } from "./Chart";
import { count, type Count } from "./numbers";

const ROW = 34;
const HEAD = 28;
const LEVELS = 5;

interface HeatProps {
  label: string;
  rows: { id: string; label: string; said: string }[];
  columns: { id: string; label: string; said: string }[];
  cells: Count[][];
  /** "visits": what is counted. */
  unit: string;
}

/** A field of numbers, darker where there are more. */
export function Heat({ label, rows, columns, cells, unit }: HeatProps): ReactElement {
  const most = Math.max(1, ...cells.flat().map((value) => value ?? 0));
  const left = 44;
  const level = (value: Count) => (value === 0 ? 0 : Math.max(1, Math.ceil(((value ?? 1) / most) * LEVELS)));
  return (
    <Chart
      label={label}
      least={left + columns.length * 38}
      marks={rows.flatMap((row, y) =>
        columns.map((column, x) => `${row.said}, ${column.said}: ${count(cells[y]?.[x] ?? null)} ${unit}`),
      )}
      height={() => HEAD + rows.length * ROW}
      draw={({ width }, mark) => {
        const wide = (width - left) / Math.max(1, columns.length);
        return (
          <>
            {columns.map((column, x) => (
              <text key={column.id} className="chart__text chart__text--middle" x={left + wide * (x + 0.5)} y={18} aria-hidden="true">
                {column.label}
              </text>
            ))}
            {rows.map((row, y) => (
              <g key={row.id}>
                <text className="chart__text" x={2} y={HEAD + ROW * y + 22} aria-hidden="true">
                  {row.label}
                </text>
                {columns.map((column, x) => {
                  const value = cells[y]?.[x] ?? null;
                  return (
                    <g key={column.id} {...mark(y * columns.length + x)}>
                      <rect
                        className={`chart__heat chart__heat--${level(value)}`}
                        x={left + wide * x + 1}
                        y={HEAD + ROW * y + 1}
                        width={wide - 2}
                        height={ROW - 2}
                      />
                      <text
                        className={`chart__text chart__text--middle chart__on--${level(value)}`}
                        x={left + wide * (x + 0.5)}
                        y={HEAD + ROW * y + 22}
                      >
                        {value === 0 ? "" : count(value)}
                      </text>
                    </g>
                  );
                })}
              </g>
            ))}
          </>
        );
      }}
    />
  );
}
