import { useEffect, useRef, useState, type FormEvent, type ReactElement } from "react";
import type { CaseDetail, CaseState } from "../contract";
import { copyAddress } from "./api";
import { Act, Badge } from "./parts";
import { clock, day, euro, language, PROVENANCE, STATE_KIND, STATES } from "./words";

interface Props {
  detail: CaseDetail;
  now: number;
  busy: boolean;
  change: (state: CaseState, reason: string) => void;
  print: () => void;
  close: () => void;
}

/** A whole case; its buttons are those that fit its state. */
export function CaseView({ detail, now, busy, change, print, close }: Props): ReactElement {
  const { row } = detail;
  const heading = useRef<HTMLHeadingElement>(null);
  const [returning, setReturning] = useState(false);
  useEffect(() => heading.current?.focus(), [row.id]);
  const groups = Map.groupBy(detail.fields, (field) => field.group);
  return (
    <section
      className="kern-card card detail"
      data-part="case-detail"
      data-id={row.id}
      data-state={row.state}
      aria-labelledby="case-title"
      onKeyDown={(event) => {
        if (event.key === "Escape" && !returning) close();
      }}
    >
      <header className="detail__head">
        <div>
          <h2 id="case-title" className="kern-heading-medium" tabIndex={-1} ref={heading}>
            {row.number}
          </h2>
          <p className="kern-body">
            {row.service} · {language(detail.language)} · abgegeben {clock(row.created, now)}
          </p>
          <p className="state">
            <Badge kind={STATE_KIND[row.state]}>{STATES[row.state]}</Badge>
            {row.by && <span className="by">{row.by}</span>}
            {row.reason && <span className="by">{row.reason}</span>}
          </p>
        </div>
        <Act id="close" style="tertiary" onClick={close}>
          Schließen
        </Act>
      </header>
      <div className="acts">
        {row.state !== "called" && (
          <Act id="call" style="primary" disabled={busy} onClick={() => change("called", "")}>
            Aufrufen
          </Act>
        )}
        {(row.state === "waiting" || row.state === "called") && (
          <Act id="done" style={row.state === "called" ? "primary" : "secondary"} disabled={busy} onClick={() => change("done", "")}>
            Erledigt
          </Act>
        )}
        {row.state !== "returned" && (
          <Act id="return" disabled={busy} onClick={() => setReturning(true)}>
            Zurückgeben …
          </Act>
        )}
        <Act id="print" disabled={busy} onClick={print}>
          Ticket erneut drucken
        </Act>
      </div>
      {detail.notes.length > 0 && (
        <ul className="notes" data-part="notes">
          {detail.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
      {[...groups].map(([group, fields]) => (
        <div key={group} className="scroll">
          <h3 className="kern-heading-small">{group || "Angaben"}</h3>
          <table className="table table--fields">
            <thead className="kern-sr-only">
              <tr>
                <th scope="col">Feld</th>
                <th scope="col">Wert</th>
                <th scope="col">Herkunft</th>
              </tr>
            </thead>
            <tbody>
              {fields.map((field) => (
                <tr key={field.id} data-field-row={field.id} data-provenance={field.provenance}>
                  <th scope="row">{field.label}</th>
                  <td>
                    <span data-part="value">{field.value || "–"}</span>
                    {field.original && field.original !== field.value && (
                      <span className="by block">gelesen wurde: {field.original}</span>
                    )}
                  </td>
                  <td>
                    <Badge kind={field.provenance.endsWith("_edited") ? "warning" : "info"}>
                      {PROVENANCE[field.provenance]}
                    </Badge>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ))}
      <h3 className="kern-heading-small">Unterlagen</h3>
      <ul className="plain">
        {detail.documents.map((document) => (
          <li key={document.id} className="line" data-document={document.id} data-brought={document.brought}>
            <span>
              {document.label}
              {!document.required && " (nur wenn vorhanden)"}
              {document.law && <span className="by block">{document.law}</span>}
            </span>
            <Badge kind={document.brought ? "success" : document.brought === false ? "danger" : "info"}>
              {document.brought ? "hat dabei" : document.brought === false ? "fehlt noch" : "nicht angegeben"}
            </Badge>
          </li>
        ))}
      </ul>
      {detail.counter.length > 0 && (
        <>
          <h3 className="kern-heading-small">Am Schalter prüfen</h3>
          <ul className="plain" data-part="counter">
            {detail.counter.map((check) => (
              <li key={check.id} className="line" data-counter={check.id}>
                <span>
                  {check.label}
                  {check.law && <span className="by block">{check.law}</span>}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
      {detail.copies.length > 0 && (
        <>
          <h3 className="kern-heading-small">Kopien</h3>
          <ul className="plain" data-part="copies">
            {detail.copies.map((copy) => (
              <li key={copy.id} className="line" data-copy={copy.id} data-state={copy.state}>
                <span>
                  {copy.label}
                  <span className="by block">
                    {copy.pages === 1 ? "1 Seite" : `${copy.pages} Seiten`}, {copy.dpi} Punkte pro Zoll
                    {copy.identity && ` · mit Einwilligung, nur für: ${copy.purpose}`}
                  </span>
                  {copy.state === "failed" && (
                    <span className="by block">
                      Die Kopie konnte nicht erstellt werden. Bitte lassen Sie sich das Original zeigen.
                    </span>
                  )}
                </span>
                {copy.state === "ready" ? (
                  <a
                    className="kern-link"
                    data-act="open-copy"
                    href={copyAddress(row.id, copy.id)}
                    target="_blank"
                    rel="noopener"
                  >
                    Öffnen
                  </a>
                ) : (
                  <Badge kind={copy.state === "failed" ? "danger" : "info"}>
                    {copy.state === "failed" ? "fehlt" : "wird erstellt"}
                  </Badge>
                )}
              </li>
            ))}
          </ul>
        </>
      )}
      <h3 className="kern-heading-small">Gebühren</h3>
      <ul className="plain" data-part="fees">
        {detail.fees.map((fee) => (
          <li key={fee.id} className="line" data-part="fee">
            <span>
              {fee.label}
              <span className="by block">
                {fee.law}
                {fee.since && `, gültig seit ${day(fee.since)}`}
              </span>
            </span>
            <span className="amount">{euro(fee.cents)}</span>
          </li>
        ))}
        <li className="line total" data-part="total">
          <span>Gesamt</span>
          <span className="amount">{euro(detail.total_cents)}</span>
        </li>
      </ul>
      <h3 className="kern-heading-small">Verlauf</h3>
      <ol className="plain" data-part="trail">
        {detail.trail.map((event, index) => (
          <li key={`${index} ${event.at}`} className="line">
            <span>
              {clock(event.at, now)} · {event.who} · {event.what}
              {event.detail && <span className="by block">{event.detail}</span>}
            </span>
          </li>
        ))}
      </ol>
      {returning && (
        <Return
          number={row.number}
          cancel={() => setReturning(false)}
          confirm={(reason) => {
            setReturning(false);
            change("returned", reason);
          }}
        />
      )}
    </section>
  );
}

interface ReturnProps {
  number: string;
  confirm: (reason: string) => void;
  cancel: () => void;
}

/** Asks why a case goes back. */
function Return({ number, confirm, cancel }: ReturnProps): ReactElement {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const box = dialog.current;
    box?.showModal();
    return () => box?.close();
  }, []);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const reason = String(new FormData(event.currentTarget).get("reason")).trim();
    if (reason) confirm(reason);
  };
  return (
    <dialog ref={dialog} className="return" aria-labelledby="return-title" onCancel={cancel}>
      <form onSubmit={submit}>
        <h2 id="return-title" className="kern-heading-small">
          {number} zurückgeben
        </h2>
        <label className="kern-form-input">
          <span className="kern-label">Grund (steht im Verlauf)</span>
          <textarea className="kern-form-input__input reason" name="reason" required maxLength={500} rows={4} autoFocus />
        </label>
        <div className="acts">
          <Act id="confirm-return" style="primary" type="submit">
            Zurückgeben
          </Act>
          <Act id="cancel-return" style="tertiary" onClick={cancel}>
            Abbrechen
          </Act>
        </div>
      </form>
    </dialog>
  );
}
