import { useEffect, useState, type ReactElement } from "react";
import type { Draft, VersionRow } from "../../contract";
import * as api from "../api/content";
import { useStaff } from "../context";
import { useLang } from "../language";
import { Act } from "../parts";
import { dayText, momentText, useContentWords } from "./words";

/** Who changed what when, and the way back to an old version. */
export function History({ draft, reload }: { draft: Draft; reload: () => Promise<unknown> }): ReactElement {
  const words = useContentWords();
  const spoken = useLang();
  const { me, act, attempt, busy } = useStaff();
  const [open, setOpen] = useState(false);
  const [rows, setRows] = useState<VersionRow[] | null>(null);
  const kind = draft.document.kind;
  const name = draft.name ?? "";
  useEffect(() => {
    if (!open) return;
    void attempt(() => api.versions(kind, name)).then((found) => found && setRows(found));
  }, [open, kind, name, spoken, attempt]);
  const newest = rows?.[0]?.version ?? 0;
  const back = async (old: number) => {
    const restored = await act(() => api.restore({ kind, name, version: newest, old }, me.csrf));
    if (restored) await reload();
  };
  const inFiles = !(name.startsWith("board_") || (kind === "closure" && !name.startsWith("file_")));
  return (
    <details
      className="content__history"
      data-part="history"
      open={open}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>{words.history}</summary>
      {rows?.length === 0 && <p>{words.noHistory}</p>}
      <ol className="plain">
        {rows?.map((row) => (
          <li key={row.version} className="line" data-version={row.version}>
            <span>
              <strong>
                {words.version} {row.version}
              </strong>{" "}
              <span className="by">
                {row.by}, {momentText(row.at)}, {words.how[row.how]}, {words.holdsFrom(dayText(row.holds_from))}
              </span>
              <ul className="content__changes">
                {row.changes.map((one) => (
                  <li key={one}>{one}</li>
                ))}
              </ul>
            </span>
            {row.version !== newest && row.document && (
              <Act
                id={`restore-${row.version}`}
                onClick={() => void back(row.version)}
                disabled={busy}
                label={`${words.restore}: ${words.version} ${row.version}`}
              >
                {words.restore}
              </Act>
            )}
          </li>
        ))}
        {rows && rows.length > 0 && inFiles && (
          <li className="line" data-version={0}>
            <strong>{words.files}</strong>
            <Act
              id="restore-0"
              onClick={() => void back(0)}
              disabled={busy}
              label={`${words.restore}: ${words.files}`}
            >
              {words.restore}
            </Act>
          </li>
        )}
      </ol>
    </details>
  );
}
