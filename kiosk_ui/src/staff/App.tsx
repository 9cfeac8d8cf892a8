import { useCallback, useEffect, useMemo, useRef, useState, type ReactElement } from "react";
import type { Me, StaffView } from "../contract";
import { LiveSocket } from "../shared/socket";
import { AlarmBar } from "./Alarms";
import * as api from "./api";
import { StaffContext, type Staff } from "./context";
import { lang, speak, useDrawn, useLang, useWords } from "./language";
import { pagesOf } from "./nav";
import { Act, Problem } from "./parts";
import { ROLES } from "./roles";
import { SignIn } from "./SignIn";
import { glossary, learn } from "./terms";
import "./styles/shell.css";

/** The robot's close code when the session has ended. */
const SIGN_IN_AGAIN = 4401;
/** How often (ms) the page tells that somebody sits before it, and counts the minutes. */
const ACTIVE_EVERY_MS = 30_000;
const TICK_MS = 5_000;
/** The robot sends a view at least every 20 s: a line on which nothing came for so long (ms) is dead. */
const SILENT_MS = 40_000;
const WORDS = {
  de: {
    expired:
      "Ihre Anmeldung ist abgelaufen. Bitte melden Sie sich neu an; Sie kommen dahin zurück, wo Sie waren.",
    reconnecting: "Einen Moment, die Seite verbindet sich neu …",
    loading: "Einen Moment …",
    nothing: "Für Ihre Rolle gibt es hier keine Seite. Bitte wenden Sie sich an Ihre Verwaltung.",
    limited: "Ihre Verwaltung verlangt einen zweiten Faktor. Bitte richten Sie ihn jetzt ein, dann geht es weiter.",
    signOut: "Abmelden",
    pages: "Seiten",
    menu: "Menü",
    skip: "Zum Inhalt",
    language: "English",
  },
  en: {
    expired: "Your session has expired. Please sign in again; you will come back to where you were.",
    reconnecting: "One moment, the page is reconnecting …",
    loading: "One moment …",
    nothing: "There is no page for your role here. Please ask your administrator.",
    limited: "Your administration asks for a second factor. Please set it up now to go on.",
    signOut: "Sign out",
    pages: "Pages",
    menu: "Menu",
    skip: "Skip to content",
    language: "Deutsch",
  },
};

/** "#/desk/abc" → ["desk", "abc"]. */
function address(): [string, string] {
  const [, path = "", rest = ""] = /^#\/([a-z]*)\/?(.*)$/.exec(location.hash) ?? [];
  return [path, rest];
}

/**
 * The staff's pages. When a session ends, the sign-in lies over the page, which stays as it is (hidden and inert):
 * the same person goes on where they were, another one begins anew.
 */
export function App(): ReactElement | null {
  const [me, setMe] = useState<Me | null>(null);
  const [asked, setAsked] = useState(false);
  const [again, setAgain] = useState(""); // why the sign-in lies over the page
  const [view, setView] = useState<StaffView | null>(null);
  const [live, setLive] = useState(false);
  const [now, setNow] = useState(Date.now);
  const [[path, rest], setPlace] = useState(address);
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const [open, setOpen] = useState(false); // the menu on a narrow screen
  const words = useWords(WORDS);
  const roles = useWords(ROLES);
  const spoken = useLang();
  useDrawn();
  const ahead = useRef(0); // the robot's clock minus this machine's, ms
  const signedOn = me !== null && !again;

  const expire = useCallback(() => setAgain(WORDS[lang()].expired), []);

  /** Runs a request; what the robot refuses becomes a sentence, an ended session the sign-in. */
  const attempt = useCallback(
    async <T,>(request: () => Promise<T>): Promise<T | undefined> => {
      try {
        return await request();
      } catch (error) {
        if (!(error instanceof api.Refused)) throw error;
        if (error.status !== 401) setProblem(error.message);
        // still signed in: what was asked for needs a fresh sign-in, and the robot says why
        else if (await api.me().then(Boolean, () => false)) setAgain(error.message);
        else expire();
        return undefined;
      }
    },
    [expire],
  );

  useEffect(() => {
    api.me().then(
      (who) => {
        setMe(who);
        setAsked(true);
      },
      () => setAsked(true),
    );
  }, []);

  useEffect(() => {
    if (signedOn && spoken === "en") void attempt(glossary).then((found) => found && learn(found));
  }, [signedOn, spoken, attempt]);

  useEffect(() => {
    if (!signedOn) return;
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
      silentMs: SILENT_MS,
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
  }, [signedOn, me?.csrf, expire]);

  useEffect(() => {
    const moved = () => {
      setPlace(address());
      setProblem("");
      setOpen(false);
    };
    window.addEventListener("hashchange", moved);
    return () => window.removeEventListener("hashchange", moved);
  }, []);

  const go = useCallback((to: string) => {
    location.hash = `#/${to}`;
  }, []);
  const signedIn = useCallback(
    (who: Me) => {
      if (me && me.name !== who.name) {
        setView(null);
        go("");
      }
      setAgain("");
      setProblem("");
      setMe(who);
    },
    [me, go],
  );
  const signOut = async () => {
    if (!me) return;
    const done = await attempt(() => api.signOut(me.csrf));
    if (done === undefined) return;
    setMe(null);
    setView(null);
    go("");
    if (done) location.href = done.leads_to;
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
  const refresh = useCallback(async () => {
    const who = await attempt(api.me);
    if (who) setMe(who);
  }, [attempt]);
  const staff = useMemo<Staff | null>(
    () => (me && view ? { me, view, now, live, busy, act, attempt, tell: setProblem, go, refresh } : null),
    [me, view, now, live, busy, act, attempt, go, refresh],
  );

  // what is shown only once there must not give way to another page the moment more is allowed
  const limited = me?.limited === true;
  useEffect(() => {
    if (limited) go("self");
  }, [limited, go]);

  const pages = me ? pagesOf(me) : [];
  const page = pages.find((one) => one.path === path) ?? pages[0];
  const title = page?.name[spoken];
  const town = view?.town ?? "";
  useEffect(() => {
    if (signedOn && title) document.title = `${title} – Rathauslotse ${town}`.trim();
  }, [signedOn, title, town]);
  const at = page?.path;
  const shown = staff !== null;
  const before = useRef<string | undefined>(undefined);
  useEffect(() => {
    // who goes to another page by keyboard or with a screen reader begins at its heading
    if (!shown || !at) return;
    if (before.current !== undefined && before.current !== at) {
      const heading = document.querySelector<HTMLElement>("main h2") ?? document.querySelector("main");
      heading?.setAttribute("tabindex", "-1");
      heading?.focus();
    }
    before.current = at;
  }, [at, shown]);

  if (!asked) return null;
  if (!me) {
    return (
      <main>
        <SignIn reason="" name="" signedIn={signedIn} />
      </main>
    );
  }
  return (
    <>
      {again && <Again reason={again} name={me.name} signedIn={signedIn} />}
      <div className="shell" data-hidden={again !== ""} key={me.name}>
        <a className="skip kern-link" href="#content" onClick={skip}>
          {words.skip}
        </a>
        <header className="bar">
          <h1 className="kern-heading-small">Rathauslotse {town}</h1>
          <button
            type="button"
            className="kern-btn kern-btn--secondary bar__menu"
            data-id="menu"
            aria-expanded={open}
            aria-controls="pages"
            onClick={() => setOpen(!open)}
          >
            <span className="kern-label">{words.menu}</span>
          </button>
          <nav
            id="pages"
            className="bar__pages"
            data-open={open}
            aria-label={words.pages}
            onKeyDown={(event) => event.key === "Escape" && setOpen(false)}
          >
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
          <span className="bar__me" data-part="me">
            {me.name} <span className="by">· {roles[me.role]}</span>
          </span>
          <Act id="language" style="tertiary" onClick={() => speak(lang() === "de" ? "en" : "de")}>
            {words.language}
          </Act>
          <Act id="sign-out" style="tertiary" onClick={() => void signOut()}>
            {words.signOut}
          </Act>
        </header>
        <main className="room" id="content" tabIndex={-1}>
          <Problem text={problem} close={() => setProblem("")} />
          {me.limited && (
            <p className="notes" data-part="limited">
              {words.limited}
            </p>
          )}
          {!page && <p className="kern-body">{words.nothing}</p>}
          {page && !staff && (
            <p className="kern-body" role="status">
              {words.loading}
            </p>
          )}
          {staff && page && (
            <StaffContext value={staff}>
              <AlarmBar />
              <page.shows rest={rest} />
            </StaffContext>
          )}
        </main>
      </div>
    </>
  );
}

/** The sign-in over the page that waits for its person: the browser makes the rest inert. */
function Again(props: { reason: string; name: string; signedIn: (me: Me) => void }): ReactElement {
  const dialog = useRef<HTMLDialogElement>(null);
  const [before] = useState(() => document.activeElement);
  useEffect(() => {
    const here = dialog.current;
    here?.showModal();
    here?.querySelector<HTMLInputElement>("[name=password]")?.focus();
    return () => {
      here?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, [before]);
  return (
    <dialog
      ref={dialog}
      className="again"
      aria-labelledby="sign-in-title"
      onCancel={(event) => event.preventDefault()}
      onKeyDown={(event) => event.key === "Escape" && event.preventDefault()}
    >
      <SignIn {...props} over />
    </dialog>
  );
}

/** The address keeps the page: the link only moves the focus. */
function skip(event: { preventDefault: () => void }): void {
  event.preventDefault();
  document.getElementById("content")?.focus();
}
