import { useRef, type FormEvent, type ReactElement } from "react";
import type { CaseDetail, NewNote } from "../../contract";
import { useStaff } from "../context";
import { useWords } from "../language";
import { Act } from "../parts";
import { useDraft } from "./drafts";
import { clock } from "../words";

const WORDS = {
  de: { notes: "Notizen", write: "Neue Notiz (steht verschlüsselt beim Vorgang)", save: "Notiz speichern" },
  en: { notes: "Notes", write: "New note (kept encrypted with the case)", save: "Save note" },
};

/** A random name for something that is saved once however often it is sent. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What clerks write down for each other; a text that could not be saved stays where it is. */
export function Notes({
  detail,
  save,
}: {
  detail: CaseDetail;
  save: (note: NewNote) => Promise<boolean>;
}): ReactElement {
  const words = useWords(WORDS);
  const { now, busy } = useStaff();
  const [text, write] = useDraft(`note:${detail.row.id}`);
  const key = useRef("");
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!text.trim()) return;
    key.current ||= newKey();
    if (await save({ key: key.current, text: text.trim() })) {
      key.current = "";
      write("");
    }
  };
  return (
    <>
      <h4 className="kern-heading-small">{words.notes}</h4>
      <ul className="plain" data-part="clerks-notes">
        {detail.clerks_notes.map((note) => (
          <li key={note.id} className="line" data-note={note.id}>
            <span>
              <span className="note">{note.text}</span>
              <span className="by block">
                {note.by}, {clock(note.at, now)}
              </span>
            </span>
          </li>
        ))}
      </ul>
      <form className="stack" onSubmit={(event) => void submit(event)}>
        <label className="kern-form-input">
          <span className="kern-label">{words.write}</span>
          <textarea
            className="kern-form-input__input reason"
            data-id="note"
            rows={2}
            maxLength={1000}
            value={text}
            onChange={(event) => write(event.target.value)}
          />
        </label>
        <div className="acts">
          <Act id="save-note" type="submit" disabled={busy || !text.trim()}>
            {words.save}
          </Act>
        </div>
      </form>
    </>
  );
}
