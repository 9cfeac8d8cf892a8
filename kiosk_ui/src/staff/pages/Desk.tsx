import "../styles/desk.css";
import { useCallback, useEffect, useRef, useState, type ReactElement } from "react";
import type { CaseDetail } from "../../contract";
import * as api from "../api/cases";
import { CaseView } from "../CaseView";
import { useStaff } from "../context";
import { draftsOf } from "../desk/drafts";
import { NextBar } from "../desk/NextBar";
import { Queue } from "../desk/Queue";
import { useWords } from "../language";
import { Takeover } from "../Takeover";
import { Visits } from "../Visits";

const WORDS = { de: { title: "Arbeitsplatz" }, en: { title: "Desk" } };

/** Where a clerk works: who needs help, the queue, and one case. `rest`: the opened case. */
export function Desk({ rest }: { rest: string }): ReactElement {
  const { me, view, busy, attempt, go } = useStaff();
  const words = useWords(WORDS);
  const visit = rest.startsWith("visit/") ? rest.slice("visit/".length) : "";
  const opened = visit ? "" : rest;
  const [detail, setDetail] = useState<CaseDetail | null>(null);
  draftsOf(me.name);
  const shown = detail && detail.row.id === opened ? detail : null;
  // the case again when it was opened, signed in to, or changed by somebody; one's own changes are there already
  const version = view.cases.find(({ id }) => id === opened)?.version ?? 0;
  const known = shown?.row.version ?? -1;
  const asking = useRef("");
  useEffect(() => {
    if (!opened || busy || known >= version || asking.current === opened) return;
    asking.current = opened;
    void attempt(() => api.openCase(opened)).then((found) => {
      asking.current = "";
      if (found) setDetail(found);
    });
  }, [opened, version, known, busy, attempt, me]);
  const open = useCallback((id: string) => go(`desk/${id}`), [go]);
  const close = () => {
    go("desk");
    document.querySelector<HTMLElement>(`[data-part="case"][data-id="${CSS.escape(opened)}"] [data-id="open"]`)?.focus();
  };
  const cases = me.rights.includes("cases");
  return (
    <div className="desk" data-part="desk" data-open={shown !== null || visit !== ""}>
      <h2 className="kern-heading-medium desk__title">{words.title}</h2>
      <div className="desk__list">
        <Visits />
        {cases && <NextBar open={open} />}
        {cases && <Queue opened={opened} open={open} />}
      </div>
      {visit && <Takeover key={visit} id={visit} />}
      {shown && <CaseView key={shown.row.id} detail={shown} take={setDetail} close={close} />}
    </div>
  );
}
