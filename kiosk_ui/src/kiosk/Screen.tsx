import { useEffect, useState, type ReactElement } from "react";
import type { KioskView } from "../contract";
import { Icon } from "../shared/icons";
import { BigButton, ButtonRow } from "./BigButton";
import type { Actions, Shown } from "./channel";
import { Face } from "./Face";
import { Keyboard, useTypingField } from "./Keyboard";
import { wordsOf, type Words } from "./labels";
import { Languages, pageLanguage } from "./Languages";
import { Lines, Panel } from "./Panels";
import { Warning } from "./Warning";

interface Props {
  shown: Shown;
  actions: Actions;
  connected: boolean;
}

/** The whole screen: a pure function of the view, but for what is being typed. */
export function Screen({ shown, actions, connected }: Props): ReactElement {
  const { view, at } = shown;
  const words = wordsOf(view);
  const field = useTypingField();
  const blocked = !connected || view.warning !== null;
  const language = pageLanguage(view);
  useEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.dir = view.direction;
  }, [language, view.direction]);
  return (
    <main
      className="screen"
      data-state={view.state}
      data-panel={view.panel.kind}
      data-seq={view.seq}
      data-face={view.face}
      data-keyboard={field !== null}
    >
      <div className="stage" inert={blocked}>
        <header className="top">
          <span className="top__town" lang="de">
            {view.town}
          </span>
          <span className="badge" data-part="badge">
            <Icon name="machine" />
            {view.badge}
          </span>
          <Languages languages={view.languages} tap={actions.tap} words={words} />
        </header>
        <Talk view={view} actions={actions} words={words} />
        <div className="work">
          <Steps view={view} words={words} />
          {view.aside && (
            <aside className="aside" data-part="aside" aria-label={words("answer")}>
              <h2 className="aside__title">{view.aside.title}</h2>
              {view.aside.text && <p>{view.aside.text}</p>}
              <Lines lines={view.aside.lines} />
              <ButtonRow buttons={view.aside.actions} tap={actions.tap} />
            </aside>
          )}
          <Panel key={keyOf(view)} panel={view.panel} actions={actions} words={words} />
        </div>
        <div className="foot">
          {view.notices.length > 0 && (
            <ul className="notices" aria-live="polite">
              {view.notices.map((notice) => (
                <li
                  key={notice.id}
                  className={`notice notice--${notice.kind}`}
                  data-part="notice"
                  data-id={notice.id}
                  data-kind={notice.kind}
                >
                  <Icon name={notice.kind} />
                  {notice.text}
                </li>
              ))}
            </ul>
          )}
          {field && <Keyboard field={field} words={words} />}
          {view.nav.length > 0 && (
            <nav className="nav" data-part="nav" aria-label={words("navigation")}>
              {view.nav.map((button) => (
                <BigButton key={button.id} button={button} tap={actions.tap} />
              ))}
            </nav>
          )}
        </div>
      </div>
      {view.warning && <Warning warning={view.warning} at={at} tap={actions.tap} words={words} />}
      {!connected && <Connecting words={words} />}
    </main>
  );
}

/** A new question starts at its top; the same one growing keeps its place. */
function keyOf(view: KioskView): string {
  return `${view.state} ${view.panel.kind} ${view.panel.title}`;
}

/** The colleague: face, what it says, what it hears, and a line to write instead of speaking. */
function Talk({ view, actions, words }: { view: KioskView; actions: Actions; words: Words }): ReactElement {
  const signs = Array.from(view.caption);
  return (
    <section className="talk">
      <Face face={view.face} />
      <div className="talk__words">
        {view.caption && (
          <p className="caption" data-part="caption">
            <span className="caption__spoken">{signs.slice(0, view.spoken).join("")}</span>
            <span className="caption__rest">{signs.slice(view.spoken).join("")}</span>
          </p>
        )}
        <div aria-live="polite">
          {view.heard && (
            <p className="heard" data-part="heard" data-final={view.heard.final}>
              <span className="heard__label">{words(view.heard.final ? "heard" : "hearing")} </span>
              <span className="heard__text">{view.heard.text}</span>
            </p>
          )}
        </div>
        {view.microphone_label && (
          <p className="mic" data-part="microphone" data-on={view.microphone}>
            <Icon name={view.microphone ? "microphone" : "muted"} />
            {view.microphone_label}
          </p>
        )}
      </div>
      <div className="talk__answers">
        <ButtonRow buttons={view.offers} tap={actions.tap} part="offers" />
        {(view.state === "idle" || view.state === "visit") && (
          // what one visitor wrote and did not send is gone with the visit
          <TypeLine key={view.state} actions={actions} words={words} />
        )}
      </div>
    </section>
  );
}

function TypeLine({ actions, words }: { actions: Actions; words: Words }): ReactElement {
  const [text, setText] = useState("");
  const send = () => {
    if (!text.trim()) return;
    actions.say(text.trim());
    setText("");
  };
  return (
    <div className="type" data-part="type">
      <input
        className="input"
        type="text"
        data-keys="text"
        aria-label={words("type")}
        placeholder={words("type")}
        autoComplete="off"
        spellCheck={false}
        maxLength={500}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") send();
        }}
      />
      <button type="button" className="kern-btn kern-btn--secondary big type__send" data-id="type:send" onClick={send}>
        {words("send")}
      </button>
    </div>
  );
}

function Steps({ view, words }: { view: KioskView; words: Words }): ReactElement | null {
  if (view.progress.length === 0) return null;
  return (
    <ol className="steps" data-part="progress" aria-label={words("progress")}>
      {view.progress.map((step) => (
        <li
          key={step.id}
          className="step"
          data-step={step.id}
          data-state={step.state}
          aria-current={step.state === "current" ? "step" : undefined}
        >
          {step.state === "done" && <Icon name="check" />}
          {step.label}
        </li>
      ))}
    </ol>
  );
}

/** Shown while there is no line to the robot. */
export function Connecting({ words }: { words: Words }): ReactElement {
  return (
    <div className="veil" data-part="connecting" role="status">
      <p className="connecting">{words("reconnect")}</p>
    </div>
  );
}
