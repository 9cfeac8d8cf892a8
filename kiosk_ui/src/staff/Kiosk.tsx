import { useState, type FormEvent, type ReactElement } from "react";
import type { Cause, ClosingRow, MessageRow, NewClosing, NewMessage } from "../contract";
import { causeName, useHouseWords, when } from "./houseWords";
import { lang, useWords } from "./language";
import { Act, Badge } from "./parts";
import { CAUSES } from "./words";

const WORDS = {
  de: {
    kiosk: "Dieser Kiosk",
    closed: "geschlossen",
    open: "in Betrieb",
    reopen: "Wieder öffnen",
    messages: "Meldungen auf dem ersten Bildschirm",
    none: "Auf dem Kiosk steht keine Meldung von Ihnen.",
    until: "bis",
    remove: "Wegnehmen",
    newMessage: "Neue Meldung",
    message: "Meldung",
    english: "auf Englisch (freiwillig)",
    plain: "in Leichter Sprache (freiwillig)",
    from: "von",
    show: "Auf dem Kiosk zeigen",
    closing: "Kiosk schließen",
    hint: "Wer gerade davor steht, wird noch zu Ende bedient. Danach zeigt der Kiosk den Grund und wohin man gehen kann.",
    cause: "Grund",
    note: "Hinweis für Besucher (freiwillig)",
    close: "Schließen",
  },
  en: {
    kiosk: "This kiosk",
    closed: "closed",
    open: "in service",
    reopen: "Open again",
    messages: "Messages on the first screen",
    none: "There is no message of yours on the kiosk.",
    until: "until",
    remove: "Take away",
    newMessage: "New message",
    message: "Message (in German)",
    english: "in English (optional)",
    plain: "in easy-to-read German (optional)",
    from: "from",
    show: "Show on the kiosk",
    closing: "Close the kiosk",
    hint: "Whoever is there is still served. After that the kiosk shows the reason and where one can go.",
    cause: "Reason",
    note: "Note for visitors (optional, in German)",
    close: "Close",
  },
};

/** An ISO day as "7. Februar 2026"; other texts stay. */
function day(iso: string): string {
  const at = new Date(`${iso}T12:00:00`);
  const form = lang() === "de" ? "de-DE" : "en-GB";
  return Number.isNaN(at.getTime()) ? iso : at.toLocaleDateString(form, { dateStyle: "long" });
}

interface Props {
  messages: MessageRow[];
  closing: ClosingRow | null;
  /** Whether this account may close the kiosk. */
  leads: boolean;
  /** Whether it may write messages (yes, unless told otherwise). */
  writes?: boolean;
  busy: boolean;
  now: number;
  /** Both say whether it was done: what was written stays when it was not. */
  show: (message: NewMessage) => Promise<boolean>;
  close: (closing: NewClosing) => Promise<boolean>;
  remove: (id: string) => void;
  open: () => void;
}

/** What stands on the kiosk's first screen, and whether it serves anybody. */
export function Kiosk(props: Props): ReactElement {
  const { messages, closing, leads, writes = true, busy, now, remove, open } = props;
  const words = useWords(WORDS);
  const houseWords = useHouseWords();
  return (
    <section className="kern-card card" aria-labelledby="kiosk">
      <h3 id="kiosk" className="kern-heading-small">
        {words.kiosk}
      </h3>
      {closing ? (
        <div className="line" data-part="closing">
          <span>
            <Badge kind="warning">{words.closed}</Badge> {causeName(houseWords, closing.cause)}
            <span className="by block">
              {closing.note && `${closing.note} · `}
              {closing.by}, {when(closing.since, now)}
            </span>
          </span>
          {leads && (
            <Act id="open-kiosk" style="primary" onClick={open} disabled={busy}>
              {words.reopen}
            </Act>
          )}
        </div>
      ) : (
        <div className="line">
          <span>
            <Badge kind="success">{words.open}</Badge>
          </span>
        </div>
      )}
      {leads && !closing && <CloseForm {...props} />}
      <h4 className="kern-label">{words.messages}</h4>
      {messages.length === 0 && <p className="kern-body">{words.none}</p>}
      <ul className="plain">
        {messages.map((message) => (
          <li key={message.id} className="line" data-part="message" data-id={message.id}>
            <span>
              {message.text}
              <span className="by block">
                {day(message.first)}
                {message.last !== message.first && ` ${words.until} ${day(message.last)}`} · {message.by}
              </span>
            </span>
            {writes && (
              <Act id="remove" onClick={() => remove(message.id)} disabled={busy} label={`${words.remove}: ${message.text}`}>
                {words.remove}
              </Act>
            )}
          </li>
        ))}
      </ul>
      {writes && <MessageForm {...props} />}
    </section>
  );
}

/** The town's day as an input of type "date" has it. */
function dayOf(now: number): string {
  const at = new Date(now);
  return `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, "0")}-${String(at.getDate()).padStart(2, "0")}`;
}

function MessageForm({ show, busy, now }: Props): ReactElement {
  const today = dayOf(now);
  const words = useWords(WORDS);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const data = new FormData(form);
    const value = (name: string) => String(data.get(name) ?? "").trim();
    const message = { text: value("text"), english: value("english"), plain: value("plain") };
    if (await show({ ...message, first: value("first"), last: value("last") })) form.reset();
  };
  return (
    <details data-part="new-message">
      <summary>{words.newMessage}</summary>
      <form className="stack" onSubmit={(event) => void submit(event)}>
        <Line label={words.message} name="text" required />
        <Line label={words.english} name="english" />
        <Line label={words.plain} name="plain" />
        <div className="acts">
          <Day label={words.from} name="first" start={today} />
          <Day label={words.until} name="last" start={today} />
        </div>
        <Act id="show-message" style="primary" type="submit" disabled={busy}>
          {words.show}
        </Act>
      </form>
    </details>
  );
}

function CloseForm({ close, busy }: Props): ReactElement {
  const words = useWords(WORDS);
  const houseWords = useHouseWords();
  const [cause, setCause] = useState<Cause>("maintenance");
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const note = String(new FormData(event.currentTarget).get("note") ?? "").trim();
    await close({ cause, note });
  };
  return (
    <details data-part="close-kiosk">
      <summary>{words.closing}</summary>
      <form className="stack" onSubmit={(event) => void submit(event)}>
        <p className="kern-body">
          {words.hint}
        </p>
        <label className="kern-form-input">
          <span className="kern-label">{words.cause}</span>
          <select
            className="kern-form-input__input"
            name="cause"
            value={cause}
            onChange={(event) => setCause(event.target.value as Cause)}
          >
            {Object.keys(CAUSES).map((value) => (
              <option key={value} value={value}>
                {causeName(houseWords, value)}
              </option>
            ))}
          </select>
        </label>
        <Line label={words.note} name="note" />
        <Act id="close-kiosk" type="submit" disabled={busy}>
          {words.close}
        </Act>
      </form>
    </details>
  );
}

function Line({ label, name, required }: { label: string; name: string; required?: boolean }): ReactElement {
  return (
    <label className="kern-form-input">
      <span className="kern-label">{label}</span>
      <input className="kern-form-input__input" name={name} required={required} maxLength={200} autoComplete="off" />
    </label>
  );
}

function Day({ label, name, start }: { label: string; name: string; start: string }): ReactElement {
  return (
    <label className="kern-form-input">
      <span className="kern-label">{label}</span>
      <input className="kern-form-input__input" name={name} type="date" defaultValue={start} required />
    </label>
  );
}
