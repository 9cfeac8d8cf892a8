import type { ReactElement } from "react";
import type { VisitRow } from "../contract";
import { promiseHelp } from "./api";
import { useStaff } from "./context";
import { languageName, useHouseWords } from "./houseWords";
import { Act, Badge } from "./parts";
import "./styles/house.css";
import { term } from "./terms";
import { minutes } from "./words";

/** Who stands before the kiosks now; who is in danger first, then those who need help. */
export function Visits(): ReactElement {
  const { view } = useStaff();
  const words = useHouseWords();
  const sorted = view.visits.toSorted(
    (a, b) =>
      Number(b.urgent) - Number(a.urgent) || Number(waits(b)) - Number(waits(a)) || a.started.localeCompare(b.started),
  );
  return (
    <section className="kern-card card" aria-labelledby="visits" data-empty={sorted.length === 0}>
      <h3 id="visits" className="kern-heading-small">
        {words.visits}
      </h3>
      {sorted.length === 0 && <p className="kern-body">{words.nobody}</p>}
      <ul className="visits">
        {sorted.map((visit) => (
          <Visit key={visit.id} visit={visit} named />
        ))}
      </ul>
    </section>
  );
}

/** One visit: where it is, how it goes, and what can be done. `named`: with the name of its kiosk. */
export function Visit({ visit, named }: { visit: VisitRow; named?: boolean }): ReactElement {
  const { me, view, now, busy, act, go } = useStaff();
  const words = useHouseWords();
  const kiosk = view.kiosks.find(({ name }) => name === visit.kiosk);
  const away = kiosk !== undefined && !kiosk.here;
  const helps = me.rights.includes("help");
  return (
    <li
      className={`visit ${waits(visit) ? "visit--help" : ""}`}
      data-part="visit"
      data-id={visit.id}
      data-help={visit.needs_help}
      data-urgent={visit.urgent}
    >
      <div className="visit__text">
        {named && <strong>{visit.kiosk}</strong>}
        <span>
          {term(visit.service) || words.noService} · {term(visit.step)}
        </span>
        <span>
          {languageName(visit.language)} · {words.minutes(minutes(visit.started, now))}
        </span>
        {visit.understood !== null && (
          <Badge kind={visit.understood < 0.5 ? "warning" : "info"}>
            {words.understood(Math.round(visit.understood * 100))}
          </Badge>
        )}
        {(visit.needs_help || visit.taken_by) && <span className="visit__help">{helpText(visit, words, now)}</span>}
      </div>
      {helps && !away && (visit.taken_by === "" || visit.taken_by === me.name || waits(visit)) && (
        <div className="visit__acts">
          {waits(visit) && (
            <Act
              id="help"
              style="primary"
              disabled={busy}
              onClick={() => void act(() => promiseHelp(visit.id, me.csrf))}
              label={`${words.come}: ${visit.kiosk}`}
            >
              {words.come}
            </Act>
          )}
          {visit.taken_by === me.name && (
            <Act
              id="resume"
              onClick={() => go(`desk/visit/${visit.id}`)}
              label={`${words.resume}: ${visit.kiosk}`}
            >
              {words.resume}
            </Act>
          )}
          {visit.needs_help && !visit.taken_by && (
            <Act
              id="take-over"
              style={visit.help_accepted_by === me.name ? "primary" : "secondary"}
              onClick={() => go(`desk/visit/${visit.id}`)}
              label={`${words.takeOver}: ${visit.kiosk}`}
            >
              {words.takeOver}
            </Act>
          )}
        </div>
      )}
      {helps && away && kiosk.address && (
        <a className="kern-link visit__link" href={`${kiosk.address}/staff#/desk/visit/${visit.id}`}>
          {words.there}
        </a>
      )}
    </li>
  );
}

function helpText(visit: VisitRow, words: ReturnType<typeof useHouseWords>, now: number): string {
  if (visit.taken_by && !waits(visit)) return words.human(visit.taken_by);
  if (visit.help_accepted_by) return words.humanComes(visit.help_accepted_by);
  const since = visit.help_since ? ` (${words.waits(minutes(visit.help_since, now))})` : "";
  return `${words.needsHelp}${visit.help_reason && `: ${term(visit.help_reason)}`}${since}`;
}

/** Who speaks with somebody in danger from afar is not there to help. */
function waits(visit: VisitRow): boolean {
  return visit.needs_help && !visit.help_accepted_by && (visit.urgent || !visit.taken_by);
}
