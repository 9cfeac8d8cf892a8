import type { ReactElement } from "react";
import type { CaseDetail, FieldDifference, FieldValue, Segment } from "../../contract";
import { useLang, useWords } from "../language";
import { Badge } from "../parts";
import { term } from "../terms";
import { DIFFERENCES, PROVENANCES } from "./words";

const WORDS = {
  de: {
    fields: "Angaben",
    field: "Feld",
    value: "Wert",
    origin: "Herkunft",
    here: "Antrag",
    read: "Gelesen",
    check: (count: number) => (count === 1 ? "1 Angabe weicht ab" : `${count} Angaben weichen ab`),
    same: "Alles, was gelesen wurde, stimmt mit dem Antrag überein.",
    why: "Schreibweise",
  },
  en: {
    fields: "Details",
    field: "Field",
    value: "Value",
    origin: "Origin",
    here: "Application",
    read: "Read",
    check: (count: number) => (count === 1 ? "1 detail differs" : `${count} details differ`),
    same: "Everything that was read agrees with the application.",
    why: "Spelling",
  },
};

/** What is worth a second look, before anything else. */
export function Alarming({ detail }: { detail: CaseDetail }): ReactElement | null {
  const words = useWords(WORDS);
  const alarming = detail.differences.filter(({ kind }) => kind === "changed");
  if (alarming.length === 0) {
    const read = detail.fields.some(({ provenance }) => /^(mrz|chip|eid|code)/.test(provenance));
    return read ? (
      <p className="same" data-part="no-differences">
        {words.same}
      </p>
    ) : null;
  }
  const labels = new Map(detail.fields.map((field) => [field.id, term(field.label)]));
  return (
    <div className="differences" data-part="differences">
      <strong>{words.check(alarming.length)}</strong>
      <ul>
        {alarming.map((difference) => (
          <li key={difference.field}>
            <span className="by block">{labels.get(difference.field)}</span>
            <Compared difference={difference} />
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The application's value above, what was read below, and what is different marked in both. */
function Compared({ difference }: { difference: FieldDifference }): ReactElement {
  const words = useWords(WORDS);
  return (
    <dl className="compared" data-kind={difference.kind}>
      <dt>{words.here}</dt>
      <dd>
        <Marked segments={difference.value} />
      </dd>
      <dt>{words.read}</dt>
      <dd>
        <Marked segments={difference.original} />
      </dd>
    </dl>
  );
}

function Marked({ segments }: { segments: Segment[] }): ReactElement {
  return (
    <>
      {segments.map(({ text, changed }, index) =>
        changed ? <mark key={index}>{text}</mark> : <span key={index}>{text}</span>,
      )}
    </>
  );
}

/** Every field with its value and where it comes from, in its groups. */
export function Fields({ detail }: { detail: CaseDetail }): ReactElement {
  const words = useWords(WORDS);
  const groups = Map.groupBy(detail.fields, (field) => field.group);
  const differences = new Map(detail.differences.map((difference) => [difference.field, difference]));
  return (
    <>
      {[...groups].map(([group, fields]) => (
        <div key={group}>
          <h4 className="kern-heading-small">{term(group) || words.fields}</h4>
          <table className="table table--fields">
            <thead className="kern-sr-only">
              <tr>
                <th scope="col">{words.field}</th>
                <th scope="col">{words.value}</th>
                <th scope="col">{words.origin}</th>
              </tr>
            </thead>
            <tbody>
              {fields.map((field) => (
                <Row key={field.id} field={field} difference={differences.get(field.id)} />
              ))}
            </tbody>
          </table>
        </div>
      ))}
    </>
  );
}

function Row({ field, difference }: { field: FieldValue; difference: FieldDifference | undefined }): ReactElement {
  const words = useWords(WORDS);
  const spoken = useLang();
  const alarming = difference?.kind === "changed";
  return (
    <tr
      data-field-row={field.id}
      data-provenance={field.provenance}
      data-difference={difference?.kind}
      className={alarming ? "alarming" : undefined}
    >
      <th scope="row">{term(field.label)}</th>
      <td>
        <span data-part="value">{field.value || "–"}</span>
        {alarming && <Compared difference={difference} />}
        {alarming && <span className="by block">{DIFFERENCES[spoken].changed}</span>}
        {difference && !alarming && (
          <details className="why">
            <summary>
              {words.why}: {field.original}
            </summary>
            <span className="by">{DIFFERENCES[spoken][difference.kind]}</span>
          </details>
        )}
      </td>
      <td>
        <Badge kind={alarming ? "warning" : "info"}>{PROVENANCES[spoken][field.provenance]}</Badge>
      </td>
    </tr>
  );
}
