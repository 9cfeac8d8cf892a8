import { useEffect, useState, type FormEvent, type ReactElement } from "react";
import type { AuditPage, AuditResult, CaseState, HarmKind } from "../../contract";
import * as api from "../api/accounts";
import { ACTS } from "../auditWords";
import { useStaff } from "../context";
import { STATES } from "../desk/words";
import { Choice, Line } from "../fields";
import { useLang, useWords } from "../language";
import { Act } from "../parts";
import "../styles/accounts.css";

const HARM: { de: Record<HarmKind, string>; en: Record<HarmKind, string> } = {
  de: {
    changed: "wurde geändert",
    removed: "wurde entfernt",
    reordered: "steht nicht an seinem Platz",
    appended: "wurde von Fremden angehängt",
    replaced: "gehört zu einem anderen Protokoll",
    seal: "ist nicht vom Siegel gedeckt: Es wurde geändert oder entfernt",
  },
  en: {
    changed: "was changed",
    removed: "was removed",
    reordered: "is not in its place",
    appended: "was appended by somebody else",
    replaced: "is of another log",
    seal: "is not covered by the seal: it was changed or removed",
  },
};
const WORDS = {
  de: {
    title: "Protokoll",
    who: "Wer",
    what: "Was",
    everything: "alles",
    subject: "Kennung (Vorgang, Besuch, Konto)",
    first: "von",
    last: "bis",
    find: "Suchen",
    file: "Als CSV herunterladen",
    verify: "Protokoll prüfen",
    sound: (count: number, seal: string) => `Unversehrt: ${count} Einträge. Siegel des letzten: ${count}:${seal}`,
    broken: (number: number, harm: string) => `Beschädigt: Eintrag ${number} ${harm}.`,
    total: (count: number) => (count === 1 ? "1 Eintrag" : `${count} Einträge`),
    number: "Nr.",
    at: "Wann",
    about: "Kennung",
    detail: "Einzelheiten",
    newer: "Neuere",
    older: "Ältere",
    page: (page: number, pages: number) => `Seite ${page} von ${pages}`,
    looked: "Auch dieses Nachsehen steht im Protokoll.",
  },
  en: {
    title: "Audit log",
    who: "Who",
    what: "What",
    everything: "everything",
    subject: "Id (case, visit, account)",
    first: "from",
    last: "until",
    find: "Search",
    file: "Download as CSV",
    verify: "Verify the log",
    sound: (count: number, seal: string) => `Sound: ${count} entries. Seal of the last: ${count}:${seal}`,
    broken: (number: number, harm: string) => `Broken: entry ${number} ${harm}.`,
    total: (count: number) => (count === 1 ? "1 entry" : `${count} entries`),
    number: "No.",
    at: "When",
    about: "Id",
    detail: "Details",
    newer: "Newer",
    older: "Older",
    page: (page: number, pages: number) => `Page ${page} of ${pages}`,
    looked: "This look is in the log, too.",
  },
};
/** How the log writes a change of state. */
const STATE = /^[a-z]+>[a-z]+$/;
const NOTHING: api.Filter = { who: "", what: "", subject: "", first: "", last: "" };

/** The audit log: looked through, checked, taken along. */
export function Audit(): ReactElement {
  const words = useWords(WORDS);
  const harm = useWords(HARM);
  const acts = useWords(ACTS);
  const states = useWords(STATES);
  const spoken = useLang();
  const { me, busy, act, attempt } = useStaff();
  const [[filter, page], setAsked] = useState<[api.Filter, number]>([NOTHING, 1]);
  const [found, setFound] = useState<AuditPage | null>(null);
  const [result, setResult] = useState<AuditResult | null>(null);
  useEffect(() => {
    let current = true;
    void attempt(() => api.audit(filter, page)).then((rows) => current && rows && setFound(rows));
    return () => {
      current = false;
    };
  }, [filter, page, attempt]);
  const find = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const value = (name: keyof api.Filter) => String(data.get(name) ?? "").trim();
    setAsked([
      { who: value("who"), what: value("what"), subject: value("subject"), first: value("first"), last: value("last") },
      1,
    ]);
  };
  const names = Object.entries(acts).sort(([, a], [, b]) => a.localeCompare(b, spoken));
  const when = (iso: string) =>
    new Date(iso).toLocaleString(spoken === "de" ? "de-DE" : "en-GB", { dateStyle: "short", timeStyle: "medium" });
  return (
    <div className="accounts" data-part="audit">
      <h2 className="kern-heading-medium">{words.title}</h2>
      <section className="kern-card card">
        <form className="audit__filter" onSubmit={find}>
          <Line label={words.who} name="who" maxLength={80} autoComplete="off" />
          <Choice label={words.what} name="what" options={[["", words.everything], ...names]} />
          <Line label={words.subject} name="subject" maxLength={64} autoComplete="off" />
          <Line label={words.first} name="first" type="date" />
          <Line label={words.last} name="last" type="date" />
          <div className="acts">
            <Act id="find" style="primary" type="submit">
              {words.find}
            </Act>
            <a className="kern-btn kern-btn--secondary" data-id="csv" href={api.auditFile(filter)} download="audit.csv">
              <span className="kern-label">{words.file}</span>
            </a>
            <Act
              id="verify"
              onClick={() => void act(async () => setResult(await api.verifyAudit(me.csrf)))}
              disabled={busy}
            >
              {words.verify}
            </Act>
          </div>
        </form>
        <p role="status" data-part="verified" data-sound={result?.sound} className={result ? "notes" : undefined}>
          {result &&
            (result.harm
              ? words.broken(result.number, harm[result.harm])
              : words.sound(result.count, result.seal))}
        </p>
      </section>
      {found && (
        <section className="kern-card card" data-part="entries" data-total={found.total}>
          <p className="by">
            {words.total(found.total)}. {words.looked}
          </p>
          <div className="scroll" tabIndex={0} role="region" aria-label={words.title}>
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">{words.number}</th>
                  <th scope="col">{words.at}</th>
                  <th scope="col">{words.who}</th>
                  <th scope="col">{words.what}</th>
                  <th scope="col">{words.about}</th>
                  <th scope="col">{words.detail}</th>
                </tr>
              </thead>
              <tbody>
                {found.rows.map((row) => (
                  <tr key={row.seq} data-part="entry" data-what={row.what}>
                    <th scope="row">{row.seq}</th>
                    <td>{when(row.at)}</td>
                    <td>{row.who}</td>
                    <td>{acts[row.what] ?? row.what}</td>
                    <td>
                      <code>{row.subject}</code>
                    </td>
                    <td>
                      {STATE.test(row.detail) ? (
                        row.detail.split(">").map((state) => states[state as CaseState] ?? state).join(" → ")
                      ) : (
                        <code>{row.detail}</code>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {found.pages > 1 && (
            <div className="acts audit__paging">
              <Act id="newer" onClick={() => setAsked([filter, page - 1])} disabled={page <= 1}>
                {words.newer}
              </Act>
              <span>{words.page(found.page, found.pages)}</span>
              <Act id="older" onClick={() => setAsked([filter, page + 1])} disabled={page >= found.pages}>
                {words.older}
              </Act>
            </div>
          )}
        </section>
      )}
    </div>
  );
}
