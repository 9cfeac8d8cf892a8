import type { ReactElement } from "react";
import type { CaseDetail, Tick } from "../../contract";
import { useStaff } from "../context";
import { useWords } from "../language";
import { Badge } from "../parts";
import { term } from "../terms";
import { clock } from "../words";

const WORDS = {
  de: {
    documents: "Unterlagen",
    counter: "Am Schalter prüfen",
    ifThere: " (nur wenn vorhanden)",
    there: "hat dabei",
    missing: "fehlt noch",
    unsaid: "nicht angegeben",
    seen: "Original gesehen",
    done: (ticked: number, all: number) => `${ticked} von ${all} geprüft`,
  },
  en: {
    documents: "Documents",
    counter: "To be checked at the counter",
    ifThere: " (only if there is one)",
    there: "brought",
    missing: "still missing",
    unsaid: "not stated",
    seen: "Original seen",
    done: (ticked: number, all: number) => `${ticked} of ${all} checked`,
  },
};

interface Props {
  detail: CaseDetail;
  /** Whether this clerk may tick now. */
  may: boolean;
  tick: (ticked: Tick) => void;
}

/** What to see in the original and to do in person; each tick is stored with who and when. */
export function Checks({ detail, may, tick }: Props): ReactElement {
  const words = useWords(WORDS);
  const all = detail.documents.length + detail.counter.length;
  return (
    <>
      <h4 className="kern-heading-small">
        {words.documents}{" "}
        <span className="by count" data-part="checked">
          {words.done(detail.checks.length, all)}
        </span>
      </h4>
      <ul className="plain">
        {detail.documents.map((document) => (
          <li key={document.id} className="line" data-document={document.id} data-brought={document.brought}>
            <Box
              item={`document:${document.id}`}
              label={term(document.label) + (document.required ? "" : words.ifThere)}
              law={document.law ? `${words.seen} · ${document.law}` : words.seen}
              {...{ detail, may, tick }}
            />
            <Badge kind={document.brought ? "success" : document.brought === false ? "danger" : "info"}>
              {document.brought ? words.there : document.brought === false ? words.missing : words.unsaid}
            </Badge>
          </li>
        ))}
      </ul>
      {detail.counter.length > 0 && (
        <>
          <h4 className="kern-heading-small">{words.counter}</h4>
          <ul className="plain" data-part="counter">
            {detail.counter.map((check) => (
              <li key={check.id} className="line" data-counter={check.id}>
                <Box item={`counter:${check.id}`} label={term(check.label)} law={check.law} {...{ detail, may, tick }} />
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function Box({ item, label, law, detail, may, tick }: Props & { item: string; label: string; law: string }) {
  const { now, busy } = useStaff();
  const ticked = detail.checks.find((check) => check.item === item);
  return (
    <label className="tick">
      <input
        type="checkbox"
        data-id={`tick:${item}`}
        checked={ticked !== undefined}
        disabled={!may || busy}
        onChange={(event) => tick({ item, ticked: event.target.checked })}
      />
      <span>
        {label}
        {law && <span className="by block">{law}</span>}
        {ticked && (
          <span className="by block" data-part="ticked">
            ✓ {ticked.by}, {clock(ticked.at, now)}
          </span>
        )}
      </span>
    </label>
  );
}
