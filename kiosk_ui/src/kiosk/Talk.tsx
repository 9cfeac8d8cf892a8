import { useEffect, useRef, useState, type ReactElement, type RefObject } from "react";
import { Icon } from "../shared/icons";
import type { Actions, Shown } from "./channel";
import { Face } from "./Face";
import { Scrolling } from "./Frame";
import { HumanFace, TalkBar } from "./Human";
import type { Words } from "./labels";
import { isStill, useVoice, type Voice } from "./voicing";

/** The colleague: face, what it says word by word, and what it hears while it is being said. */
export function Talk({ shown: { view, at }, actions, words }: { shown: Shown; actions: Actions; words: Words }): ReactElement {
  const still = isStill(view);
  const voice = useVoice(view, at, still);
  const box = useRef<HTMLElement>(null);
  const room = useRoom(box);
  return (
    <section className="talk" ref={box} data-roomy={room.roomy} data-tiny={room.tiny}>
      {view.human ? (
        <HumanFace human={view.human} actions={actions} />
      ) : (
        <Face
          face={view.face}
          gaze={view.gaze}
          mouth={view.face === "speaking" ? voice.mouth : null}
          hearing={view.heard?.final === false}
          still={still}
        />
      )}
      <div className="talk__words">
        {view.human && view.caption_by === "human" && (
          <p className="caption__by" data-part="by">
            {view.human.label}
          </p>
        )}
        {view.caption && <Caption caption={view.caption} voice={voice} words={words} />}
        {view.human?.talk && !view.display.low && <TalkBar talk={view.human.talk} actions={actions} />}
        <div className="talk__ears">
          {view.microphone_label && (
            <p className="mic" data-part="microphone" data-on={view.microphone}>
              <Icon name={view.microphone ? "microphone" : "muted"} />
              {view.microphone_label}
            </p>
          )}
          <div aria-live="polite">
            {view.heard && (
              <p className="heard" data-part="heard" data-final={view.heard.final}>
                <span className="heard__label">{words(view.heard.final ? "heard" : "hearing")} </span>
                <span className="heard__text" dir="auto">
                  {view.heard.text}
                </span>
              </p>
            )}
          </div>
        </div>
      </div>
    </section>
  );
}

function Caption({ caption, voice, words }: { caption: string; voice: Voice; words: Words }): ReactElement {
  const now = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const word = now.current;
    const box = word?.closest<HTMLElement>(".caption__body");
    if (!word || !box) return;
    const [place, room] = [word.getBoundingClientRect(), box.getBoundingClientRect()];
    if (place.bottom > room.bottom || place.top < room.top) {
      box.scrollTop += place.top - room.top - (room.height - place.height) / 3;
    }
  }, [caption, voice.now]);
  const signs = Array.from(caption);
  return (
    <div className="caption">
      <Scrolling words={words} part="caption" label={words("caption")}>
        <p className="caption__text" data-part="caption">
          <span className="caption__spoken">{signs.slice(0, voice.said).join("")}</span>
          {voice.now > voice.said && (
            <span className="caption__now" ref={now}>
              {signs.slice(voice.said, voice.now).join("")}
            </span>
          )}
          <span className="caption__rest">{signs.slice(voice.now).join("")}</span>
        </p>
      </Scrolling>
    </div>
  );
}

/** How much room (rem) beside the words lets the face stand above them, large; and what is none at all. */
const ROOM = 17;
const NONE = 5;

/**
 * Whether the face finds room above the words, which counts where the screen stands upright, and whether it is
 * too small to be seen.
 */
function useRoom(box: RefObject<HTMLElement | null>): { roomy: boolean; tiny: boolean } {
  const [room, setRoom] = useState({ roomy: false, tiny: false });
  useEffect(() => {
    const talk = box.current;
    const spoken = talk?.querySelector<HTMLElement>(".talk__words");
    if (!talk || !spoken) return;
    const measure = () => {
      const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
      const roomy = talk.clientHeight - spoken.offsetHeight >= ROOM * rem;
      const tiny = (talk.querySelector(".face")?.clientHeight ?? 0) < NONE * rem;
      setRoom((old) => (old.roomy === roomy && old.tiny === tiny ? old : { roomy, tiny }));
    };
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(talk);
    watch.observe(spoken);
    return () => watch.disconnect();
  }, [box]);
  return room;
}
