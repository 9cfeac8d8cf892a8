import type { ReactElement } from "react";
import type { CaseRow, DeviceRow, ShredRow, TicketRow, VisitRow } from "../contract";
import { Act, Badge } from "./parts";
import { clock, deviceState, language, minutes, OUTCOMES, STATE_KIND, STATES, WIPED } from "./words";

/** Who stands before a kiosk now; those who need help first. */
export function Visits({ visits, now, help }: { visits: VisitRow[]; now: number; help: (id: string) => void }) {
  const sorted = visits.toSorted((a, b) => Number(waits(b)) - Number(waits(a)) || a.started.localeCompare(b.started));
  return (
    <section className="kern-card card" aria-labelledby="visits">
      <h2 id="visits" className="kern-heading-small">
        Laufende Besuche
      </h2>
      {sorted.length === 0 && <p className="kern-body">Gerade ist niemand da.</p>}
      <ul className="visits">
        {sorted.map((visit) => (
          <li
            key={visit.id}
            className={`visit ${waits(visit) ? "visit--help" : ""}`}
            data-part="visit"
            data-id={visit.id}
            data-help={visit.needs_help}
          >
            <div className="visit__text">
              <strong>{visit.kiosk}</strong>
              <span>
                {visit.service || "noch kein Anliegen"} · {visit.step}
              </span>
              <span>
                {language(visit.language)} · seit {minutes(visit.started, now)} Min.
              </span>
              {visit.needs_help && (
                <span className="visit__help">
                  {visit.help_accepted_by
                    ? `${visit.help_accepted_by} kommt`
                    : `Braucht Hilfe${visit.help_reason && `: ${visit.help_reason}`}`}
                </span>
              )}
            </div>
            {waits(visit) && (
              <Act id="help" style="primary" onClick={() => help(visit.id)} label={`Ich komme: ${visit.kiosk}`}>
                Ich komme
              </Act>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function waits(visit: VisitRow): boolean {
  return visit.needs_help && !visit.help_accepted_by;
}

interface CasesProps {
  cases: CaseRow[];
  tickets: TicketRow[];
  opened: string;
  now: number;
  open: (id: string) => void;
}

/** What waits first, then what was called, then the rest; the oldest first. */
const ORDER = { waiting: 0, called: 1, returned: 2, done: 3 } as const;

/** The queue: cases, then plain numbers, which have nothing to open. */
export function Cases({ cases, tickets, opened, now, open }: CasesProps): ReactElement {
  const sorted = cases.toSorted((a, b) => ORDER[a.state] - ORDER[b.state] || a.created.localeCompare(b.created));
  return (
    <section className="kern-card card" aria-labelledby="cases">
      <h2 id="cases" className="kern-heading-small">
        Vorgänge
      </h2>
      {sorted.length === 0 && tickets.length === 0 ? (
        <p className="kern-body">Es wartet kein Vorgang.</p>
      ) : (
        <div className="scroll" tabIndex={0} role="group" aria-labelledby="cases">
          <table className="kern-table table table--cases">
            <thead>
              <tr>
                <th scope="col">Nummer</th>
                <th scope="col">Dienst</th>
                <th scope="col">Wartet</th>
                <th scope="col">Stand</th>
                <th scope="col">
                  <span className="kern-sr-only">Öffnen</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {sorted.map((row) => (
                <tr
                  key={row.id}
                  data-part="case"
                  data-id={row.id}
                  data-number={row.number}
                  data-state={row.state}
                  className={row.id === opened ? "opened" : ""}
                >
                  <th scope="row" className="number">
                    {row.number}
                  </th>
                  <td>{row.service}</td>
                  <td>
                    {row.state === "waiting" ? `${minutes(row.created, now)} Min.` : `seit ${clock(row.changed, now)}`}
                  </td>
                  <td>
                    <Badge kind={STATE_KIND[row.state]}>{STATES[row.state]}</Badge>
                    {row.by && <span className="by"> {row.by}</span>}
                    {row.reason && <span className="by block">{row.reason}</span>}
                  </td>
                  <td>
                    <Act id="open" onClick={() => open(row.id)} label={`${row.number} öffnen`}>
                      Öffnen
                    </Act>
                  </td>
                </tr>
              ))}
              {tickets.map((ticket) => (
                <tr key={ticket.number} data-part="ticket" data-number={ticket.number}>
                  <th scope="row" className="number">
                    {ticket.number}
                  </th>
                  <td>{ticket.service}</td>
                  <td>seit {clock(ticket.created, now)}</td>
                  <td>
                    <Badge kind="info">nur Nummer</Badge>
                  </td>
                  <td />
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

/** The devices and how they are. */
export function Devices({ devices }: { devices: DeviceRow[] }): ReactElement {
  return (
    <section className="kern-card card" aria-labelledby="devices">
      <h2 id="devices" className="kern-heading-small">
        Geräte
      </h2>
      <ul className="plain">
        {devices.map((device) => {
          const { text, kind } = deviceState(device.state);
          return (
            <li key={device.name} className="line" data-part="device" data-id={device.name} data-state={device.state}>
              <span>
                {device.label}
                {device.detail && <span className="by block">{device.detail}</span>}
              </span>
              <Badge kind={kind}>{text}</Badge>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** Proof that the data of ended visits is gone. */
export function Shreds({ shreds, now }: { shreds: ShredRow[]; now: number }): ReactElement {
  return (
    <section className="kern-card card" aria-labelledby="shreds">
      <h2 id="shreds" className="kern-heading-small">
        Löschprotokoll
      </h2>
      {shreds.length === 0 && <p className="kern-body">Noch kein Besuch ist zu Ende.</p>}
      <ul className="plain">
        {shreds.map((shred) => (
          <li key={shred.visit} className="line" data-part="shred" data-id={shred.visit}>
            <span>
              {clock(shred.ended, now)} · {OUTCOMES[shred.outcome] ?? shred.outcome}
              <span className="by block">Gelöscht: {shred.wiped.map((kind) => WIPED[kind] ?? kind).join(", ") || "es gab nichts zu löschen"}</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
