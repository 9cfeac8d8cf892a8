import { useState, type FormEvent, type ReactElement } from "react";
import type { Cause, ClosingRow, MessageRow, NewClosing, NewMessage } from "../contract";
import { Act, Badge } from "./parts";
import { CAUSES, clock, day } from "./words";

interface Props {
  messages: MessageRow[];
  closing: ClosingRow | null;
  /** Whether this account may close the kiosk. */
  leads: boolean;
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
  const { messages, closing, leads, busy, now, remove, open } = props;
  return (
    <section className="kern-card card" aria-labelledby="kiosk">
      <h2 id="kiosk" className="kern-heading-small">
        Kiosk
      </h2>
      {closing ? (
        <div className="line" data-part="closing">
          <span>
            <Badge kind="warning">geschlossen</Badge> {CAUSES[closing.cause]}
            <span className="by block">
              {closing.note && `${closing.note} · `}
              {closing.by}, {clock(closing.since, now)}
            </span>
          </span>
          {leads && (
            <Act id="open-kiosk" style="primary" onClick={open} disabled={busy}>
              Wieder öffnen
            </Act>
          )}
        </div>
      ) : (
        <div className="line">
          <span>
            <Badge kind="success">in Betrieb</Badge>
          </span>
        </div>
      )}
      {leads && !closing && <CloseForm {...props} />}
      <h3 className="kern-label">Meldungen</h3>
      {messages.length === 0 && <p className="kern-body">Auf dem Kiosk steht keine Meldung von Ihnen.</p>}
      <ul className="plain">
        {messages.map((message) => (
          <li key={message.id} className="line" data-part="message" data-id={message.id}>
            <span>
              {message.text}
              <span className="by block">
                {day(message.first)} bis {day(message.last)} · {message.by}
              </span>
            </span>
            <Act id="remove" onClick={() => remove(message.id)} disabled={busy} label={`Wegnehmen: ${message.text}`}>
              Wegnehmen
            </Act>
          </li>
        ))}
      </ul>
      <MessageForm {...props} />
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
      <summary>Neue Meldung</summary>
      <form className="stack" onSubmit={(event) => void submit(event)}>
        <Line label="Meldung" name="text" required />
        <Line label="auf Englisch (freiwillig)" name="english" />
        <Line label="in Leichter Sprache (freiwillig)" name="plain" />
        <div className="acts">
          <Day label="von" name="first" start={today} />
          <Day label="bis" name="last" start={today} />
        </div>
        <Act id="show-message" style="primary" type="submit" disabled={busy}>
          Auf dem Kiosk zeigen
        </Act>
      </form>
    </details>
  );
}

function CloseForm({ close, busy }: Props): ReactElement {
  const [cause, setCause] = useState<Cause>("maintenance");
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const note = String(new FormData(event.currentTarget).get("note") ?? "").trim();
    await close({ cause, note });
  };
  return (
    <details data-part="close-kiosk">
      <summary>Kiosk schließen</summary>
      <form className="stack" onSubmit={(event) => void submit(event)}>
        <p className="kern-body">
          Wer gerade davor steht, wird noch zu Ende bedient. Danach zeigt der Kiosk den Grund und wohin man gehen kann.
        </p>
        <label className="kern-form-input">
          <span className="kern-label">Grund</span>
          <select
            className="kern-form-input__input"
            name="cause"
            value={cause}
            onChange={(event) => setCause(event.target.value as Cause)}
          >
            {Object.entries(CAUSES).map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <Line label="Hinweis für Besucher (freiwillig)" name="note" />
        <Act id="close-kiosk" type="submit" disabled={busy}>
          Schließen
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
