import { useCallback, useEffect, useRef, useState, type KeyboardEvent, type ReactElement } from "react";
import type { ContentState } from "../../contract";
import * as api from "../api/content";
import { Closures } from "../content/Closures";
import { Fees } from "../content/Fees";
import { Hours } from "../content/Hours";
import { Notices } from "../content/Notices";
import { Offices } from "../content/Offices";
import { Transfer } from "../content/Transfer";
import { useContentWords } from "../content/words";
import { useStaff } from "../context";
import { useLang } from "../language";
import "../styles/content.css";

const TABS = ["hours", "closure", "notice", "fee", "office", "file"] as const;
type Tab = (typeof TABS)[number];

/** What a town changes without a developer: hours, closures, messages, fees, offices. */
export function Content({ rest }: { rest: string }): ReactElement {
  const words = useContentWords();
  const spoken = useLang();
  const { attempt, go } = useStaff();
  const [state, setState] = useState<ContentState | null>(null);
  const chosen = TABS.find((tab) => tab === rest) ?? "hours";
  const [visited, setVisited] = useState<Tab[]>([chosen]);
  const list = useRef<HTMLDivElement>(null);
  const reload = useCallback(async () => {
    const found = await attempt(api.contents);
    if (found) setState(found);
  }, [attempt]);
  useEffect(() => {
    void reload();
  }, [reload, spoken, chosen]);
  // what is being typed on one tab stays while one looks at another
  useEffect(() => {
    setVisited((before) => (before.includes(chosen) ? before : [...before, chosen]));
  }, [chosen]);
  const move = (event: KeyboardEvent) => {
    const at = TABS.indexOf(chosen);
    const steps: Record<string, number> = {
      ArrowRight: (at + 1) % TABS.length,
      ArrowLeft: (at + TABS.length - 1) % TABS.length,
      Home: 0,
      End: TABS.length - 1,
    };
    const next = steps[event.key];
    if (next === undefined) return;
    event.preventDefault();
    go(`content/${TABS[next]}`);
    list.current?.querySelector<HTMLElement>(`#tab-${TABS[next]}`)?.focus();
  };
  const shown = (tab: Tab, found: ContentState) => {
    if (tab === "hours") return <Hours state={found} reload={reload} />;
    if (tab === "closure") return <Closures state={found} reload={reload} />;
    if (tab === "notice") return <Notices state={found} reload={reload} />;
    if (tab === "fee") return <Fees state={found} reload={reload} />;
    if (tab === "office") return <Offices state={found} reload={reload} />;
    return <Transfer reload={reload} />;
  };
  return (
    <section className="kern-card card content" data-part="content" aria-labelledby="content-title">
      <h2 id="content-title" className="kern-heading-medium">
        {words.title}
      </h2>
      <p>{words.intro}</p>
      {state && state.broken.length > 0 && (
        <div className="problem" role="alert" data-part="broken">
          <div>
            <p>{words.broken}</p>
            <ul className="content__changes">
              {state.broken.map(({ kind, name, says }) => (
                <li key={`${kind} ${name}`}>
                  {words[kind]}: {says}
                </li>
              ))}
            </ul>
          </div>
        </div>
      )}
      <div className="content__tabs" role="tablist" aria-label={words.tabs} ref={list} onKeyDown={move}>
        {TABS.map((tab) => (
          <button
            key={tab}
            id={`tab-${tab}`}
            type="button"
            role="tab"
            data-tab={tab}
            aria-selected={tab === chosen}
            aria-controls={`panel-${tab}`}
            tabIndex={tab === chosen ? 0 : -1}
            onClick={() => go(`content/${tab}`)}
          >
            {words[tab]}
          </button>
        ))}
      </div>
      {!state && <p role="status">{words.loading}</p>}
      {TABS.map((tab) => (
        <div
          key={tab}
          id={`panel-${tab}`}
          role="tabpanel"
          aria-labelledby={`tab-${tab}`}
          hidden={tab !== chosen}
          className="stack"
        >
          {state && visited.includes(tab) && shown(tab, state)}
        </div>
      ))}
    </section>
  );
}
