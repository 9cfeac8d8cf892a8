import { useEffect, useRef, useState, type CSSProperties, type ReactElement, type ReactNode } from "react";
import type {
  Button,
  CameraPanel,
  Checklist,
  ChipPanel,
  Choices,
  Consent,
  Feedback,
  FormPanel,
  Info,
  InfoPanel,
  KioskView,
  PlanPanel,
  Review,
  TicketPanel,
  Welcome,
} from "../contract";
import { Icon } from "../shared/icons";
import { BigButton, ButtonRow } from "./BigButton";
import type { Actions } from "./channel";
import { Field } from "./Field";
import type { Words } from "./labels";
import { PlanFloors } from "./Plan";

interface Props<P> {
  panel: P;
  actions: Actions;
  words: Words;
}

/** What is asked or shown now; its buttons stay below, outside of what scrolls. */
export function Panel({ panel, actions, words }: Props<KioskView["panel"]>): ReactElement {
  switch (panel.kind) {
    case "welcome":
      return <WelcomePanel {...{ panel, actions, words }} />;
    case "choices":
      return <ChoicesPanel {...{ panel, actions, words }} />;
    case "checklist":
      return <ChecklistPanel {...{ panel, actions, words }} />;
    case "consent":
      return <ConsentPanel {...{ panel, actions, words }} />;
    case "camera":
      return <Camera {...{ panel, actions, words }} />;
    case "chip":
      return <Chip {...{ panel, actions, words }} />;
    case "form":
      return <Form {...{ panel, actions, words }} />;
    case "review":
      return <ReviewPanel {...{ panel, actions, words }} />;
    case "ticket":
      return <Ticket {...{ panel, actions, words }} />;
    case "feedback":
      return <FeedbackPanel {...{ panel, actions, words }} />;
    case "guide":
      return <Guide {...{ panel, actions, words }} />;
    case "plan":
      return <Way {...{ panel, actions, words }} />;
    case "info":
      return <Answer {...{ panel, actions, words }} />;
  }
}

interface FrameProps {
  title: string;
  text?: string;
  children?: ReactNode;
  buttons?: Button[];
  actions: Actions;
  words: Words;
  question?: string | undefined;
}

function Frame({ title, text, children, buttons = [], actions, words, question }: FrameProps): ReactElement {
  return (
    <div className="panel" data-part="panel" data-question={question}>
      <Scrolling words={words}>
        <h1 className="panel__title" id="panel-title">
          {title}
        </h1>
        {text && <p className="panel__text">{text}</p>}
        {children}
      </Scrolling>
      <ButtonRow buttons={buttons} tap={actions.tap} part="actions" />
    </div>
  );
}

/** What may be longer than the screen: two buttons scroll it, for hands that cannot swipe. */
function Scrolling({ children, words }: { children: ReactNode; words: Words }): ReactElement {
  const body = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState({ above: false, below: false });
  useEffect(() => {
    const box = body.current;
    if (!box) return;
    const measure = () => {
      const above = box.scrollTop > 1;
      const below = box.scrollTop + box.clientHeight < box.scrollHeight - 1;
      setRoom((old) => (old.above === above && old.below === below ? old : { above, below }));
    };
    measure();
    const watch = new ResizeObserver(measure);
    for (const part of [box, ...box.children]) watch.observe(part);
    box.addEventListener("scroll", measure, { passive: true });
    return () => {
      watch.disconnect();
      box.removeEventListener("scroll", measure);
    };
  }, [children]);
  const page = (direction: 1 | -1) => () =>
    body.current?.scrollBy({ top: direction * body.current.clientHeight * 0.8 });
  return (
    <div className="panel__scroll">
      {/* what scrolls can be reached by keyboard */}
      <div className="panel__body" ref={body} tabIndex={0} role="region" aria-labelledby="panel-title">
        {children}
      </div>
      {(room.above || room.below) && (
        <div className="panel__rail">
          {([-1, 1] as const).map((direction) => (
            <button
              key={direction}
              type="button"
              className="option"
              data-id={direction < 0 ? "scroll:up" : "scroll:down"}
              aria-label={words(direction < 0 ? "scroll_up" : "scroll_down")}
              disabled={direction < 0 ? !room.above : !room.below}
              onClick={page(direction)}
            >
              <Icon name={direction < 0 ? "less" : "more"} />
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

function WelcomePanel({ panel, actions, words }: Props<Welcome>): ReactElement {
  return (
    <Frame title={panel.title} text={panel.text} actions={actions} words={words}>
      <Options buttons={panel.services} actions={actions} words={words} />
    </Frame>
  );
}

function ChoicesPanel({ panel, actions, words }: Props<Choices>): ReactElement {
  return (
    <Frame title={panel.title} text={panel.text} actions={actions} words={words} question={questionOf(panel.options)}>
      <Options buttons={panel.options} actions={actions} words={words} />
    </Frame>
  );
}

/** From this many on, answers lie three in a row on a wide screen. */
const MANY = 7;

function Options({ buttons, actions, words }: { buttons: Button[]; actions: Actions; words: Words }): ReactElement {
  const columns = buttons.length >= MANY ? 3 : 2;
  const place = { "--columns": columns, "--rows": Math.ceil(buttons.length / columns) } as CSSProperties;
  return (
    <div className="options" style={place}>
      {buttons.map((button) => (
        <BigButton key={button.id} button={button} tap={actions.tap} say={words("say")} />
      ))}
    </div>
  );
}

/** What stands before the colon of every option's id, when it is the same. */
export function questionOf(options: readonly Button[]): string | undefined {
  const [first, ...others] = new Set(options.map(({ id }) => (id.includes(":") ? id.slice(0, id.indexOf(":")) : "")));
  return others.length === 0 && first ? first : undefined;
}

function ChecklistPanel({ panel, actions, words }: Props<Checklist>): ReactElement {
  return (
    <Frame title={panel.title} text={panel.text} actions={actions} words={words} buttons={panel.actions}>
      <ul className="items">
        {panel.items.map((item) => (
          <li className="item" key={item.id} data-item={item.id} data-state={String(item.brought)}>
            <div className="item__text">
              <span className="item__label">
                {item.label}
                {!item.required && <span className="item__optional"> ({words("optional_document")})</span>}
              </span>
              {item.detail && <span className="item__detail">{item.detail}</span>}
              {item.law && <Law law={item.law} />}
            </div>
            <div className="item__marks" role="group" aria-label={item.label}>
              {[true, false].map((brought) => (
                <button
                  key={String(brought)}
                  type="button"
                  data-id={`brought:${item.id}:${brought}`}
                  data-brought={brought}
                  className="option"
                  aria-pressed={item.brought === brought}
                  onClick={() => actions.check(item.id, brought)}
                >
                  <Icon name={brought ? "check" : "close"} />
                  {words(brought ? "brought" : "missing")}
                </button>
              ))}
            </div>
          </li>
        ))}
      </ul>
    </Frame>
  );
}

function ConsentPanel({ panel, actions, words }: Props<Consent>): ReactElement {
  return (
    <Frame title={panel.title} text={panel.text} actions={actions} words={words} buttons={panel.actions}>
      {panel.law && <Law law={panel.law} />}
    </Frame>
  );
}

function Law({ law }: { law: string }): ReactElement {
  return (
    <span className="law">
      <Icon name="law" />
      <bdi lang="de">{law}</bdi>
    </span>
  );
}

function Camera({ panel, actions, words }: Props<CameraPanel>): ReactElement {
  // the address under which the stream broke; a new address is a new try
  const [broken, setBroken] = useState<string | null>(null);
  const live = panel.picture !== "" && broken !== panel.picture;
  return (
    <Frame title={panel.title} text={panel.text} actions={actions} words={words} buttons={panel.actions}>
      <div className="camera" data-part="camera">
        <div className="camera__frame">
          {live ? (
            <img
              src={panel.picture}
              alt={words("camera")}
              draggable={false}
              onError={() => setBroken(panel.picture)}
            />
          ) : (
            <p className="camera__off">
              <Icon name="camera" />
              {words("camera_off")}
            </p>
          )}
          {live && panel.outline.length > 2 && (
            <svg className="camera__outline" viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
              <polygon points={panel.outline.map(([x, y]) => `${x},${y}`).join(" ")} />
            </svg>
          )}
        </div>
        {panel.hint && (
          <p className="camera__hint" data-part="hint" aria-live="polite">
            {panel.hint}
          </p>
        )}
      </div>
    </Frame>
  );
}

/** The document on the card reader: what is amiss, or how much of it is read. */
function Chip({ panel, actions, words }: Props<ChipPanel>): ReactElement {
  return (
    <Frame title={panel.title} text={panel.text} actions={actions} words={words} buttons={panel.actions}>
      <div className="chip" data-part="chip" data-reading={panel.reading}>
        <Icon name="card" />
        {panel.reading && (
          <>
            <div
              className="chip__bar"
              role="progressbar"
              aria-label={panel.label}
              aria-valuemin={0}
              aria-valuemax={100}
              aria-valuenow={panel.percent}
            >
              <div className="chip__done" style={{ width: `${panel.percent}%` }} />
            </div>
            <p data-part="percent">
              {panel.label}: {panel.percent} %
            </p>
          </>
        )}
        {panel.hint && (
          <p className="camera__hint" data-part="hint" aria-live="polite">
            {panel.hint}
          </p>
        )}
      </div>
    </Frame>
  );
}

function Form({ panel, actions, words }: Props<FormPanel>): ReactElement {
  return (
    <Frame title={panel.title} text={panel.text} actions={actions} words={words} buttons={panel.actions}>
      {panel.groups.map((group) => (
        <fieldset className="group" key={group.id} data-group={group.id}>
          <legend className="group__label">{group.label}</legend>
          <div className="group__fields">
            {group.fields.map((field) => (
              <Field key={field.id} field={field} actions={actions} words={words} />
            ))}
          </div>
        </fieldset>
      ))}
    </Frame>
  );
}

function ReviewPanel({ panel, actions, words }: Props<Review>): ReactElement {
  return (
    <Frame title={panel.title} text={panel.text} actions={actions} words={words} buttons={panel.actions}>
      {panel.groups.map((group, index) => (
        <section className="review" key={`${index} ${group.label}`} data-part="review-group">
          <div className="review__head">
            <h2>{group.label}</h2>
            {group.edit && <BigButton button={group.edit} tap={actions.tap} />}
          </div>
          <dl className="rows">
            {group.rows.map((row, place) => (
              <div className="rows__row" key={`${place} ${row.label}`}>
                <dt>{row.label}</dt>
                <dd>
                  <span className="rows__value" dir="auto">
                    {row.value || "–"}
                  </span>
                  {row.origin && <span className="origin">{row.origin}</span>}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <section className="review" data-part="fees">
        <div className="review__head">
          <h2>{words("fees")}</h2>
        </div>
        <dl className="rows">
          {panel.fees.map((fee, index) => (
            <div className="rows__row" key={`${index} ${fee.label}`} data-part="fee">
              <dt>
                {fee.label}
                <span className="rows__law">
                  <bdi lang="de">{fee.law}</bdi>
                  {fee.since && `, ${words("since")} ${fee.since}`}
                </span>
              </dt>
              <dd className="rows__amount">
                <bdi>{fee.amount}</bdi>
              </dd>
            </div>
          ))}
          <div className="rows__row rows__row--total" data-part="total">
            <dt>{words("total")}</dt>
            <dd className="rows__amount">
              <bdi>{panel.total}</bdi>
            </dd>
          </div>
        </dl>
      </section>
    </Frame>
  );
}

/** White modules around a QR code (ISO/IEC 18004: four). */
const QUIET = 4;

function QrCode({ path, size, label }: { path: string; size: number; label: string }): ReactElement | null {
  if (!path || size <= 0) return null;
  const side = size + 2 * QUIET;
  return (
    <svg
      className="ticket__qr"
      data-part="qr"
      viewBox={`${-QUIET} ${-QUIET} ${side} ${side}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <rect x={-QUIET} y={-QUIET} width={side} height={side} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}

function Ticket({ panel, actions, words }: Props<TicketPanel>): ReactElement {
  return (
    <Frame title={panel.title} text={panel.text} actions={actions} words={words} buttons={panel.actions}>
      <div className="ticket">
        <div className="ticket__card">
          <div>
            <p className="ticket__caption">{words("number")}</p>
            <p className="ticket__number" data-part="ticket-number" dir="ltr">
              {panel.number}
            </p>
          </div>
          <QrCode path={panel.qr} size={panel.qr_size} label={words("qr")} />
        </div>
        <p className={`ticket__print ticket__print--${panel.printed}`} data-part="printed" data-printed={panel.printed}>
          <Icon name={panel.printed === false ? "warning" : "print"} />
          {words(panel.printed === null ? "printing" : panel.printed ? "printed" : "not_printed")}
        </p>
        {panel.bring.length > 0 && (
          <div className="ticket__bring" data-part="bring">
            <h2>{words("bring")}</h2>
            <ul>
              {panel.bring.map((thing) => (
                <li key={thing}>{thing}</li>
              ))}
            </ul>
          </div>
        )}
      </div>
    </Frame>
  );
}

function FeedbackPanel({ panel, actions, words }: Props<Feedback>): ReactElement {
  return (
    <Frame title={panel.title} text={panel.text} actions={actions} words={words}>
      <div className="thumbs" data-part="actions">
        {panel.actions.map((button) => (
          <BigButton key={button.id} button={button} tap={actions.tap} />
        ))}
      </div>
    </Frame>
  );
}

/** The way from the kiosk: in words first, then the picture of each floor. */
function Way({ panel, actions, words }: Props<PlanPanel>): ReactElement {
  return (
    <Frame title={panel.title} text={panel.text} actions={actions} words={words} buttons={panel.actions}>
      <Lines lines={panel.lines} />
      <PlanFloors floors={panel.floors} />
    </Frame>
  );
}

/** What one should know about a service, what one looks up, and a code that opens the online way on a phone. */
function Guide({ panel, actions, words }: Props<InfoPanel>): ReactElement {
  return (
    <Frame title={panel.title} text={panel.text} actions={actions} words={words} buttons={panel.actions}>
      <Lines lines={panel.lines} />
      <dl className="rows" data-part="facts">
        {panel.facts.map((fact) => (
          <div className="rows__row" key={fact.label} data-part="fact">
            <dt>{fact.label}</dt>
            <dd className="rows__lines">
              {fact.lines.map((line) => (
                <span key={line}>{line}</span>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <QrCode path={panel.qr} size={panel.qr_size} label={words("qr_online")} />
    </Frame>
  );
}

function Answer({ panel, actions, words }: Props<Info>): ReactElement {
  return (
    <Frame title={panel.title} text={panel.text} actions={actions} words={words} buttons={panel.actions}>
      <Lines lines={panel.lines} />
    </Frame>
  );
}

/** Lines to read one below the other. */
export function Lines({ lines }: { lines: string[] }): ReactElement | null {
  if (lines.length === 0) return null;
  return (
    <ul className="lines">
      {lines.map((line, index) => (
        <li key={`${index} ${line}`}>{line}</li>
      ))}
    </ul>
  );
}
