import { useState, type ReactElement } from "react";
import type { ContentState, Hours as Span, HoursDoc, Item, Week } from "../../contract";
import { useStaff } from "../context";
import { Act } from "../parts";
import { term } from "../terms";
import { Editor } from "./Editor";
import { Choose, Field, Said } from "./fields";
import { useDraft } from "./useDraft";
import { dayText, useContentWords, type Words } from "./words";

type Weekday = keyof Week;
const WEEKDAYS: Weekday[] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const WORKDAYS: Weekday[] = ["tue", "wed", "thu", "fri"];
const EMPTY: Week = { mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] };
const MOST_SPANS = 6;

interface Props {
  state: ContentState;
  reload: () => Promise<unknown>;
}

/** Opening hours of the house and of each office: as a rule, and on single days. */
export function Hours({ state, reload }: Props): ReactElement {
  const words = useContentWords();
  const items = state.items.filter(({ kind }) => kind === "hours");
  const [name, setName] = useState("house");
  return (
    <>
      <Choose
        id="place"
        label={words.place}
        value={name}
        change={setName}
        options={items.map((item): [string, string] => [item.name, term(item.label) || words.house])}
      />
      {items.map((item) => (
        <div key={item.name} hidden={item.name !== name}>
          <OfHours item={item} state={state} reload={reload} />
        </div>
      ))}
    </>
  );
}

/** How a day's spans read. */
function spansText(spans: Span[], words: Words): string {
  return spans.map(({ start, end }) => `${start}–${end}`).join(", ") || words.closed;
}

function OfHours({ item, state, reload }: Props & { item: Item }): ReactElement {
  const words = useContentWords();
  const editing = useDraft(item, item.document as HoursDoc, reload);
  const { document, change } = editing;
  const facts = state.weeks.find(({ name }) => name === item.name);
  const house = state.weeks.find(({ name }) => name === "house");
  const now = facts?.now ?? house?.now ?? EMPTY;
  const rule = (at: number, part: Partial<HoursDoc["rules"][number]>) =>
    change({ ...document, rules: document.rules.map((one, n) => (n === at ? { ...one, ...part } : one)) });
  const special = (at: number, part: Partial<HoursDoc["days"][number]>) =>
    change({ ...document, days: document.days.map((one, n) => (n === at ? { ...one, ...part } : one)) });
  return (
    <Editor state={state} editing={editing} reload={reload}>
      <div>
        <h3 className="kern-label">{words.today}</h3>
        {facts?.now === null && <p className="by">{words.asHouse}</p>}
        <ul className="content__week">
          {WEEKDAYS.map((day) => (
            <li key={day}>
              <span className="by">{words.days[day]}</span> {spansText(now[day], words)}
            </li>
          ))}
        </ul>
      </div>
      <Earlier item={item} now={now} today={state.today} document={document} save={editing.save} />
      {document.rules.map((one, at) => (
        <fieldset key={at} className="content__rule" data-rule={at}>
          <legend className="kern-label">{words.sinceDay(dayText(one.since))}</legend>
          {one.since <= state.today && item.document && at < (item.document as HoursDoc).rules.length ? (
            <WeekText week={one.week} />
          ) : (
            <>
              <Field
                field={`rules.${at}.since`}
                label={words.since}
                type="date"
                min={state.today}
                value={one.since}
                change={(since) => rule(at, { since })}
              />
              {item.name !== "house" && (
                <label className="content__check">
                  <input
                    type="checkbox"
                    checked={one.week === null}
                    onChange={(event) => rule(at, { week: event.target.checked ? null : now })}
                  />
                  {words.asHouse}
                </label>
              )}
              {one.week && <WeekFields at={`rules.${at}.week`} week={one.week} change={(week) => rule(at, { week })} />}
              <Said field={`rules.${at}.week`} />
              <Act
                id={`remove-rule-${at}`}
                style="tertiary"
                label={`${words.remove}: ${words.sinceDay(dayText(one.since))}`}
                onClick={() => change({ ...document, rules: document.rules.filter((_, n) => n !== at) })}
              >
                {words.remove}
              </Act>
            </>
          )}
        </fieldset>
      ))}
      <div className="acts">
        <Act
          id="new-rule"
          onClick={() => change({ ...document, rules: [...document.rules, { since: state.today, week: now }] })}
        >
          {words.newRule}
        </Act>
      </div>
      <fieldset className="content__rule">
        <legend className="kern-label">{words.special}</legend>
        {document.days.map((one, at) =>
          one.day < state.today ? null : (
            <div key={at} className="content__row" data-day={at}>
              <Field
                field={`days.${at}.day`}
                label={words.day}
                type="date"
                min={state.today}
                value={one.day}
                change={(day) => special(at, { day })}
              />
              <Spans
                at={`days.${at}.hours`}
                label={dayText(one.day)}
                spans={one.hours}
                change={(hours) => special(at, { hours })}
              />
              <Field
                field={`days.${at}.note`}
                label={words.note}
                value={one.note}
                change={(note) => special(at, { note })}
              />
              <Act
                id={`remove-day-${at}`}
                style="tertiary"
                label={`${words.remove}: ${dayText(one.day)}`}
                onClick={() => change({ ...document, days: document.days.filter((_, n) => n !== at) })}
              >
                {words.remove}
              </Act>
            </div>
          ),
        )}
        <Act
          id="new-day"
          onClick={() =>
            change({
              ...document,
              days: [...document.days, { day: "", hours: [{ start: "08:00", end: "12:00" }], note: "" }],
            })
          }
        >
          {words.addSpecial}
        </Act>
      </fieldset>
    </Editor>
  );
}

function WeekText({ week }: { week: Week | null }): ReactElement {
  const words = useContentWords();
  if (!week) return <p>{words.asHouse}</p>;
  return (
    <ul className="content__week">
      {WEEKDAYS.map((day) => (
        <li key={day}>
          <span className="by">{words.days[day]}</span> {spansText(week[day], words)}
        </li>
      ))}
    </ul>
  );
}

function WeekFields({ at, week, change }: { at: string; week: Week; change: (week: Week) => void }): ReactElement {
  const words = useContentWords();
  return (
    <div className="content__days">
      {WEEKDAYS.map((day) => (
        <div key={day} className="content__day" role="group" aria-label={words.days[day]} data-weekday={day}>
          <span className="content__dayname">{words.days[day]}</span>
          <Spans
            at={`${at}.${day}`}
            label={words.days[day]}
            spans={week[day]}
            change={(spans) => change({ ...week, [day]: spans })}
          />
          {day === "mon" && (
            <Act
              id="copy-monday"
              style="tertiary"
              label={`${words.days.mon}: ${words.copyDown}`}
              onClick={() => change({ ...week, ...Object.fromEntries(WORKDAYS.map((other) => [other, week.mon])) })}
            >
              {words.copyDown}
            </Act>
          )}
        </div>
      ))}
    </div>
  );
}

interface SpansProps {
  at: string;
  label: string;
  spans: Span[];
  change: (spans: Span[]) => void;
}

/** The spans of a day. */
function Spans({ at, label, spans, change }: SpansProps): ReactElement {
  const words = useContentWords();
  const put = (which: number, part: Partial<Span>) =>
    change(spans.map((one, n) => (n === which ? { ...one, ...part } : one)));
  return (
    <div className="content__spans">
      {spans.length === 0 && <span className="by">{words.closed}</span>}
      {spans.map((span, n) => (
        <div key={n} className="content__span">
          {(["start", "end"] as const).map((part) => (
            <Field
              key={part}
              field={`${at}.${n}.${part}`}
              type="time"
              label={part === "start" ? words.from : words.to}
              name={`${label} ${part === "start" ? words.from : words.to}, ${n + 1}`}
              value={span[part]}
              change={(value) => put(n, { [part]: value })}
            />
          ))}
          <Act
            id="remove-span"
            style="tertiary"
            label={`${words.removeSpan}: ${label} ${span.start}–${span.end}`}
            onClick={() => change(spans.filter((_, other) => other !== n))}
          >
            ×
          </Act>
        </div>
      ))}
      {spans.length < MOST_SPANS && (
        <Act
          id="add-span"
          style="tertiary"
          label={`${words.addSpan}: ${label}`}
          onClick={() => change([...spans, { start: spans.length ? "14:00" : "08:00", end: spans.length ? "16:00" : "12:00" }])}
        >
          + {words.addSpan}
        </Act>
      )}
      <Said field={at} />
    </div>
  );
}

interface EarlierProps {
  item: Item;
  now: Week;
  today: string;
  document: HoursDoc;
  save: (document: HoursDoc) => Promise<boolean>;
}

/** "Today we close earlier": a time, and one click. */
function Earlier({ item, now, today, document, save }: EarlierProps): ReactElement {
  const words = useContentWords();
  const { busy, now: clock } = useStaff();
  const weekday = WEEKDAYS[(new Date(`${today}T12:00:00`).getDay() + 6) % 7] as Weekday;
  const standing = document.days.find(({ day }) => day === today);
  const spans = standing?.hours ?? now[weekday];
  const next = new Date(Math.ceil(clock / 1_800_000) * 1_800_000);
  const half = `${String(next.getHours()).padStart(2, "0")}:${String(next.getMinutes()).padStart(2, "0")}`;
  const first = spans[0];
  const last = spans.at(-1);
  const usual = first && last ? (half > first.start && half < last.end ? half : first.end) : half;
  const [typed, setTyped] = useState("");
  if (!first || !last) return <p className="by">{words.closedToday}</p>;
  const end = typed || usual;
  const cut = spans.filter(({ start }) => start < end).map((span) => ({ ...span, end: span.end < end ? span.end : end }));
  const others = document.days.filter(({ day }) => day !== today);
  const close = () => void save({ ...document, days: [...others, { day: today, hours: cut, note: words.earlierNote }] });
  return (
    <div className="content__row content__earlier" role="group" aria-label={words.earlier} data-part="earlier">
      <Field
        field={`earlier.${item.name}`}
        label={words.earlierAt}
        type="time"
        value={end}
        change={setTyped}
      />
      <Act id="close-earlier" onClick={close} disabled={busy || cut.length === 0 || end >= last.end}>
        {words.earlierDo}
      </Act>
    </div>
  );
}
