import { useEffect, useState, type ReactElement, type ReactNode } from "react";
import type { ContentState } from "../../contract";
import { useStaff } from "../context";
import { Act } from "../parts";
import { Remarks } from "./fields";
import { History } from "./History";
import { Preview } from "./Preview";
import type { Document, Editing } from "./useDraft";
import { useContentWords } from "./words";

interface Props<D extends Document> {
  state: ContentState;
  editing: Editing<D>;
  children: ReactNode;
  /** Whether what stands there can be saved as it is, without having been changed. */
  ready?: boolean;
  reload: () => Promise<unknown>;
  done?: (() => void) | undefined;
}

/** Around the fields of one thing: what is wrong, saving, what the kiosk will say, and who changed what. */
export function Editor<D extends Document>({ state, editing, children, ready, reload, done }: Props<D>): ReactElement {
  const words = useContentWords();
  const { busy } = useStaff();
  const { draft, dirty, checked, overtaken } = editing;
  const [saving, setSaving] = useState(false);
  const [saved, setSaved] = useState(false);
  const wrong = checked.faults.length;
  const general = checked.faults.filter(({ field }) => field === "" || field === "amounts");
  useEffect(() => {
    if (dirty) setSaved(false);
  }, [dirty]);
  const save = async () => {
    setSaving(true);
    const good = await editing.save();
    setSaving(false);
    setSaved(good);
    if (good) done?.();
  };
  return (
    <Remarks value={checked}>
      <form
        className="stack"
        data-part="editor"
        data-name={draft.name}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {overtaken && (
          <div className="problem content__conflict" role="alert" data-part="conflict">
            <div>
              <p>{overtaken.says}</p>
              {overtaken.newest && (
                <>
                  <p>{words.theirs}</p>
                  <ul className="content__changes">
                    {overtaken.newest.changes.map((one) => (
                      <li key={one}>{one}</li>
                    ))}
                  </ul>
                </>
              )}
            </div>
            <div className="acts">
              <Act id="keep-mine" onClick={editing.keepMine}>
                {words.keepMine}
              </Act>
              <Act id="take-theirs" onClick={editing.takeTheirs}>
                {words.takeTheirs}
              </Act>
            </div>
          </div>
        )}
        {children}
        {general.map(({ says }) => (
          <p key={says} className="said__fault" role="alert">
            {says}
          </p>
        ))}
        <div className="acts content__acts">
          <Act
            id="save"
            style="primary"
            type="submit"
            disabled={busy || saving || overtaken !== null || !(dirty || ready)}
          >
            {words.save}
          </Act>
          <Act id="discard" onClick={editing.discard} disabled={!dirty}>
            {words.discard}
          </Act>
          <span role="status" data-part="saved">
            {wrong > 0 ? words.wrong(wrong) : saved && !dirty ? words.saved : ""}
          </span>
        </div>
        {(dirty || ready) && <Preview state={state} editing={editing} />}
      </form>
      {draft.name && <History key={`${draft.name} ${draft.version}`} draft={draft} reload={reload} />}
    </Remarks>
  );
}
