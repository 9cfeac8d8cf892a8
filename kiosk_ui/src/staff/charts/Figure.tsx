import { useId, useState, type ReactElement, type ReactNode } from "react";
import { useWords } from "../language";

const WORDS = {
  de: { table: "Als Tabelle", csv: "CSV", take: "als CSV-Datei herunterladen", none: "In diesem Zeitraum gibt es nichts zu zeigen." },
  en: { table: "As a table", csv: "CSV", take: "download as a CSV file", none: "There is nothing to show for this period." },
};

interface FigureProps {
  id: string;
  title: string;
  /** One sentence: how to read it. */
  note?: string;
  /** Colours and what they mean. */
  legend?: { tone: "a" | "b" | "c" | "d"; text: string }[];
  /** Above the chart: what to choose. */
  choice?: ReactNode;
  chart?: ReactNode;
  head: string[];
  rows: (string | number)[][];
  csv: string;
}

/** A figure: its chart, or its numbers as a table behind a switch, and a download. */
export function Figure(props: FigureProps): ReactElement {
  const { id, title, note, legend, choice, chart, head, rows, csv } = props;
  const [asTable, setAsTable] = useState(false);
  const words = useWords(WORDS);
  const name = useId();
  const table = asTable || !chart;
  return (
    <section className="kern-card card figure" aria-labelledby={name} data-part="figure" data-id={id}>
      <header className="figure__head">
        <h3 id={name} className="kern-heading-small">
          {title}
        </h3>
        <div className="figure__acts">
          {chart && rows.length > 0 && (
            <button
              type="button"
              className={`kern-btn kern-btn--${asTable ? "secondary" : "tertiary"}`}
              data-id="as-table"
              aria-pressed={asTable}
              aria-label={`${words.table}: ${title}`}
              onClick={() => setAsTable(!asTable)}
            >
              <span className="kern-label">{words.table}</span>
            </button>
          )}
          <a className="kern-link figure__csv" href={csv} download aria-label={`${title}: ${words.take}`} data-id="csv">
            {words.csv}
          </a>
        </div>
      </header>
      {note && <p className="kern-body figure__note">{note}</p>}
      {choice}
      {rows.length === 0 ? (
        <p className="kern-body">{words.none}</p>
      ) : table ? (
        <div className="scroll" tabIndex={0} role="group" aria-labelledby={name}>
          <table className="kern-table table figure__table">
            <thead>
              <tr>
                {head.map((column) => (
                  <th key={column} scope="col">
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row, number) => (
                <tr key={number}>
                  {row.map((cell, at) =>
                    at === 0 ? (
                      <th key={at} scope="row">
                        {cell}
                      </th>
                    ) : (
                      <td key={at}>{cell}</td>
                    ),
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : (
        <>
          {legend && (
            <ul className="figure__legend">
              {legend.map(({ tone, text }) => (
                <li key={tone}>
                  <svg width="16" height="16" aria-hidden="true">
                    <rect className={`chart__tone--${tone}`} width="16" height="16" />
                  </svg>
                  {text}
                </li>
              ))}
            </ul>
          )}
          {chart}
        </>
      )}
    </section>
  );
}
