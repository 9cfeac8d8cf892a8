import { useState, type ReactElement } from "react";
import { term } from "../terms";
import type { ContentState, Item, OfficeDoc } from "../../contract";
import { Editor } from "./Editor";
import { Choose, Field } from "./fields";
import { useDraft } from "./useDraft";
import { useContentWords } from "./words";

interface Props {
  state: ContentState;
  reload: () => Promise<unknown>;
}

/** Where offices and other places are, the way there, and how they are reached. */
export function Offices({ state, reload }: Props): ReactElement {
  const words = useContentWords();
  const items = state.items.filter(({ kind }) => kind === "office");
  const [name, setName] = useState(items[0]?.name ?? "");
  const item = items.find((one) => one.name === name);
  return (
    <>
      <Choose
        id="office"
        label={words.place}
        value={name}
        change={setName}
        options={items.map((one): [string, string] => [one.name, term(one.label)])}
      />
      {items.map((one) => (
        <div key={one.name} hidden={one !== item}>
          <OneOffice item={one} state={state} reload={reload} />
        </div>
      ))}
    </>
  );
}

function OneOffice({ item, state, reload }: Props & { item: Item }): ReactElement {
  const words = useContentWords();
  const editing = useDraft(item, item.document as OfficeDoc, reload);
  const { document, change } = editing;
  const set = (part: Partial<OfficeDoc>) => change({ ...document, ...part });
  const floor = item.name.startsWith("floor_");
  return (
    <Editor state={state} editing={editing} reload={reload}>
      {!floor && (
        <>
          <Field field="room" label={words.room} max={40} value={document.room} change={(room) => set({ room })} />
          {document.room && state.rooms.length > 0 && <p className="by">{words.rooms(state.rooms.join(", "))}</p>}
        </>
      )}
      <Field field="way" label={words.way} max={400} lines value={document.way} change={(way) => set({ way })} />
      <div className="content__row">
        <Field
          field="english"
          label={`${words.way}, ${words.english}`}
          max={400}
          lines
          value={document.english}
          change={(english) => set({ english })}
        />
        <Field
          field="plain"
          label={`${words.way}, ${words.plain}`}
          max={400}
          lines
          value={document.plain}
          change={(plain) => set({ plain })}
        />
      </div>
      {!floor && (
        <div className="content__row">
          <Field
            field="phone"
            label={words.phone}
            type="tel"
            max={40}
            value={document.phone}
            change={(phone) => set({ phone })}
          />
          <Field
            field="email"
            label={words.email}
            type="email"
            max={80}
            value={document.email}
            change={(email) => set({ email })}
          />
          <Field field="web" label={words.web} type="url" value={document.web} change={(web) => set({ web })} />
        </div>
      )}
    </Editor>
  );
}
