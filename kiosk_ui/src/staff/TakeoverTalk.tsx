import { useEffect, useRef, useState, type ReactElement } from "react";
import type { TakeoverView } from "../contract";
import { Call } from "../shared/call";
import { Pictures } from "../shared/Pictures";
import { useWords } from "./language";
import { Act } from "./parts";
import type { TakeoverLine } from "./takeoverLine";
import { TAKEOVER_WORDS } from "./takeoverWords";

interface Props {
  view: TakeoverView;
  line: TakeoverLine;
}

/** Voice and video: asked for here, agreed to at the kiosk. */
export function TakeoverTalk({ view, line }: Props): ReactElement {
  const words = useWords(TAKEOVER_WORDS);
  const { talk } = view;
  const call = (mode: "voice" | "video") => line.send({ type: "call", mode });
  return (
    <div className="card" data-part="talk" data-state={talk?.state ?? "none"} role="group" aria-label={words.talk}>
      <h4 className="kern-label">{words.talk}</h4>
      {!talk ? (
        <div className="acts">
          <Act id="call-video" disabled={view.private} onClick={() => call("video")}>
            {words.video}
          </Act>
          <Act id="call-voice" disabled={view.private} onClick={() => call("voice")}>
            {words.voice}
          </Act>
        </div>
      ) : (
        <>
          <p className="kern-body" role="status">
            {words[talk.state]}
          </p>
          {talk.state !== "asked" && <Live key={talk.number} view={view} line={line} />}
          <Act id="hang-up" style="primary" onClick={() => line.send({ type: "hang_up" })}>
            {talk.state === "asked" ? words.takeBack : words.hangUp}
          </Act>
        </>
      )}
    </div>
  );
}

/** Camera and microphone are on while this is shown. */
function Live({ view, line }: Props): ReactElement {
  const words = useWords(TAKEOVER_WORDS);
  const [own, setOwn] = useState<MediaStream | null>(null);
  const [theirs, setTheirs] = useState<MediaStream | null>(null);
  const begun = useRef({ talk: view.talk, ice: view.ice });
  const { send, listen } = line;
  useEffect(() => {
    const { talk, ice } = begun.current;
    if (!talk) return;
    const call = new Call({
      number: talk.number,
      mode: talk.mode,
      ice,
      offers: true,
      signal: send,
      own: setOwn,
      theirs: setTheirs,
    });
    const quiet = listen((signal) => call.take(signal));
    return () => {
      quiet();
      call.stop();
    };
  }, [send, listen]);
  return (
    <Pictures
      own={own}
      theirs={theirs}
      video={view.talk?.mode === "video"}
      ownName={words.own}
      theirName={words.theirs}
    />
  );
}
