import { useEffect, useRef, useState, type PointerEvent, type ReactElement } from "react";
import { Icon } from "../shared/icons";
import type { Words } from "./labels";

/** What the wheels have been turned to; null: not yet. */
export interface DateParts {
  day: number | null;
  month: number | null;
  year: number | null;
}
type Part = keyof DateParts;

const PARTS: readonly Part[] = ["day", "month", "year"];
const MONTHS = 12;
/** Rows that are seen above and below the one that counts. */
const NEIGHBOURS = [-1, 0, 1] as const;
const REPEAT_AFTER_MS = 450;
const REPEAT_EVERY_MS = 90;
/** A flick runs on: how much of its speed stays from frame to frame, and when it stands. */
const ROLL = 0.95;
const STANDS = 0.03;

/** The parts of "12.08.1964", as far as they are written; the year only when it is whole. */
export function partsOf(text: string): DateParts {
  const match = /^(\d{1,2})(?:\.(\d{1,2})(?:\.(\d{4}))?)?/.exec(text);
  const part = (at: number, most: number) => {
    const number = Number(match?.[at] ?? 0);
    return number >= 1 && number <= most ? number : null;
  };
  return { day: part(1, 31), month: part(2, MONTHS), year: part(3, 9999) };
}

/** As it stands in the field; "" until all three are there. The day gives way to the end of a shorter month. */
export function written({ day, month, year }: DateParts): string {
  if (day === null || month === null || year === null) return "";
  const two = (number: number) => String(number).padStart(2, "0");
  return `${two(Math.min(day, daysIn(month, year)))}.${two(month)}.${year}`;
}

function daysIn(month: number, year: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** `by` steps on from `value`; from nothing to where the wheel begins. Days and months go round, years end. */
export function turned(part: Part, value: number | null, by: number, [first, last, begin]: readonly number[]): number {
  if (part === "year") {
    const next = value === null ? (begin as number) : value + by;
    return Math.min(Math.max(next, first as number), last as number);
  }
  if (value === null) return 1;
  const most = part === "day" ? 31 : MONTHS;
  return ((((value - 1 + by) % most) + most) % most) + 1;
}

interface Props {
  field: HTMLInputElement;
  /** Puts the date into the field, as typing would. */
  write: (date: string) => void;
  words: Words;
}

/** Three wheels for a date: turned with the finger, by tapping a row, or with the buttons. */
export function Wheels({ field, write, words }: Props): ReactElement {
  const years = yearsOf(field);
  const [parts, setParts] = useState(() => partsOf(field.value));
  const now = useRef(parts);
  const put = (next: DateParts) => {
    now.current = next;
    setParts(next);
  };
  useEffect(() => {
    // what is typed turns the wheels
    const typed = () => {
      if (field.value !== written(now.current)) put(partsOf(field.value));
    };
    put(partsOf(field.value));
    field.addEventListener("input", typed);
    return () => field.removeEventListener("input", typed);
  }, [field]);
  const turn = (part: Part, by: number) => {
    const next = { ...now.current, [part]: turned(part, now.current[part], by, years) };
    put(next);
    const date = written(next);
    if (date && date !== field.value) write(date);
  };
  const months = new Intl.DateTimeFormat(document.documentElement.lang || "de", { month: "long", timeZone: "UTC" });
  const shown = (part: Part, value: number) =>
    part === "month" ? months.format(Date.UTC(2024, value - 1, 1)) : String(value);
  return (
    <div className="wheels" data-part="wheels">
      {PARTS.map((part) => (
        <Wheel
          key={part}
          part={part}
          name={words(part)}
          rows={NEIGHBOURS.map((by) => {
            const value = parts[part];
            if (value === null) return "";
            const next = turned(part, value, by, years);
            return by !== 0 && next === value ? "" : shown(part, next);
          })}
          turn={(by) => turn(part, by)}
          words={words}
        />
      ))}
    </div>
  );
}

function yearsOf(field: HTMLInputElement): readonly number[] {
  const known = (field.dataset.years ?? "").split(" ").map(Number);
  const now = new Date().getFullYear();
  return known.length === 3 ? known : [now - 120, now + 10, now];
}

interface WheelProps {
  part: Part;
  name: string;
  rows: string[];
  turn: (by: number) => void;
  words: Words;
}

function Wheel({ part, name, rows, turn, words }: WheelProps): ReactElement {
  const drag = useRolling(turn);
  const [above, value, below] = rows;
  return (
    <div className="wheel" role="group" aria-label={name} data-wheel={part}>
      <span className="wheel__name">{name}</span>
      <Turner id={`${part}-`} name={`${name}: ${words("wheel_before")}`} turn={() => turn(-1)} icon="less" />
      <div className="wheel__drum" {...drag}>
        <span className="wheel__row" aria-hidden="true">
          {above}
        </span>
        <output className="wheel__row wheel__row--now">{value || "–"}</output>
        <span className="wheel__row" aria-hidden="true">
          {below}
        </span>
      </div>
      <Turner id={`${part}+`} name={`${name}: ${words("wheel_next")}`} turn={() => turn(1)} icon="more" />
    </div>
  );
}

/** Follows the finger row by row; a flick rolls on; a tap beside the middle turns one on. */
function useRolling(turn: (by: number) => void) {
  const running = useRef(0);
  const held = useRef<{ y: number; at: number; left: number; speed: number; moved: boolean } | null>(null);
  const latest = useRef(turn);
  latest.current = turn;
  useEffect(() => () => cancelAnimationFrame(running.current), []);
  const heightOf = (drum: Element) => drum.getBoundingClientRect().height / NEIGHBOURS.length || 1;
  return {
    onPointerDown: (event: PointerEvent<HTMLDivElement>) => {
      cancelAnimationFrame(running.current);
      event.currentTarget.setPointerCapture?.(event.pointerId);
      held.current = { y: event.clientY, at: event.timeStamp, left: 0, speed: 0, moved: false };
    },
    onPointerMove: (event: PointerEvent<HTMLDivElement>) => {
      const finger = held.current;
      if (!finger) return;
      const rows = (finger.y - event.clientY) / heightOf(event.currentTarget);
      finger.speed = (rows * 16) / Math.max(1, event.timeStamp - finger.at);
      finger.left += rows;
      finger.y = event.clientY;
      finger.at = event.timeStamp;
      const whole = Math.trunc(finger.left);
      if (whole) {
        finger.left -= whole;
        finger.moved = true;
        latest.current(whole);
      }
    },
    onPointerUp: (event: PointerEvent<HTMLDivElement>) => {
      const finger = held.current;
      held.current = null;
      if (!finger) return;
      if (!finger.moved) {
        const box = event.currentTarget.getBoundingClientRect();
        const row = Math.floor(((event.clientY - box.top) / (box.height || 1)) * NEIGHBOURS.length) - 1;
        latest.current(Math.min(Math.max(row, -1), 1));
        return;
      }
      if (event.timeStamp - finger.at > 60) return; // it stood before the finger left
      let { speed, left } = finger;
      const roll = () => {
        left += speed;
        speed *= ROLL;
        const whole = Math.trunc(left);
        left -= whole;
        if (whole) latest.current(whole);
        if (Math.abs(speed) > STANDS) running.current = requestAnimationFrame(roll);
      };
      roll();
    },
    onPointerCancel: () => {
      held.current = null;
    },
  };
}

interface TurnerProps {
  id: string;
  name: string;
  icon: string;
  turn: () => void;
}

/** A button that goes on turning while it is held. */
function Turner({ id, name, icon, turn }: TurnerProps): ReactElement {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const repeated = useRef(false);
  const latest = useRef(turn);
  latest.current = turn;
  const stop = () => clearTimeout(timer.current);
  useEffect(() => stop, []);
  return (
    <button
      type="button"
      tabIndex={-1}
      className="key wheel__turner"
      data-id={`key:${id}`}
      aria-label={name}
      onPointerDown={() => {
        repeated.current = false;
        const again = () => {
          repeated.current = true;
          latest.current();
          timer.current = setTimeout(again, REPEAT_EVERY_MS);
        };
        timer.current = setTimeout(again, REPEAT_AFTER_MS);
      }}
      onPointerUp={stop}
      onPointerLeave={stop}
      onPointerCancel={stop}
      onClick={() => {
        if (!repeated.current) turn();
      }}
    >
      <Icon name={icon} />
    </button>
  );
}
