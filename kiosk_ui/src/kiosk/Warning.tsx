import { useEffect, useState, type ReactElement } from "react";
import type { TimeWarning } from "../contract";
import { BigButton } from "./BigButton";
import type { Words } from "./labels";
import { Veil } from "./Veil";

interface Props {
  warning: TimeWarning;
  /** When the view came (performance.now, ms): the seconds count from there. */
  at: number;
  tap: (id: string) => void;
  words: Words;
}

/** The time limit: what is said aloud stands here too, with the seconds that are left. */
export function Warning({ warning, at, tap, words }: Props): ReactElement {
  const [now, setNow] = useState(at);
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 250);
    return () => clearInterval(timer);
  }, []);
  const left = Math.max(0, Math.ceil(warning.seconds - Math.max(0, now - at) / 1000));
  return (
    <Veil part="warning" text={warning.text}>
      <p className="warning__seconds" data-part="seconds" role="timer" aria-live="off">
        <span className="warning__number">{left}</span> {words("seconds")}
      </p>
      <div className="row">
        <BigButton button={warning.extend} tap={tap} />
        <BigButton button={warning.end} tap={tap} />
      </div>
    </Veil>
  );
}
