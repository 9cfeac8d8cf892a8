import { useCallback, useEffect, useRef, useState, type ReactElement } from "react";
import type { CaseDetail, CaseState, Me, StaffView } from "../contract";
import { LiveSocket } from "../shared/socket";
import * as api from "./api";
import { CaseView } from "./CaseView";
import { Cases, Devices, Shreds, Visits } from "./Overview";
import { Kiosk } from "./Kiosk";
import { Act, Problem } from "./parts";
import { SignIn } from "./SignIn";

/** The robot's close code when the session has ended. */
const SIGN_IN_AGAIN = 4401;
/** How often (ms) the page tells that somebody sits before it, and counts the minutes. */
const ACTIVE_EVERY_MS = 30_000;
const TICK_MS = 5_000;
const EXPIRED = "Ihre Anmeldung ist abgelaufen. Bitte melden Sie sich neu an; Sie kommen dahin zurück, wo Sie waren.";

/** The clerk's page. What is open stays open when one has to sign in again as the same person. */
export function App(): ReactElement | null {
  const [me, setMe] = useState<Me | null>(null);
  const [asked, setAsked] = useState(false);
  const [reason, setReason] = useState("");
  const [view, setView] = useState<StaffView | null>(null);
  const [live, setLive] = useState(false);
  const [now, setNow] = useState(Date.now);
  const [opened, setOpened] = useState("");
  const [detail, setDetail] = useState<CaseDetail | null>(null);
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const ahead = useRef(0); // the robot's clock minus this machine's, ms
  const last = useRef("");

  const expire = useCallback(() => {
    setMe(null);
    setView(null);
    setDetail(null);
    setReason(EXPIRED);
  }, []);

  /** Runs a request; what the robot refuses becomes a sentence, an ended session the sign-in. */
  const attempt = useCallback(
    async <T,>(request: () => Promise<T>): Promise<T | undefined> => {
      try {
        return await request();
      } catch (error) {
        if (!(error instanceof api.Refused)) throw error;
        if (error.status === 401) expire();
        else setProblem(error.message);
        return undefined;
      }
    },
    [expire],
  );

  useEffect(() => {
    api.me().then(
      (who) => {
        last.current = who.name;
        setMe(who);
        setAsked(true);
      },
      () => setAsked(true),
    );
  }, []);

  useEffect(() => {
    if (!me) return;
    const socket = new LiveSocket("/ws/staff", {
      message: (data) => {
        const fresh = data as StaffView;
        ahead.current = Date.parse(fresh.now) - Date.now();
        setNow(Date.parse(fresh.now));
        setView(fresh);
        setLive(true);
      },
      closed: (code) => {
        setLive(false);
        if (code !== SIGN_IN_AGAIN) return "soon";
        expire();
        return "never";
      },
    });
    const tick = setInterval(() => setNow(Date.now() + ahead.current), TICK_MS);
    let told = 0;
    const active = () => {
      if (Date.now() - told < ACTIVE_EVERY_MS) return;
      if (socket.send({ type: "active" })) told = Date.now();
    };
    window.addEventListener("pointerdown", active);
    window.addEventListener("keydown", active);
    return () => {
      socket.stop();
      clearInterval(tick);
      window.removeEventListener("pointerdown", active);
      window.removeEventListener("keydown", active);
    };
  }, [me, expire]);

  // the case again when it was opened, signed in to, or changed by somebody
  const row = view?.cases.find(({ id }) => id === opened);
  const version = row?.version;
  useEffect(() => {
    if (!me || !opened) return;
    let current = true;
    void attempt(() => api.openCase(opened)).then((found) => {
      if (!current) return;
      setDetail(found ?? null);
      if (!found) setOpened((id) => (me ? id : ""));
    });
    return () => {
      current = false;
    };
  }, [me, opened, version, attempt]);

  const signedIn = (who: Me) => {
    if (last.current !== who.name) setOpened("");
    last.current = who.name;
    setProblem("");
    setMe(who);
  };
  const close = () => {
    const id = opened;
    setOpened("");
    setDetail(null);
    setProblem("");
    document.querySelector<HTMLElement>(`[data-part="case"][data-id="${CSS.escape(id)}"] [data-id="open"]`)?.focus();
  };
  /** Runs a request while the buttons rest; whether it was done. */
  const act = async (request: () => Promise<unknown>) => {
    setBusy(true);
    setProblem("");
    const done = await attempt(async () => {
      await request();
      return true;
    });
    setBusy(false);
    return done === true;
  };

  if (!asked) return null;
  if (!me) return <SignIn reason={reason} signedIn={signedIn} />;
  const shown = detail && detail.row.id === opened ? detail : null;
  const change = (state: CaseState, why: string) => {
    if (!shown) return;
    void act(async () => {
      const fresh = await api.changeState(shown.row.id, { state, reason: why, version: shown.row.version }, me.csrf);
      setDetail((old) => (old && old.row.id === fresh.id ? { ...old, row: fresh } : old));
    });
  };
  return (
    <>
      <header className="bar">
        <h1 className="kern-heading-small">Rathauslotse {view?.town}</h1>
        <span className="bar__live" data-part="live" data-live={live} role="status">
          {live ? "" : "Einen Moment, die Seite verbindet sich neu …"}
        </span>
        <span>{me.name}</span>
        <Act
          id="sign-out"
          style="tertiary"
          onClick={() =>
            void attempt(() => api.signOut(me.csrf)).then(() => {
              expire();
              setOpened("");
              setReason("");
            })
          }
        >
          Abmelden
        </Act>
      </header>
      <main className="room">
        <Problem text={problem} close={() => setProblem("")} />
        {view && (
          <div className="desk" data-part="desk" data-open={shown !== null}>
            <div className="desk__list">
              <Visits
                visits={view.visits}
                now={now}
                help={(id) => void act(() => api.promiseHelp(id, me.csrf))}
              />
              <Cases cases={view.cases} tickets={view.tickets} opened={opened} now={now} open={setOpened} />
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
            <div className="desk__house">
              <Kiosk
                messages={view.messages}
                closing={view.closing}
                leads={me.role === "administrator"}
                busy={busy}
                now={now}
                show={(message) => act(() => api.showMessage(message, me.csrf))}
                remove={(id) => void act(() => api.removeMessage(id, me.csrf))}
                close={(closing) => act(() => api.closeKiosk(closing, me.csrf))}
                open={() => void act(() => api.openKiosk(me.csrf))}
              />
              <Devices devices={view.devices} />
              <Shreds shreds={view.shreds} now={now} />
            </div>
          </div>
        )}
      </main>
    </>
  );
}
