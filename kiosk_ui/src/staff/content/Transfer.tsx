import { useState, type ReactElement } from "react";
import type { Imported } from "../../contract";
import * as api from "../api/content";
import { useStaff } from "../context";
import { Act } from "../parts";
import { useContentWords } from "./words";

const MOST_BYTES = 200_000;

/** All edits as a file: to keep, or for another kiosk. */
export function Transfer({ reload }: { reload: () => Promise<unknown> }): ReactElement {
  const words = useContentWords();
  const { me, attempt, tell, busy } = useStaff();
  const [text, setText] = useState("");
  const [found, setFound] = useState<Imported | null>(null);
  const look = async (file: File | undefined) => {
    setFound(null);
    tell("");
    if (!file) return;
    if (file.size > MOST_BYTES) {
      tell(words.tooBig);
      return;
    }
    const content = await file.text();
    setText(content);
    setFound((await attempt(() => api.takeIn(content, true, me.csrf))) ?? null);
  };
  const take = async () => {
    const done = await attempt(() => api.takeIn(text, false, me.csrf));
    if (!done) return;
    setFound(done);
    await reload();
  };
  return (
    <div className="stack" data-part="transfer">
      <p>{words.exportIntro}</p>
      <div className="acts">
        <a className="kern-btn kern-btn--secondary" href={api.EXPORT} download data-id="export">
          <span className="kern-label">{words.export}</span>
        </a>
      </div>
      <p>{words.importIntro}</p>
      <label className="kern-form-input field">
        <span className="kern-label">{words.choose}</span>
        <input
          className="kern-form-input__input"
          type="file"
          accept=".yml,.yaml,application/yaml"
          data-field="file"
          onChange={(event) => void look(event.target.files?.[0])}
        />
      </label>
      {found && (
        <div role="status" data-part="import">
          {found.saved && <p>{words.saved}</p>}
          {!found.saved && found.changes.length === 0 && <p>{words.nothing}</p>}
          {found.changes.length > 0 && (
            <>
              <p>{words.wouldChange}</p>
              <ul className="content__changes">
                {found.changes.map((one) => (
                  <li key={one}>{one}</li>
                ))}
              </ul>
            </>
          )}
        </div>
      )}
      {found && !found.saved && found.changes.length > 0 && (
        <div className="acts">
          <Act id="import" style="primary" onClick={() => void take()} disabled={busy}>
            {words.import}
          </Act>
        </div>
      )}
    </div>
  );
}
