import { useEffect, useState, type ReactElement } from "react";
import type { KioskView } from "../contract";
import { Icon } from "../shared/icons";
import { BigButton, ButtonRow } from "./BigButton";
import type { Actions, Shown } from "./channel";
import { DisplayMenu } from "./DisplayMenu";
import { Emergency } from "./Emergency";
import { Lines, Scrolling } from "./Frame";
import { Keyboard, useTypingField } from "./Keyboard";
import { wordsOf, type Words } from "./labels";
import { Languages, pageLanguage, PlainLanguage } from "./Languages";
import { Panel } from "./Panels";
import { Question, TalkBar } from "./Human";
import { Talk } from "./Talk";
import { German, Told } from "./Told";
import { Warning } from "./Warning";

interface Props {
  shown: Shown;
  actions: Actions;
  connected: boolean;
}

/** The whole screen: a pure function of the view, but for what is being typed and which menu is open. */
export function Screen({ shown, actions, connected }: Props): ReactElement {
  const { view, at } = shown;
  const words = wordsOf(view);
  const field = useTypingField();
  const leave = view.emergency?.leave === true;
  const line = connected ? shown : hungUp(shown);
  const blocked = !connected || leave || view.warning !== null || Boolean(view.human?.ask);
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
      data-gaze={view.gaze}
      data-keyboard={field !== null}
      data-text={view.display.text}
      data-contrast={view.display.contrast}
      data-low={view.display.low}
      data-still={view.display.still}
      data-private={view.private}
    >
      {view.emergency && <Emergency notice={view.emergency} />}
      <div className="stage" inert={blocked}>
        <header className="top">
          <span className="top__town" lang="de">
            {view.town}
          </span>
          <span className="badge" data-part="badge" data-human={view.human !== null}>
            <Icon name={view.human ? "staff" : "machine"} />
            {view.badge}
          </span>
        </header>
        <Talk shown={line} actions={actions} words={words} />
        {/* what is tapped: a layer of its own only where everything is to be low */}
        <div className="desk">
          <Answers view={line.view} actions={actions} words={words} />
          <German value={view.german}>
            <div className="work">
              <Steps view={view} words={words} />
              {view.aside && (
                <aside className="aside" data-part="aside" aria-label={words("answer")}>
                  <Scrolling words={words} part="aside" label={words("answer")}>
                    <h2 className="aside__title">{view.aside.title}</h2>
                    {view.aside.text && (
                      <p>
                        <Told text={view.aside.text} />
                      </p>
                    )}
                    <Lines lines={view.aside.lines} />
                  </Scrolling>
                  <ButtonRow buttons={view.aside.actions} tap={actions.tap} />
                </aside>
              )}
              <Panel key={keyOf(view)} panel={view.panel} actions={actions} words={words} />
            </div>
          </German>
          <div className="foot">
            <Notices view={view} />
            {field && <Keyboard field={field} words={words} />}
            <Bar view={view} actions={actions} words={words} />
          </div>
        </div>
      </div>
      {view.human?.ask && !view.warning && <Question ask={view.human.ask} actions={actions} />}
      {view.warning && !leave && <Warning warning={view.warning} at={at} tap={actions.tap} words={words} />}
      {!connected && <Connecting words={words} />}
    </main>
  );
}

/** Without a line to the robot nobody can end a talk: camera and microphone are off at once. */
function hungUp({ view, at }: Shown): Shown {
  return { view: { ...view, human: view.human && { ...view.human, talk: null } }, at };
}

/** A new question starts at its top; the same one growing keeps its place. */
function keyOf(view: KioskView): string {
  return `${view.visitor} ${view.panel.kind} ${view.panel.title}`;
}

/** Choices that go with the caption, and a line to write instead of speaking. */
function Answers({ view, actions, words }: { view: KioskView; actions: Actions; words: Words }): ReactElement | null {
  const isTypable = view.state === "idle" || view.state === "visit";
  // who sits ends a talk without reaching up
  const talk = view.display.low ? view.human?.talk : null;
  if (!isTypable && view.offers.length === 0 && !talk) return null;
  return (
    <div className="answers">
      {talk && <TalkBar talk={talk} actions={actions} />}
      <ButtonRow buttons={view.offers} tap={actions.tap} part="offers" />
      {/* what one visitor wrote and did not send is gone with the visit */}
      {isTypable && <TypeLine key={view.visitor} actions={actions} words={words} />}
    </div>
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
      <button type="button" className="kern-btn kern-btn--secondary big big--secondary type__send" data-id="type:send" onClick={send}>
        {words("send")}
      </button>
    </div>
  );
}

/** The stations of the visit by name; with large text only where one is, how far, and what comes next. */
function Steps({ view, words }: { view: KioskView; words: Words }): ReactElement | null {
  if (view.progress.length === 0) return null;
  const here = view.progress.findIndex(({ state }) => state === "current");
  return (
    <ol className="steps" data-part="progress" aria-label={words("progress")}>
      {view.progress.map((step, index) => (
        <li
          key={step.id}
          className="step"
          data-step={step.id}
          data-state={step.state}
          data-next={here >= 0 && index === here + 1}
          aria-current={step.state === "current" ? "step" : undefined}
        >
          <span className="step__sign" aria-hidden="true" data-number={index + 1} data-all={view.progress.length}>
            {step.state === "done" && <Icon name="check" />}
          </span>
          <span className="step__name">{step.label}</span>
        </li>
      ))}
    </ol>
  );
}

function Notices({ view }: { view: KioskView }): ReactElement | null {
  if (view.notices.length === 0) return null;
  return (
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
  );
}

/** What is always there, always in the same place: back, repeat, help, end; plain language, language, display. */
function Bar({ view, actions, words }: { view: KioskView; actions: Actions; words: Words }): ReactElement | null {
  const hasTools = view.languages.length > 0 || view.display_menu.length > 0;
  if (view.nav.length === 0 && !hasTools) return null;
  return (
    <div className="bar">
      {view.nav.length > 0 && (
        <nav className="nav" data-part="nav" aria-label={words("navigation")}>
          {view.nav.map((button) => (
            <BigButton key={button.id} button={button} tap={actions.tap} />
          ))}
        </nav>
      )}
      {hasTools && (
        <div className="tools" data-part="tools">
          <PlainLanguage languages={view.languages} tap={actions.tap} />
          <Languages languages={view.languages} tap={actions.tap} words={words} />
          <DisplayMenu toggles={view.display_menu} tap={actions.tap} words={words} />
        </div>
      )}
    </div>
  );
}

const LONG_MS = 12_000;

/** Shown while there is no line to the robot. */
export function Connecting({ words }: { words: Words }): ReactElement {
  const [long, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), LONG_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="veil" data-part="connecting" role="status">
      <div className="connecting">
        <p>{words("reconnect")}</p>
        {long && <p className="connecting__long">{words("reconnect_long")}</p>}
      </div>
    </div>
  );
}
