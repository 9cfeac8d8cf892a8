import { useEffect, useRef, useState, type KeyboardEvent, type ReactElement } from "react";
import type { TimeWarning } from "../contract";
import { BigButton } from "./BigButton";
import type { Words } from "./labels";

interface Props {
  warning: TimeWarning;
  /** When the view came (performance.now, ms): the seconds count from there. */
  at: number;
  tap: (id: string) => void;
  words: Words;
}

/** The time limit: what is said aloud stands here too, with the seconds that are left. */
export function Warning({ warning, at, tap, words }: Props): ReactElement {
  const box = useRef<HTMLDivElement>(null);
  const [now, setNow] = useState(at);
  useEffect(() => {
    const before = document.activeElement;
    box.current?.querySelector<HTMLElement>("button")?.focus();
    const timer = setInterval(() => setNow(performance.now()), 250);
    return () => {
      clearInterval(timer);
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  const left = Math.max(0, Math.ceil(warning.seconds - Math.max(0, now - at) / 1000));
  return (
    <div className="veil">
      <div
        ref={box}
        className="warning"
        data-part="warning"
        role="alertdialog"
        aria-modal="true"
        aria-labelledby="warning-text"
        onKeyDown={keepInside}
      >
        <p className="warning__text" id="warning-text">
          {warning.text}
        </p>
        <p className="warning__seconds" data-part="seconds" role="timer" aria-live="off">
          <span className="warning__number">{left}</span> {words("seconds")}
        </p>
        <div className="row">
          <BigButton button={warning.extend} tap={tap} />
          <BigButton button={warning.end} tap={tap} />
        </div>
      </div>
    </div>
  );
}

/** Tab goes round inside the dialog. */
function keepInside(event: KeyboardEvent<HTMLDivElement>): void {
  if (event.key !== "Tab") return;
  const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>("button")];
  const edge = event.shiftKey ? buttons[0] : buttons.at(-1);
  if (document.activeElement !== edge) return;
  event.preventDefault();
  (event.shiftKey ? buttons.at(-1) : buttons[0])?.focus();
}
