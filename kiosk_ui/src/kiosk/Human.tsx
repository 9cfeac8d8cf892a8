import { useEffect, useRef, useState, type KeyboardEvent, type ReactElement } from "react";
import type { Asking, Human, Talking } from "../contract";
import { Call } from "../shared/call";
import { Pictures } from "../shared/Pictures";
import { BigButton, ButtonRow } from "./BigButton";
import type { Actions } from "./channel";

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
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    box.current?.querySelector<HTMLElement>("button")?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <div className="veil">
      <div
        ref={box}
        className="warning"
        data-part="ask"
        role="alertdialog"
        aria-modal="true"
        aria-labelledby="ask-text"
        onKeyDown={keepInside}
      >
        <p className="warning__text" id="ask-text">
          {ask.text}
        </p>
        <ButtonRow buttons={ask.actions} tap={actions.tap} />
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
