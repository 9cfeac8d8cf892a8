import { useRef, useState, type FormEvent, type ReactElement } from "react";
import type { EmergencyKind, NewEmergency } from "../contract";
import { announce, withdraw } from "./api/live";
import { useStaff } from "./context";
import { languageName, useHouseWords, when } from "./houseWords";
import { Act } from "./parts";

const KINDS: EmergencyKind[] = ["leave", "closing", "trouble", "own"];
const LANGUAGES = ["leicht", "en", "tr", "uk", "ar", "ru", "pl", "fr"] as const;

/** What stands on all kiosks now, with the way to take it back. */
export function EmergencyNow(): ReactElement | null {
  const { me, view, now, busy, act } = useStaff();
  const words = useHouseWords();
  const notice = view.emergency;
  if (!notice) return null;
  return (
    <section className="emergency-now" data-part="emergency-now" data-kind={notice.kind} role="status">
      <p>
        <strong>
          {words.emergency.stands}: {notice.text || words.emergency.kinds[notice.kind]}
        </strong>
        <span className="by block">{words.emergency.by(notice.by, when(notice.since, now))}</span>
      </p>
      {me.rights.includes("messages") && (
        <Act id="withdraw" style="primary" disabled={busy} onClick={() => void act(() => withdraw(me.csrf))}>
          {words.emergency.withdraw}
        </Act>
      )}
    </section>
  );
}

/** Tells all kiosks something at once: prepared in every language, or in own words. */
export function EmergencyForm(): ReactElement {
  const { me, busy, act } = useStaff();
  const words = useHouseWords();
  const [kind, setKind] = useState<EmergencyKind>("closing");
  const [leaves, setLeaves] = useState(false);
  const sure = useRef<HTMLDialogElement>(null);
  const form = useRef<HTMLFormElement>(null);
  const gone = kind === "leave" || (kind === "own" && leaves);
  const send = async () => {
    if (!form.current) return;
    const data = new FormData(form.current);
    const value = (name: string) => String(data.get(name) ?? "").trim();
    const notice: NewEmergency =
      kind === "own"
        ? {
            kind,
            text: value("text"),
            translations: Object.fromEntries(
              LANGUAGES.map((code) => [code, value(code)]).filter(([, text]) => text !== ""),
            ) as Record<string, string>,
            leave: leaves,
          }
        : { kind };
    if (await act(() => announce(notice, me.csrf))) {
      form.current.reset();
      setKind("closing");
      setLeaves(false);
    }
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (gone) sure.current?.showModal();
    else void send();
  };
  return (
    <section className="kern-card card" aria-labelledby="emergency" data-part="emergency-form">
      <h3 id="emergency" className="kern-heading-small">
        {words.emergency.title}
      </h3>
      <p className="kern-body">{words.emergency.hint}</p>
      <form ref={form} className="stack" onSubmit={submit}>
        <fieldset className="choices">
          <legend className="kern-sr-only">{words.emergency.title}</legend>
          {KINDS.map((one) => (
            <label key={one} className="choice">
              <input
                type="radio"
                name="kind"
                value={one}
                checked={kind === one}
                onChange={() => setKind(one)}
              />
              <span>{words.emergency.kinds[one]}</span>
            </label>
          ))}
        </fieldset>
        {kind === "own" && (
          <>
            <Words label={words.emergency.text} name="text" required />
            <details>
              <summary>{words.emergency.more}</summary>
              <div className="stack">
                {LANGUAGES.map((code) => (
                  <Words key={code} label={words.emergency.in(languageName(code))} name={code} />
                ))}
              </div>
            </details>
            <label className="choice">
              <input type="checkbox" checked={leaves} onChange={(event) => setLeaves(event.target.checked)} />
              <span>{words.emergency.leave}</span>
            </label>
          </>
        )}
        <p className="by">{gone ? words.emergency.leaves : words.emergency.stays}</p>
        <Act id="announce" style="primary" type="submit" disabled={busy}>
          {words.emergency.show}
        </Act>
      </form>
      <dialog ref={sure} className="return" aria-labelledby="sure">
        <div className="stack">
          <p id="sure">{words.emergency.sure}</p>
          <div className="acts">
            <Act
              id="announce-sure"
              style="primary"
              onClick={() => {
                sure.current?.close();
                void send();
              }}
            >
              {words.emergency.yes}
            </Act>
            <Act id="announce-not" onClick={() => sure.current?.close()}>
              {words.emergency.no}
            </Act>
          </div>
        </div>
      </dialog>
    </section>
  );
}

function Words({ label, name, required }: { label: string; name: string; required?: boolean }): ReactElement {
  return (
    <label className="kern-form-input">
      <span className="kern-label">{label}</span>
      <input
        className="kern-form-input__input"
        name={name}
        required={required}
        maxLength={200}
        autoComplete="off"
        lang={name === "text" || name === "leicht" ? "de" : name}
        dir="auto"
      />
    </label>
  );
}
