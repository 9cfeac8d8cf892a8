import { useEffect, useMemo, useState, type ReactElement } from "react";
import type { ContentState, Preview as Found } from "../../contract";
import * as api from "../api/content";
import { useStaff } from "../context";
import { useLang } from "../language";
import { term } from "../terms";
import { Choose, Field } from "./fields";
import type { Document, Editing } from "./useDraft";
import { euros, useContentWords } from "./words";

const LANGUAGES: [string, string][] = [
  ["de", "Deutsch"],
  ["leicht", "Leichte Sprache"],
  ["en", "English"],
  ["tr", "Türkçe"],
  ["uk", "Українська"],
  ["ar", "العربية"],
  ["ru", "Русский"],
  ["pl", "Polski"],
  ["fr", "Français"],
];
const PAUSE_MS = 400;

/** The day that is looked at first: the next one on which the draft holds. */
function firstDay(document: Document, today: string): string {
  const days =
    document.kind === "hours"
      ? [...document.rules.map(({ since }) => since), ...document.days.map(({ day }) => day)]
      : document.kind === "fee"
        ? document.amounts.map(({ since }) => since)
        : document.kind === "office"
          ? []
          : [document.first];
  return days.filter((day) => day >= today).sort().at(-1) ?? today;
}

/** What the kiosk would say and show on a day, beside what it says now. */
export function Preview<D extends Document>({
  state,
  editing,
}: {
  state: ContentState;
  editing: Editing<D>;
}): ReactElement {
  const words = useContentWords();
  const spoken = useLang();
  const { me } = useStaff();
  const { document, draft, fresh, checked } = editing;
  const [chosen, setChosen] = useState("");
  const [time, setTime] = useState("09:00");
  const [tongue, setTongue] = useState("de");
  const service = draft.name?.split(".")[0] ?? "";
  const questions = useMemo(
    () => (document.kind === "fee" ? state.questions.filter((one) => one.service === service) : []),
    [state.questions, document.kind, service],
  );
  const [choices, setChoices] = useState<Record<string, string>>(
    () => state.fees.find(({ name }) => document.kind === "fee" && name === draft.name)?.case ?? {},
  );
  const [found, setFound] = useState<Found | null>(null);
  const day = chosen || firstDay(document, state.today);
  const possible = fresh && checked.faults.length === 0;
  const question = JSON.stringify({ draft, day, time, lang: tongue, choices });
  useEffect(() => {
    if (!possible) return;
    let late = false;
    const waiting = setTimeout(() => {
      api.preview(JSON.parse(question) as Parameters<typeof api.preview>[0], me.csrf).then(
        (answer) => {
          if (!late) setFound(answer);
        },
        () => undefined, // the fields say what is wrong
      );
    }, PAUSE_MS);
    return () => {
      late = true;
      clearTimeout(waiting);
    };
  }, [question, possible, me.csrf, spoken]);
  const difference = found ? (found.after_cents ?? 0) - (found.before_cents ?? 0) : 0;
  return (
    <fieldset className="content__preview" data-part="preview" data-current={possible && found !== null}>
      <legend className="kern-label">{words.preview}</legend>
      <div className="content__row">
        <Field field="preview.day" label={words.day} type="date" value={day} change={setChosen} />
        <Field field="preview.time" label={words.at} type="time" value={time} change={setTime} />
        <Choose id="preview-language" label={words.language} value={tongue} change={setTongue} options={LANGUAGES} />
        {questions.map((one) => (
          <Choose
            key={one.slot}
            id={`preview-${one.slot}`}
            label={term(one.label)}
            value={choices[one.slot] ?? ""}
            change={(value) => setChoices({ ...choices, [one.slot]: value })}
            options={[["", "–"], ...one.choices.map(({ id, label }): [string, string] => [id, term(label)])]}
          />
        ))}
      </div>
      {!possible && checked.faults.length > 0 && <p className="by">{words.notYet}</p>}
      {found && (
        <div className="scroll" tabIndex={0} role="region" aria-label={words.preview}>
          {found.asked && (
            <p>
              {words.asked}: {found.asked}
            </p>
          )}
          {!found.changed && <p data-part="unchanged">{words.same}</p>}
          <table className="table content__said">
            <thead>
              <tr>
                <td />
                <th scope="col">{words.before}</th>
                <th scope="col">{words.after}</th>
              </tr>
            </thead>
            <tbody>
              {found.lines.map(({ what, before, after }) => (
                <tr key={what} data-changed={before !== after}>
                  <th scope="row">{what}</th>
                  <td>{before || "–"}</td>
                  <td>{after || "–"}</td>
                </tr>
              ))}
              {found.after_cents !== null && (
                <tr data-part="difference">
                  <th scope="row">{words.difference}</th>
                  <td />
                  <td>
                    {difference > 0 ? "+" : ""}
                    {euros((difference / 100).toFixed(2))}
                  </td>
                </tr>
              )}
            </tbody>
          </table>
        </div>
      )}
    </fieldset>
  );
}
