import type { ReactElement } from "react";
import type { ContentState, NoticeDoc } from "../../contract";
import { Act } from "../parts";
import { daysText } from "./Closures";
import { Editor } from "./Editor";
import { Field } from "./fields";
import { Listed } from "./Listed";
import { useDraft } from "./useDraft";
import { useContentWords } from "./words";

interface Props {
  state: ContentState;
  reload: () => Promise<unknown>;
}

/** The messages of the kiosks' first screen, planned from one day to another. */
export function Notices({ state, reload }: Props): ReactElement {
  const words = useContentWords();
  const items = state.items.filter(
    ({ kind, document }) => kind === "notice" && (!document || (document as NoticeDoc).last >= state.today),
  );
  return (
    <>
      {items.length === 0 && <p>{words.noNotice}</p>}
      <ul className="plain">
        {items.map((item) => {
          const document = item.document as NoticeDoc | null;
          return (
            <Listed
              key={item.name}
              item={item}
              name={document?.text ?? ""}
              reload={reload}
              editor={(done) => (
                <OneNotice item={item} begin={document as NoticeDoc} state={state} reload={reload} done={done} />
              )}
            >
              {document && (
                <>
                  {document.text}
                  <span className="by block">
                    {`${daysText(document.first, document.last)} · `}
                    {item.by ? words.fromStaff(item.by) : words.fromFiles}
                  </span>
                </>
              )}
            </Listed>
          );
        })}
      </ul>
      <h3 className="kern-heading-small">{words.newNotice}</h3>
      <OneNotice
        item={{ name: "", version: 0 }}
        begin={{ kind: "notice", text: "", english: "", plain: "", first: state.today, last: state.today }}
        state={state}
        reload={reload}
      />
    </>
  );
}

/** A day some days later, ISO 8601. */
function later(day: string, days: number): string {
  const at = new Date(`${day}T12:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

interface OneProps extends Props {
  item: { name: string; version: number };
  begin: NoticeDoc;
  done?: (() => void) | undefined;
}

function OneNotice({ item, begin, state, reload, done }: OneProps): ReactElement {
  const words = useContentWords();
  const editing = useDraft(item, begin, reload);
  const { document, change } = editing;
  const set = (part: Partial<NoticeDoc>) => change({ ...document, ...part });
  return (
    <Editor state={state} editing={editing} reload={reload} done={done}>
      <Field field="text" label={words.text} value={document.text} change={(text) => set({ text })} />
      <div className="content__row">
        <Field field="english" label={words.english} value={document.english} change={(english) => set({ english })} />
        <Field field="plain" label={words.plain} value={document.plain} change={(plain) => set({ plain })} />
      </div>
      <div className="content__row">
        <Field field="first" label={words.first} type="date" value={document.first} change={(first) => set({ first })} />
        <Field field="last" label={words.last} type="date" value={document.last} change={(last) => set({ last })} />
        <Act id="just-today" style="tertiary" onClick={() => set({ first: state.today, last: state.today })}>
          {words.justToday}
        </Act>
        <Act
          id="one-week"
          style="tertiary"
          onClick={() => set({ last: later(document.first || state.today, 6), first: document.first || state.today })}
        >
          {words.week}
        </Act>
      </div>
    </Editor>
  );
}
