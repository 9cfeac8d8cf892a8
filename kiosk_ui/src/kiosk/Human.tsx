import { useEffect, useRef, useState, type ReactElement } from "react";
import type { Asking, Human, Talking } from "../contract";
import { Call } from "../shared/call";
import { Pictures } from "../shared/Pictures";
import { BigButton, ButtonRow } from "./BigButton";
import type { Actions } from "./channel";
import { Veil } from "./Veil";

/** A human speaks: their picture, or a figure that is plainly no machine's. */
export function HumanFace({ human, actions }: { human: Human; actions: Actions }): ReactElement {
  const { talk } = human;
  return (
    <div className="face human" data-part="human" data-mode={talk?.mode ?? "text"} data-talk={talk?.state}>
      {talk ? <Live key={talk.number} talk={talk} actions={actions} /> : null}
      {talk?.mode !== "video" && (
        <svg className="human__figure" viewBox="0 0 200 200" aria-hidden="true" focusable="false">
          <circle className="human__ground" cx="100" cy="100" r="88" />
          <circle className="human__head" cx="100" cy="78" r="32" />
          <path className="human__body" d="M42 168a58 50 0 0 1 116 0z" />
        </svg>
      )}
    </div>
  );
}

/** The talk itself: camera and microphone are on while this is on the screen, and not a moment longer. */
function Live({ talk, actions }: { talk: Talking; actions: Actions }): ReactElement {
  const [own, setOwn] = useState<MediaStream | null>(null);
  const [theirs, setTheirs] = useState<MediaStream | null>(null);
  const begun = useRef(talk);
  const { line } = actions;
  useEffect(() => {
    if (!line) return;
    const { number, mode, ice } = begun.current;
    const call = new Call({ number, mode, ice, offers: false, signal: line.send, own: setOwn, theirs: setTheirs });
    const quiet = line.listen((signal) => call.take(signal));
    return () => {
      quiet();
      call.stop();
    };
  }, [line]);
  return <Pictures own={own} theirs={theirs} video={talk.mode === "video"} ownName={talk.own} theirName={talk.theirs} />;
}

/** What is on, and how to end it. */
export function TalkBar({ talk, actions }: { talk: Talking; actions: Actions }): ReactElement {
  return (
    <div className="call" data-part="call" role="status">
      <p className="call__on">
        <span className="call__dot" aria-hidden="true" />
        {talk.text}
      </p>
      <BigButton button={talk.stop} tap={actions.tap} />
    </div>
  );
}

/** What a human asks of the citizen: over everything else, with its answers. */
export function Question({ ask, actions }: { ask: Asking; actions: Actions }): ReactElement {
  return (
    <Veil part="ask" text={ask.text}>
      <ButtonRow buttons={ask.actions} tap={actions.tap} />
    </Veil>
  );
}
