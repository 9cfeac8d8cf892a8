import { useEffect, useRef, useState, type CSSProperties, type ReactElement, type ReactNode } from "react";
import type { Button, Fact } from "../contract";
import { Icon } from "../shared/icons";
import { BigButton, ButtonRow } from "./BigButton";
import type { Actions } from "./channel";
import type { Words } from "./labels";
import { Told } from "./Told";

/** What every panel is given. */
export interface Props<P> {
  panel: P;
  actions: Actions;
  words: Words;
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

/** Title, text and content that may be longer than the screen; the buttons stay below it. */
export function Frame({ title, text, children, buttons = [], actions, words, question }: FrameProps): ReactElement {
  return (
    <div className="panel" data-part="panel" data-question={question}>
      <Scrolling words={words}>
        <h1 className="panel__title" id="panel-title">
          {title}
        </h1>
        {text && (
          <p className="panel__text">
            <Told text={text} />
          </p>
        )}
        {children}
      </Scrolling>
      <ButtonRow buttons={buttons} tap={actions.tap} part="actions" />
    </div>
  );
}

/** Whether it is too long without buttons beside it: the answer must be the same whether or not they are there. */
function needsRail(box: HTMLElement): boolean {
  const rail = box.nextElementSibling;
  if (!(rail instanceof HTMLElement)) return box.scrollHeight > box.clientHeight + 1;
  const top = box.scrollTop;
  rail.hidden = true;
  const needed = box.scrollHeight > box.clientHeight + 1;
  rail.hidden = false;
  if (box.scrollTop !== top) box.scrollTo({ top, behavior: "instant" });
  return needed;
}

interface ScrollingProps {
  children: ReactNode;
  words: Words;
  /** What scrolls: the panel, or a smaller part of the screen, which has its own name. */
  part?: "panel" | "caption" | "aside";
  label?: string;
}

/** What may be longer than the screen: two buttons scroll it, for hands that cannot swipe. */
export function Scrolling({ children, words, part = "panel", label }: ScrollingProps): ReactElement {
  const body = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState({ above: false, below: false, rail: false });
  useEffect(() => {
    const box = body.current;
    if (!box) return;
    const look = (needed?: boolean) => {
      const above = box.scrollTop > 1;
      const below = box.scrollTop + box.clientHeight < box.scrollHeight - 1;
      setRoom((old) => {
        const rail = needed ?? old.rail;
        return old.above === above && old.below === below && old.rail === rail ? old : { above, below, rail };
      });
    };
    const measure = () => look(needsRail(box));
    const scrolled = () => look();
    measure();
    // letters that came late may be smaller, and what is measured while the buttons come or go is of the frame before
    const later = requestAnimationFrame(measure);
    document.fonts?.addEventListener("loadingdone", measure);
    const watch = new ResizeObserver(measure);
    for (const part of [box, ...box.children]) watch.observe(part);
    box.addEventListener("scroll", scrolled, { passive: true });
    return () => {
      watch.disconnect();
      cancelAnimationFrame(later);
      document.fonts?.removeEventListener("loadingdone", measure);
      box.removeEventListener("scroll", scrolled);
    };
  }, [children, room.rail]);
  const page = (direction: 1 | -1) => () =>
    body.current?.scrollBy({ top: direction * body.current.clientHeight * 0.8 });
  const scrolls = room.rail;
  const isPanel = part === "panel";
  return (
    <div className={`${part}__scroll`}>
      {/* what scrolls can be reached by keyboard */}
      <div
        className={`${part}__body`}
        ref={body}
        tabIndex={isPanel || scrolls ? 0 : undefined}
        role={isPanel ? "region" : scrolls ? "group" : undefined}
        aria-labelledby={isPanel ? "panel-title" : undefined}
        aria-label={scrolls ? label : undefined}
      >
        {children}
      </div>
      {scrolls && (
        <div className="panel__rail">
          {([-1, 1] as const).map((direction) => (
            <button
              key={direction}
              type="button"
              className="option"
              data-id={`scroll:${isPanel ? "" : `${part}:`}${direction < 0 ? "up" : "down"}`}
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

/** From this many on, answers lie three in a row on a wide screen. */
const MANY = 7;

/** Answers as large buttons. */
export function Options({ buttons, actions, words }: { buttons: Button[]; actions: Actions; words: Words }): ReactElement {
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

/** A paragraph, as it is written. */
export function Law({ law }: { law: string }): ReactElement {
  return (
    <span className="law">
      <Icon name="law" />
      <bdi lang="de">{law}</bdi>
    </span>
  );
}

/** What one looks up: labels with their lines. */
export function Facts({ facts }: { facts: Fact[] }): ReactElement {
  return (
    <dl className="rows" data-part="facts">
      {facts.map((fact) => (
        <div className="rows__row" key={fact.label} data-part="fact">
          <dt>{fact.label}</dt>
          <dd className="rows__lines">
            {fact.lines.map((line) => (
              <span key={line}>
                <Told text={line} />
              </span>
            ))}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** White modules around a QR code (ISO/IEC 18004: four). */
const QUIET = 4;

/** A QR code from the path of its dark modules; nothing for an empty one. */
export function QrCode({ path, size, label }: { path: string; size: number; label: string }): ReactElement | null {
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

/** Lines to read one below the other. */
export function Lines({ lines }: { lines: string[] }): ReactElement | null {
  if (lines.length === 0) return null;
  return (
    <ul className="lines">
      {lines.map((line, index) => (
        <li key={`${index} ${line}`}>
          <Told text={line} />
        </li>
      ))}
    </ul>
  );
}
