import { useEffect, useRef, useState, type ReactElement } from "react";
import type { DisplayCall, DisplayView } from "../contract";
import { LiveSocket } from "../shared/socket";
import { ring, wakeGong } from "./gong";

/** German first, English beside it: the monitor speaks to everybody at once. */
const WORDS = {
  now: { de: "Jetzt aufgerufen", en: "Now calling" },
  before: { de: "Davor aufgerufen", en: "Called before" },
  nobody: { de: "Bitte warten Sie, bis Ihre Nummer erscheint.", en: "Please wait until your number appears." },
  come: { de: "Bitte kommen Sie zum Schalter.", en: "Please come to the counter." },
  gone: { de: "Einen Moment, die Anzeige verbindet sich neu …", en: "One moment, the display is reconnecting …" },
  sound: { de: "Ton einschalten", en: "Turn sound on" },
};

function Both({ words }: { words: { de: string; en: string } }): ReactElement {
  return (
    <>
      <span lang="de">{words.de}</span> <span lang="en">{words.en}</span>
    </>
  );
}

/** The lobby's monitor: the newest number large, four before it; it rings for each call. */
export function Display(): ReactElement {
  const [view, setView] = useState<DisplayView | null>(null);
  const [live, setLive] = useState(false);
  const [sounds, setSounds] = useState(false);
  const [rung, setRung] = useState(0);
  const newest = useRef<number | null>(null);

  useEffect(() => {
    const socket = new LiveSocket("/ws/display", {
      message: (data) => {
        const fresh = data as DisplayView;
        const last = Math.max(0, ...fresh.calls.map(({ id }) => id));
        // what was called before the monitor was there rings no more
        if (newest.current !== null && last > newest.current && ring()) setRung((count) => count + 1);
        newest.current = last;
        setView(fresh);
        setLive(true);
      },
      closed: () => {
        setLive(false);
        return "soon";
      },
    });
    return () => socket.stop();
  }, []);

  useEffect(() => {
    // a kiosk browser may sound by itself; others after the first touch or key
    const wake = () =>
      void wakeGong().then((awake) => {
        setSounds(awake);
      });
    wake();
    window.addEventListener("pointerdown", wake);
    window.addEventListener("keydown", wake);
    return () => {
      window.removeEventListener("pointerdown", wake);
      window.removeEventListener("keydown", wake);
    };
  }, []);

  const [now, ...before] = view?.calls ?? [];
  return (
    <main className="monitor" data-part="display" data-live={live} data-rung={rung} data-sound={sounds}>
      <header className="monitor__head">
        <h1>
          {view?.town} · <Both words={WORDS.now} />
        </h1>
        {!sounds && (
          <button type="button" data-id="sound">
            <Both words={WORDS.sound} />
          </button>
        )}
      </header>
      <section className="monitor__now" aria-live="assertive" aria-atomic="true" data-part="now">
        {now ? <Now key={now.id} call={now} /> : view && <p className="monitor__wait">{<Both words={WORDS.nobody} />}</p>}
      </section>
      {before.length > 0 && (
        <section className="monitor__before" aria-labelledby="before">
          <h2 id="before">
            <Both words={WORDS.before} />
          </h2>
          <ol>
            {before.map((call) => (
              <li key={call.id} data-part="before" data-number={call.number}>
                <span className="monitor__number">{call.number}</span>
                <span>{call.place}</span>
              </li>
            ))}
          </ol>
        </section>
      )}
      <p className="monitor__gone" role="status">
        {!live && <Both words={WORDS.gone} />}
      </p>
    </main>
  );
}

function Now({ call }: { call: DisplayCall }): ReactElement {
  return (
    <div className="monitor__call" data-part="call" data-number={call.number}>
      <span className="monitor__number">{call.number}</span>
      {call.place ? (
        <span className="monitor__place">{call.place}</span>
      ) : (
        <span className="monitor__come">
          <Both words={WORDS.come} />
        </span>
      )}
    </div>
  );
}
