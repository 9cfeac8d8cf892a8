import { useEffect, useMemo, useRef, useState, type ReactElement } from "react";
import type { FiguresReport } from "../../contract";
import { csvAddress, figures, xlsxAddress, type FigureChoice } from "../api/figures";
import {
  Cross,
  Funnels,
  Hours,
  Languages,
  Outages,
  OverTime,
  Sentences,
  Services,
  Thumbs,
  Waiting,
  Ways,
} from "../charts/figures";
import { Filters } from "../charts/Filters";
import { moment } from "../charts/numbers";
import { Tiles } from "../charts/Tiles";
import { WORDS } from "../charts/words";
import { useStaff } from "../context";
import { useDrawn, useLang, useWords } from "../language";
import { Act } from "../parts";
import { labelled } from "../terms";
import "../styles/figures.css";

const FIRST: FigureChoice = { period: "month", first: "", last: "", kiosk: "", service: "", language: "" };

/** What was counted: no figure is about a person. */
export function Figures(): ReactElement {
  const words = useWords(WORDS);
  const { attempt, tell } = useStaff();
  const [choice, setChoice] = useState(FIRST);
  const [counted, setCounted] = useState<FiguresReport | null>(null);
  const spoken = useLang();
  const drawn = useDrawn();
  const report = useMemo(() => labelled(counted), [counted, spoken, drawn]);
  const asked = useRef(0);
  useEffect(() => {
    if (choice.period === "range" && !(choice.first && choice.last)) return;
    // whoever chooses fast sees what was chosen last
    const mine = ++asked.current;
    void attempt(() => figures(choice)).then((found) => {
      if (mine === asked.current && found) setCounted(found);
    });
  }, [choice, attempt]);
  const choose = (next: FigureChoice) => {
    tell("");
    // from a period to its days: they are there to be changed
    const open = next.period === "range" && !next.first && report;
    setChoice(open ? { ...next, first: report.days.first, last: report.days.last } : next);
  };
  const days = ({ first, last }: { first: string; last: string }) => words.days(moment(first), moment(last));
  const shown = report && { report, csv: (table: string) => csvAddress(choice, table) };
  return (
    <div className="figures" data-part="figures">
      <header className="figures__head">
        <div>
          <h2 className="kern-heading-medium">{words.title}</h2>
          {report && (
            <p className="figures__days" data-part="days">
              <strong>{days(report.days)}</strong> {words.compared(days(report.before))}
            </p>
          )}
        </div>
        <div className="figures__acts">
          <a className="kern-btn kern-btn--secondary" href={xlsxAddress(choice)} download data-id="xlsx">
            <span className="kern-label">{words.xlsx}</span>
          </a>
          <Act id="print" style="tertiary" onClick={() => window.print()}>
            {words.print}
          </Act>
        </div>
      </header>
      <Filters choice={choice} report={report} choose={choose} />
      <p className="figures__note">{words.anonymous}</p>
      {report?.few && (
        <p className="kern-body figures__few" role="status">
          {words.few}
        </p>
      )}
      {shown && !report.few && (
        <>
          <Tiles report={report} />
          <div className="figures__top">
            <OverTime {...shown} />
            <Hours {...shown} />
          </div>
          <div className="figures__all">
            <Services {...shown} />
            <Funnels {...shown} />
            <Waiting {...shown} />
            <Languages {...shown} />
            <Ways {...shown} />
            <Thumbs {...shown} />
            <Outages {...shown} />
            <Sentences {...shown} />
          </div>
          <Cross {...shown} />
        </>
      )}
    </div>
  );
}
