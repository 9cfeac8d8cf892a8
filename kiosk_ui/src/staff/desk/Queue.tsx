import { useRef, useState, type KeyboardEvent, type ReactElement } from "react";
import type { CaseRow, CaseState, Me, TicketRow } from "../../contract";
import * as api from "../api/cases";
import { useStaff } from "../context";
import { useLang, useWords } from "../language";
import { Act, Badge } from "../parts";
import { term } from "../terms";
import { clock, minutes, STATE_KIND } from "../words";
import { useCounter, useServed } from "./drafts";
import { STATES } from "./words";

/** After so many calls somebody counts as a no-show (the robot checks it). */
export const MISSED_AFTER = 3;

const WORDS = {
  de: {
    queue: "Warteschlange",
    filters: "Was die Liste zeigt",
    open: "Offen",
    mine: "Für mich",
    waiting: "Wartet",
    called: "Aufgerufen",
    done: "Heute fertig",
    search: "Nummer suchen",
    service: "Dienst",
    all: "Alle Dienste",
    empty: "Hier ist gerade nichts.",
    number: "Nummer",
    waits: "Wartet",
    state: "Stand",
    openIt: "Öffnen",
    openNamed: (number: string) => `${number} öffnen`,
    min: "Min.",
    since: "seit",
    called_after: (count: number) => `nach ${count} Min. aufgerufen`,
    plain: "nur Nummer",
    by: (who: string) => `bei ${who}`,
    to: (who: string) => `an ${who}`,
    finished: (who: string) => `fertig von ${who}`,
    before: (calls: number) => `schon ${calls === 1 ? "einmal" : `${calls}-mal`} aufgerufen`,
    call: "Aufrufen",
    again: "Noch einmal",
    ready: "Erledigt",
    missed: "Nicht da",
    four: "Vier Augen",
  },
  en: {
    queue: "Queue",
    filters: "What the list shows",
    open: "Open",
    mine: "For me",
    waiting: "Waiting",
    called: "Called",
    done: "Finished today",
    search: "Find number",
    service: "Service",
    all: "All services",
    empty: "Nothing here right now.",
    number: "Number",
    waits: "Waiting",
    state: "State",
    openIt: "Open",
    openNamed: (number: string) => `Open ${number}`,
    min: "min",
    since: "since",
    called_after: (count: number) => `called after ${count} min`,
    plain: "number only",
    by: (who: string) => `with ${who}`,
    to: (who: string) => `to ${who}`,
    finished: (who: string) => `finished by ${who}`,
    before: (calls: number) => `called ${calls === 1 ? "once" : `${calls} times`} already`,
    call: "Call",
    again: "Call again",
    ready: "Done",
    missed: "No-show",
    four: "Four eyes",
  },
};

const FILTERS = ["open", "mine", "waiting", "called", "done"] as const;
export type Filter = (typeof FILTERS)[number];

/** A line of the queue: a case or a plain number. */
export type Line = { kind: "case"; row: CaseRow } | { kind: "ticket"; row: TicketRow };

const CLOSED: ReadonlySet<string> = new Set<CaseState>(["done", "returned", "missed"]);

/** Whether somebody waits for this clerk with it. */
export function forMe({ kind, row }: Line, me: Me): boolean {
  if (kind === "ticket") return row.state === "called" && row.by === me.name;
  if (row.state === "approval") return row.finished_by !== me.name;
  return row.holder === me.name || row.assigned === me.name;
}

/** The lines that a filter, a service and a searched number leave, in the order of the work. */
export function linesOf(
  view: { cases: CaseRow[]; tickets: TicketRow[] },
  me: Me,
  filter: Filter,
  service: string,
  sought: string,
): Line[] {
  const all: Line[] = [
    ...view.cases.map((row): Line => ({ kind: "case", row })),
    ...view.tickets.map((row): Line => ({ kind: "ticket", row })),
  ];
  const wanted = bare(sought);
  const fits = (line: Line) => {
    const { row } = line;
    if (wanted) return bare(row.number).includes(wanted);
    if (service && row.service_id !== service) return false;
    if (filter === "done") return CLOSED.has(row.state);
    if (filter === "mine") return forMe(line, me);
    if (filter === "open") return !CLOSED.has(row.state);
    return row.state === filter;
  };
  return all.filter(fits).toSorted((a, b) => rank(a, me) - rank(b, me) || order(a, b));
}

function bare(number: string): string {
  return number.toUpperCase().replace(/[^A-Z0-9]/g, "");
}

function rank(line: Line, me: Me): number {
  if (!CLOSED.has(line.row.state) && forMe(line, me)) return 0;
  return line.row.state === "waiting" ? 1 : CLOSED.has(line.row.state) ? 3 : 2;
}

/** What waits longest first; what was finished last first. */
function order(a: Line, b: Line): number {
  if (a.kind === "case" && b.kind === "case" && CLOSED.has(a.row.state)) {
    return b.row.changed.localeCompare(a.row.changed);
  }
  return Date.parse(a.row.created) - Date.parse(b.row.created);
}

/** Cases and plain numbers, with filters and a search by number (and by nothing else). */
export function Queue({ opened, open }: { opened: string; open: (id: string) => void }): ReactElement {
  const { view, me } = useStaff();
  const words = useWords(WORDS);
  const [filter, setFilter] = useState<Filter>("open");
  const [sought, setSought] = useState("");
  const [served, setServed] = useServed();
  const list = useRef<HTMLUListElement>(null);
  const services = new Map(
    [...view.cases, ...view.tickets].filter((row) => row.service_id).map((row) => [row.service_id, term(row.service)]),
  );
  const service = services.has(served) ? served : "";
  const lines = linesOf(view, me, filter, service, sought);
  const mine = linesOf(view, me, "mine", "", "").length;
  /** Arrow keys go from line to line. */
  const move = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (!step || !list.current) return;
    const rows = [...list.current.children];
    const here = rows.findIndex((row) => row.contains(document.activeElement));
    const next = rows[here + step]?.querySelector<HTMLElement>("button");
    if (here < 0 || !next) return;
    event.preventDefault();
    next.focus();
  };
  return (
    <section className="kern-card card" aria-labelledby="queue" data-part="queue">
      <h3 id="queue" className="kern-heading-small">
        {words.queue}
      </h3>
      <div className="queue__filters" role="group" aria-label={words.filters}>
        {FILTERS.map((one) => (
          <button
            key={one}
            type="button"
            className="queue__filter"
            data-id={`filter-${one}`}
            aria-pressed={filter === one && !sought}
            onClick={() => {
              setFilter(one);
              setSought("");
            }}
          >
            {words[one]}
            {one === "mine" && mine > 0 && ` (${mine})`}
          </button>
        ))}
      </div>
      <div className="queue__narrow">
        <label className="queue__field">
          <span>{words.search}</span>
          <input
            className="kern-form-input__input"
            data-id="search"
            type="search"
            inputMode="text"
            autoComplete="off"
            maxLength={8}
            value={sought}
            onChange={(event) => setSought(event.target.value)}
          />
        </label>
        {services.size > 1 && (
          <label className="queue__field">
            <span>{words.service}</span>
            <select
              className="kern-form-input__input"
              data-id="service"
              value={service}
              onChange={(event) => setServed(event.target.value)}
            >
              <option value="">{words.all}</option>
              {[...services].map(([id, label]) => (
                <option key={id} value={id}>
                  {label}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      {lines.length === 0 && <p className="kern-body">{words.empty}</p>}
      <ul className="queue" ref={list} onKeyDown={move}>
        {lines.map((line) =>
          line.kind === "case" ? (
            <Case key={line.row.id} row={line.row} opened={line.row.id === opened} open={open} />
          ) : (
            <Ticket key={`t${line.row.number}`} row={line.row} />
          ),
        )}
      </ul>
    </section>
  );
}

function Wait({ row }: { row: CaseRow | TicketRow }): ReactElement {
  const { now } = useStaff();
  const words = useWords(WORDS);
  if (row.state === "waiting") {
    const early = new Date(row.created).toDateString() !== new Date(now).toDateString();
    return (
      <span className="queue__wait">
        {early ? `${words.since} ${clock(row.created, now)}` : `${minutes(row.created, now)} ${words.min}`}
      </span>
    );
  }
  return (
    <span className="queue__wait">
      {row.called ? words.called_after(minutes(row.created, Date.parse(row.called))) : clock(row.created, now)}
    </span>
  );
}

function Case({ row, opened, open }: { row: CaseRow; opened: boolean; open: (id: string) => void }): ReactElement {
  const words = useWords(WORDS);
  const states = STATES[useLang()];
  const who =
    row.state === "approval"
      ? words.finished(row.finished_by)
      : row.assigned
        ? words.to(row.assigned)
        : row.holder
          ? words.by(row.holder)
          : row.state !== "waiting"
            ? row.by
            : row.calls > 0
              ? words.before(row.calls)
              : "";
  return (
    <li
      className="queue__line"
      data-part="case"
      data-id={row.id}
      data-number={row.number}
      data-state={row.state}
      data-holder={row.holder}
      data-opened={opened}
    >
      <strong className="queue__number">{row.number}</strong>
      <span className="queue__service">
        {term(row.service)}
        {row.four_eyes && <span className="by"> · {words.four}</span>}
      </span>
      <Wait row={row} />
      <span className="queue__state">
        <Badge kind={STATE_KIND[row.state]}>{states[row.state]}</Badge>
        {who && <span className="by">{who}</span>}
        {row.place && row.state === "called" && <span className="by">{row.place}</span>}
      </span>
      <span className="queue__acts">
        <Act id="open" onClick={() => open(row.id)} label={words.openNamed(row.number)}>
          {words.openIt}
        </Act>
      </span>
    </li>
  );
}

/** A plain number has nothing to open: it is called, and that is all. */
function Ticket({ row }: { row: TicketRow }): ReactElement {
  const { me, act, busy } = useStaff();
  const words = useWords(WORDS);
  const states = STATES[useLang()];
  const [place] = useCounter();
  const mine = row.state === "called" && row.by === me.name;
  const call = () => void act(() => api.callTicket(row.id, { place }, me.csrf));
  const become = (state: "done" | "missed") =>
    void act(() => api.changeTicket(row.id, { state, was: row.state }, me.csrf));
  return (
    <li className="queue__line" data-part="ticket" data-id={row.id} data-number={row.number} data-state={row.state}>
      <strong className="queue__number">{row.number}</strong>
      <span className="queue__service">
        {term(row.service)} <span className="by">· {words.plain}</span>
      </span>
      <Wait row={row} />
      <span className="queue__state">
        <Badge kind={STATE_KIND[row.state]}>{states[row.state]}</Badge>
        {row.by && <span className="by">{words.by(row.by)}</span>}
        {row.place && row.state === "called" && <span className="by">{row.place}</span>}
      </span>
      <span className="queue__acts">
        {mine && (
          <Act
            id="ticket-done"
            style="primary"
            disabled={busy}
            onClick={() => become("done")}
            label={`${row.number}: ${words.ready}`}
          >
            {words.ready}
          </Act>
        )}
        {mine && row.calls >= MISSED_AFTER && (
          <Act id="ticket-missed" disabled={busy} onClick={() => become("missed")} label={`${row.number}: ${words.missed}`}>
            {words.missed}
          </Act>
        )}
        {(mine || row.state !== "called") && (
          <Act
            id="ticket-call"
            disabled={busy}
            onClick={call}
            label={`${row.number}: ${row.calls ? words.again : words.call}`}
          >
            {row.calls ? words.again : words.call}
          </Act>
        )}
      </span>
    </li>
  );
}
