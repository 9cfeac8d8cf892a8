import { useCallback, useEffect, useMemo, useRef, useState, type ReactElement } from "react";
import type { Me, StaffView } from "../contract";
import { LiveSocket } from "../shared/socket";
import * as api from "./api";
import { StaffContext, type Staff } from "./context";
import { lang, speak, useLang, useWords } from "./language";
import { pagesOf } from "./nav";
import { Act, Problem } from "./parts";
import { SignIn } from "./SignIn";

/** The robot's close code when the session has ended. */
const SIGN_IN_AGAIN = 4401;
/** How often (ms) the page tells that somebody sits before it, and counts the minutes. */
const ACTIVE_EVERY_MS = 30_000;
const TICK_MS = 5_000;
const WORDS = {
  de: {
    expired:
      "Ihre Anmeldung ist abgelaufen. Bitte melden Sie sich neu an; Sie kommen dahin zurück, wo Sie waren.",
    reconnecting: "Einen Moment, die Seite verbindet sich neu …",
    signOut: "Abmelden",
    pages: "Seiten",
    language: "English",
  },
  en: {
    expired: "Your session has expired. Please sign in again; you will come back to where you were.",
    reconnecting: "One moment, the page is reconnecting …",
    signOut: "Sign out",
    pages: "Pages",
    language: "Deutsch",
  },
};

/** "#/desk/abc" → ["desk", "abc"]. */
function address(): [string, string] {
  const [, path = "", rest = ""] = /^#\/([a-z]*)\/?(.*)$/.exec(location.hash) ?? [];
  return [path, rest];
}

/** The clerk's page. What is open stays open when one has to sign in again as the same person. */
export function App(): ReactElement | null {
  const [me, setMe] = useState<Me | null>(null);
  const [asked, setAsked] = useState(false);
  const [expired, setExpired] = useState(false);
  const [view, setView] = useState<StaffView | null>(null);
  const [live, setLive] = useState(false);
  const [now, setNow] = useState(Date.now);
  const [[path, rest], setPlace] = useState(address);
  const words = useWords(WORDS);
  const spoken = useLang();
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const ahead = useRef(0); // the robot's clock minus this machine's, ms
  const last = useRef("");

  const expire = useCallback(() => {
    setMe(null);
    setView(null);
    setExpired(true);
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

  useEffect(() => {
    const moved = () => {
      setPlace(address());
      setProblem("");
    };
    window.addEventListener("hashchange", moved);
    return () => window.removeEventListener("hashchange", moved);
  }, []);

  const go = useCallback((to: string) => {
    location.hash = `#/${to}`;
  }, []);
  const signedIn = (who: Me) => {
    if (last.current !== who.name) go("");
    last.current = who.name;
    setProblem("");
    setMe(who);
  };
  /** Runs a request while the buttons rest; whether it was done. */
  const act = useCallback(
    async (request: () => Promise<unknown>) => {
      setBusy(true);
      setProblem("");
      const done = await attempt(async () => {
        await request();
        return true;
      });
      setBusy(false);
      return done === true;
    },
    [attempt],
  );
  const staff = useMemo<Staff | null>(
    () => (me && view ? { me, view, now, live, busy, act, attempt, tell: setProblem, go } : null),
    [me, view, now, live, busy, act, attempt, go],
  );

  if (!asked) return null;
  if (!me) return <SignIn reason={expired ? words.expired : ""} signedIn={signedIn} />;
  const pages = pagesOf(me);
  const page = pages.find((one) => one.path === path) ?? pages[0];
  return (
    <>
      <header className="bar">
        <h1 className="kern-heading-small">Rathauslotse {view?.town}</h1>
        <nav className="bar__pages" aria-label={words.pages}>
          {pages.map((one) => (
            <a
              key={one.path}
              className="kern-link"
              href={`#/${one.path}`}
              data-page={one.path}
              aria-current={one === page ? "page" : undefined}
            >
              {one.name[spoken]}
            </a>
          ))}
        </nav>
        <span className="bar__live" data-part="live" data-live={live} role="status">
          {live ? "" : words.reconnecting}
        </span>
        <span>{me.name}</span>
        <Act id="language" style="tertiary" onClick={() => speak(lang() === "de" ? "en" : "de")}>
          {words.language}
        </Act>
        <Act
          id="sign-out"
          style="tertiary"
          onClick={() =>
            void attempt(() => api.signOut(me.csrf)).then(() => {
              expire();
              setExpired(false);
              go("");
            })
          }
        >
          {words.signOut}
        </Act>
      </header>
      <main className="room">
        <Problem text={problem} close={() => setProblem("")} />
        {staff && page && (
          <StaffContext value={staff}>
            <page.shows rest={rest} />
          </StaffContext>
        )}
      </main>
    </>
  );
}
