import type { ReactElement } from "react";
import type { ClosureDoc, ContentState, Item } from "../../contract";
import { Act } from "../parts";
import { term } from "../terms";
import { Editor } from "./Editor";
import { Field, Said } from "./fields";
import { Listed } from "./Listed";
import { useDraft } from "./useDraft";
import { dayText, useContentWords } from "./words";

interface Props {
  state: ContentState;
  reload: () => Promise<unknown>;
}

/** What the kiosk says of a bridge day, in its languages. */
const BRIDGE = { reason: "Brückentag", english: "bridge day", plain: "Brückentag" };

/** From … to, as one writes it. */
export function daysText(first: string, last: string): string {
  return first === last ? dayText(first) : `${dayText(first)} – ${dayText(last)}`;
}

/** Days on which the house, or an office, is closed. */
export function Closures({ state, reload }: Props): ReactElement {
  const words = useContentWords();
  const items = state.items
    .filter(({ kind, withdrawn, origin, name, document }) => {
      if (kind !== "closure" || (withdrawn && !(origin === "files" || name.startsWith("file_")))) return false;
      return withdrawn || (document as ClosureDoc).last >= state.today;
    })
    .sort((one, other) => begins(one).localeCompare(begins(other)));
  return (
    <>
      <ul className="plain">
        {items.map((item) => {
          const document = item.document as ClosureDoc | null;
          return (
            <Listed
              key={item.name}
              item={item}
              name={document?.reason ?? ""}
              reload={reload}
              editor={(done) => (
                <OneClosure item={item} begin={document as ClosureDoc} state={state} reload={reload} done={done} />
              )}
            >
              {document && (
                <>
                  <strong>{daysText(document.first, document.last)}</strong> {document.reason}
                  <span className="by block">
                    {document.places.map((place) => placeName(state, place)).join(", ") || words.house}
                    {" · "}
                    {item.by ? words.fromStaff(item.by) : words.fromFiles}
                  </span>
                </>
              )}
            </Listed>
          );
        })}
      </ul>
      <h3 className="kern-heading-small">{words.newClosure}</h3>
      <OneClosure
        item={{ name: "", version: 0 }}
        begin={{ kind: "closure", first: "", last: "", reason: "", english: "", plain: "", places: [] }}
        state={state}
        reload={reload}
      />
    </>
  );
}

function begins({ document }: Item): string {
  return document?.kind === "closure" ? document.first : "9";
}

function placeName(state: ContentState, place: string): string {
  return term(state.items.find(({ kind, name }) => kind === "office" && name === place)?.label ?? place);
}

interface OneProps extends Props {
  item: { name: string; version: number };
  begin: ClosureDoc;
  done?: (() => void) | undefined;
}

function OneClosure({ item, begin, state, reload, done }: OneProps): ReactElement {
  const words = useContentWords();
  const editing = useDraft(item, begin, reload);
  const { document, change } = editing;
  const set = (part: Partial<ClosureDoc>) => change({ ...document, ...part });
  const offices = state.items.filter(({ kind, name }) => kind === "hours" && name !== "house");
  return (
    <Editor state={state} editing={editing} reload={reload} done={done}>
      {!item.name && state.bridges.length > 0 && (
        <div data-part="bridges">
          <p>{words.bridges}</p>
          <div className="acts">
            {state.bridges.map(({ day, says }) => (
              <Act key={day} id={`bridge-${day}`} onClick={() => set({ first: day, last: day, ...BRIDGE })}>
                {dayText(day)} ({term(says)})
              </Act>
            ))}
          </div>
        </div>
      )}
      <div className="content__row">
        <Field
          field="first"
          label={words.first}
          type="date"
          value={document.first}
          change={(first) => set({ first, last: document.last < first ? first : document.last })}
        />
        <Field field="last" label={words.last} type="date" value={document.last} change={(last) => set({ last })} />
      </div>
      <Field field="reason" label={words.reason} max={80} value={document.reason} change={(reason) => set({ reason })} />
      <div className="content__row">
        <Field
          field="english"
          label={words.english}
          max={80}
          value={document.english}
          change={(english) => set({ english })}
        />
        <Field field="plain" label={words.plain} max={80} value={document.plain} change={(plain) => set({ plain })} />
      </div>
      <fieldset className="content__checks">
        <legend className="kern-label">{words.only}</legend>
        {offices.map(({ name, label }) => (
          <label key={name} className="content__check">
            <input
              type="checkbox"
              checked={document.places.includes(name)}
              onChange={(event) =>
                set({
                  places: event.target.checked
                    ? [...document.places, name]
                    : document.places.filter((other) => other !== name),
                })
              }
            />
            {term(label)}
          </label>
        ))}
        <Said field="places" />
      </fieldset>
    </Editor>
  );
}
