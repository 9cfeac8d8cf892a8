import { useEffect, useLayoutEffect, useRef, useState, type FormEvent, type ReactElement } from "react";
import type { TakeoverView } from "../contract";
import { promiseHelp } from "./api";
import { useStaff } from "./context";
import { useHouseWords } from "./houseWords";
import { useLang, useWords } from "./language";
import { Act, Badge } from "./parts";
import "./styles/takeover.css";
import { useTakeover, type TakeoverLine } from "./takeoverLine";
import { TakeoverTalk } from "./TakeoverTalk";
import { term } from "./terms";
import { TAKEOVER_WORDS, TOLD } from "./takeoverWords";
import { language, minutes } from "./words";

const NAME_KEY = "lotse-shown-as";
const LONGEST = 500;
/** What was written and not sent, by visit: it outlives a session that expires, not the visit. */
const drafts = new Map<string, string>();

function storedName(): string {
  try {
    return localStorage.getItem(NAME_KEY) ?? "";
  } catch {
    return "";
  }
}

function storeName(name: string): void {
  try {
    localStorage.setItem(NAME_KEY, name);
  } catch {
    // a browser that keeps nothing: the name is asked for each time
  }
}

/** One visit that needs a human: take it over, talk, choose the next step, hand back. */
export function Takeover({ id }: { id: string }): ReactElement {
  const { go, me } = useStaff();
  const words = useWords(TAKEOVER_WORDS);
  const told = useWords(TOLD);
  const line = useTakeover(id, me.csrf);
  const { view, live } = line;
  const over = view?.state === "over";
  useEffect(() => {
    if (over) drafts.delete(id);
  }, [over, id]);
  return (
    <section className="takeover" data-part="takeover" data-id={id} data-state={view?.state ?? "opening"} aria-labelledby="takeover">
      <header className="takeover__head">
        <h3 id="takeover" className="kern-heading-medium">
          {words.title}
          {view?.kiosk ? `: ${view.kiosk}` : ""}
        </h3>
        <Act id="close-takeover" style="tertiary" onClick={() => go("desk")}>
          {words.back}
        </Act>
      </header>
      <p className="takeover__told" role="status" data-part="takeover-told" data-told={line.told?.what}>
        {line.told && !over ? told[line.told.what] : ""}
        {view && !live ? words.reconnecting : ""}
        {over ? words.over : ""}
      </p>
      {view && !over && <Open id={id} view={view} line={line} />}
    </section>
  );
}

function Open({ id, view, line }: { id: string; view: TakeoverView; line: TakeoverLine }): ReactElement {
  const words = useWords(TAKEOVER_WORDS);
  const house = useHouseWords();
  const mine = view.state === "mine";
  const { me, act, busy, now } = useStaff();
  return (
    <>
      {view.urgent && (
        <p className="takeover__danger" role="alert" data-part="danger">
          <Badge kind="danger">{house.alarm.emergency}</Badge>
          {mine && !view.help_accepted_by && (
            <Act id="come" disabled={busy} onClick={() => void act(() => promiseHelp(id, me.csrf))}>
              {words.come}
            </Act>
          )}
        </p>
      )}
      <div className="takeover__facts">
        <span>{[view.service, view.step].filter(Boolean).map(term).join(" · ")}</span>
        <span>{language(view.language)}</span>
        <span>{house.minutes(minutes(view.started, now))}</span>
        {view.help_reason && !mine && <Badge kind="warning">{`${words.wants}: ${term(view.help_reason)}`}</Badge>}
        {view.help_accepted_by && <Badge kind="info">{words.coming(view.help_accepted_by)}</Badge>}
        {!view.here && <Badge kind="warning">{words.gone}</Badge>}
      </div>
      {view.private && <p className="kern-body">{words.private}</p>}
      {!mine && <Offer id={id} view={view} line={line} />}
      <div className="takeover__body" data-mine={mine}>
        <div className="takeover__talk">
          <Dialogue view={view} />
          {mine && <Composer id={id} view={view} line={line} />}
        </div>
        {mine && (
          <div className="takeover__side">
            <TakeoverTalk view={view} line={line} />
            <Next view={view} line={line} />
            <Act id="hand-back" onClick={() => line.send({ type: "hand_back" })}>
              {words.handBack}
            </Act>
          </div>
        )}
      </div>
    </>
  );
}

function Offer({ id, view, line }: { id: string; view: TakeoverView; line: TakeoverLine }): ReactElement {
  const { me, act, busy } = useStaff();
  const words = useWords(TAKEOVER_WORDS);
  if (view.state === "taken") return <p className="kern-body">{words.taken(view.taken_by)}</p>;
  if (!view.help_reason) return <p className="kern-body">{words.noHelp}</p>;
  const take = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get("shown_as") ?? "").trim();
    if (!name) return;
    storeName(name);
    line.send({ type: "take", shown_as: name });
  };
  return (
    <form className="takeover__offer" onSubmit={take}>
      <p className="kern-body" data-part="may-read">
        {view.may_read === null ? words.unasked : view.may_read ? words.readable : words.unreadable}
      </p>
      <label className="kern-form-input">
        <span className="kern-label">{words.shownAs}</span>
        <input
          className="kern-form-input__input"
          name="shown_as"
          defaultValue={storedName() || me.name}
          maxLength={40}
          required
          autoComplete="off"
        />
      </label>
      <div className="acts">
        <Act id="take" type="submit" style="primary">
          {words.take}
        </Act>
        {!view.help_accepted_by && (
          <Act id="come" disabled={busy} onClick={() => void act(() => promiseHelp(id, me.csrf))}>
            {words.come}
          </Act>
        )}
      </div>
    </form>
  );
}

/** What was said and tapped; new lines are read out by a screen reader, and scrolled to. */
function Dialogue({ view }: { view: TakeoverView }): ReactElement {
  const words = useWords(TAKEOVER_WORDS);
  const box = useRef<HTMLDivElement>(null);
  const last = view.lines.at(-1)?.number ?? -1;
  useEffect(() => {
    const list = box.current;
    if (list) list.scrollTop = list.scrollHeight;
  }, [last]);
  const names = { machine: words.machine, citizen: words.citizen, human: words.you };
  return (
    <>
      <h4 className="kern-label" id="dialogue">
        {words.dialogue}
      </h4>
      <div ref={box} className="dialogue" data-part="dialogue" role="log" aria-labelledby="dialogue" tabIndex={0}>
        {view.lines.length === 0 && <p className="dialogue__none">{words.nothing}</p>}
        {view.lines.map((said) => (
          <p key={said.number} className={`dialogue__line dialogue__line--${said.who}`} data-who={said.who}>
            <span className="dialogue__who">
              {names[said.who]}
              {said.act === "tapped" ? ` ${words.tapped}` : ":"}
            </span>{" "}
            <span dir="auto">{said.text}</span>
          </p>
        ))}
      </div>
    </>
  );
}

function Composer({ id, view, line }: { id: string; view: TakeoverView; line: TakeoverLine }): ReactElement {
  const words = useWords(TAKEOVER_WORDS);
  const [text, setText] = useState(() => drafts.get(id) ?? "");
  const write = (value: string) => {
    drafts.set(id, value);
    setText(value);
  };
  const send = () => {
    const message = text.trim();
    if (message && line.send({ type: "write", text: message })) write("");
  };
  const box = useRef<HTMLTextAreaElement>(null);
  // before it is painted: who writes at once must not write into nothing
  useLayoutEffect(() => box.current?.focus(), []);
  return (
    <form
      className="composer"
      data-part="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {!["de", "leicht"].includes(view.language) && <p className="kern-body">{words.foreign(language(view.language))}</p>}
      <label className="kern-form-input">
        <span className="kern-label">{words.write}</span>
        <textarea
          ref={box}
          className="kern-form-input__input"
          name="message"
          rows={2}
          maxLength={LONGEST}
          value={text}
          onChange={(event) => write(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            send();
          }}
        />
      </label>
      <div className="acts">
        <Act id="send" type="submit" style="primary">
          {words.send}
        </Act>
      </div>
      <details data-part="canned">
        <summary>{words.canned}</summary>
        <p className="kern-body">{words.cannedHint}</p>
        <ul className="canned">
          {view.canned.map((sentence) => (
            <li key={sentence.id}>
              <button type="button" className="canned__one" data-id={`canned:${sentence.id}`} onClick={() => line.send({ type: "canned", id: sentence.id })}>
                {sentence.german}
                {sentence.text !== sentence.german && (
                  <span className="by block" dir="auto">
                    {sentence.text}
                  </span>
                )}
              </button>
            </li>
          ))}
        </ul>
      </details>
    </form>
  );
}

function Next({ view, line }: { view: TakeoverView; line: TakeoverLine }): ReactElement | null {
  const words = useWords(TAKEOVER_WORDS);
  const german = useLang() === "de";
  const [service, setService] = useState("");
  if (view.steps.length === 0 && view.services.length === 0) return null;
  return (
    <div className="card" data-part="next" role="group" aria-label={words.next}>
      <h4 className="kern-label">{words.next}</h4>
      {view.step_done && (
        <p className="kern-body" data-part="step-done">
          {words.stepDone}
        </p>
      )}
      {view.steps.length > 0 && <p className="kern-body">{words.stepHint}</p>}
      <div className="acts">
        {view.steps.map((step) => (
          <Act key={step.id} id={`pick:${step.id}`} onClick={() => line.send({ type: "pick", id: step.id })}>
            {term(step.label)}
            {step.here ? ` (${words.here})` : ""}
          </Act>
        ))}
      </div>
      <label className="kern-form-input">
        <span className="kern-label">{words.services}</span>
        <select className="kern-form-input__input" name="service" value={service} onChange={(event) => setService(event.target.value)}>
          <option value="">{german ? "Bitte wählen" : "Please choose"}</option>
          {view.services.map((one) => (
            <option key={one.id} value={one.id}>
              {term(one.label)}
            </option>
          ))}
        </select>
      </label>
      {service && (
        <Act id="pick-service" onClick={() => line.send({ type: "pick", id: service })}>
          {term(view.services.find(({ id }) => id === service)?.label ?? "")}
        </Act>
      )}
    </div>
  );
}
