import { useEffect, useState, type ReactElement } from "react";
import type { CaseDetail, CaseState } from "../../contract";
import * as api from "../api";
import { CaseView } from "../CaseView";
import { useStaff } from "../context";
import { Cases, Visits } from "../Overview";

/** Where a clerk works: who stands before the kiosks, the queue, and one case. `rest`: the opened case. */
export function Desk({ rest: opened }: { rest: string }): ReactElement {
  const { me, view, now, busy, act, attempt, go } = useStaff();
  const [detail, setDetail] = useState<CaseDetail | null>(null);
  // the case again when it was opened, signed in to, or changed by somebody
  const version = view.cases.find(({ id }) => id === opened)?.version;
  useEffect(() => {
    if (!opened) return;
    let current = true;
    void attempt(() => api.openCase(opened)).then((found) => {
      if (!current) return;
      setDetail(found ?? null);
    });
    return () => {
      current = false;
    };
  }, [opened, version, attempt]);
  const shown = detail && detail.row.id === opened ? detail : null;
  const close = () => {
    go("desk");
    document.querySelector<HTMLElement>(`[data-part="case"][data-id="${CSS.escape(opened)}"] [data-id="open"]`)?.focus();
  };
  const change = (state: CaseState, why: string) => {
    if (!shown) return;
    void act(async () => {
      const fresh = await api.changeState(shown.row.id, { state, reason: why, version: shown.row.version }, me.csrf);
      setDetail((old) => (old && old.row.id === fresh.id ? { ...old, row: fresh } : old));
    });
  };
  return (
    <div className="desk" data-part="desk" data-open={shown !== null}>
      <div className="desk__list">
        <Visits visits={view.visits} now={now} help={(id) => void act(() => api.promiseHelp(id, me.csrf))} />
        <Cases cases={view.cases} tickets={view.tickets} opened={opened} now={now} open={(id) => go(`desk/${id}`)} />
      </div>
      {shown && (
        <CaseView
          key={shown.row.id}
          detail={shown}
          now={now}
          busy={busy}
          change={change}
          print={() => void act(() => api.printAgain(shown.row.id, me.csrf))}
          close={close}
        />
      )}
    </div>
  );
}
