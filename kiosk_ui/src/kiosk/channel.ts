import type { Contract, KioskView, Signal } from "../contract";
import { LiveSocket } from "../shared/socket";

export type ScreenEvent = Contract["ScreenEvent"];

/** A view with the moment (ms) at which it came: time limits count from there. */
export interface Shown {
  view: KioskView;
  at: number;
}

/** What the panels may do to the robot. */
export interface Actions {
  /** A button was tapped; what is still being typed goes first. */
  tap: (id: string) => void;
  /** A field has a new value; sent when the typing pauses. */
  set: (field: string, value: string) => void;
  /** Sends now what `set` holds back. */
  flush: () => void;
  check: (item: string, brought: boolean) => void;
  say: (text: string) => void;
  /** The line to the other end of a talk; the robot passes it on. */
  line?: TalkLine;
}

export interface TalkLine {
  send: (signal: Signal) => void;
  /** Calls `listener` with each signal of the other end; returns the way out. */
  listen: (listener: (signal: Signal) => void) => () => void;
}

const TYPING_PAUSE_MS = 150;
const MOST_EARLY = 100;
const TOUCH_EVERY_MS = 2000;
/** So long (ms) after a goodbye nobody else has come. */
export const TREMBLE_MS = 600;
/** The robot's close code when another page is the kiosk's screen. */
const TAKEN = 4409;
const SCREEN_KEY = "lotse-screen";

/** The screen's line to the robot: the newest view comes in, the citizen's actions go out. */
export class Channel implements Actions {
  private shown: Shown | null = null;
  /** A view that waits until the finger is lifted. */
  private next: Shown | null = null;
  private held = false;
  private isConnected = false;
  private readonly listeners = new Set<() => void>();
  private readonly ends = new Set<(signal: Signal) => void>();
  /** What came before anybody listened: the page may still be drawing the talk. */
  private early: Signal[] = [];
  private readonly typed = new Map<string, string>();
  private typing: ReturnType<typeof setTimeout> | undefined;
  private touched = -Infinity;
  private readonly socket: LiveSocket;

  constructor(path = "/ws/kiosk") {
    this.socket = new LiveSocket(path, {
      open: (socket) => {
        const view = this.shown?.view;
        // a robot that has restarted knows nothing of the visit, and says so in the visit's language
        const visit = view?.state === "visit" ? { seen: view.visitor, lang: view.lang } : {};
        socket.send({ type: "hello", screen: screenId(), ...visit } satisfies ScreenEvent);
      },
      message: (data) => {
        if ((data as Signal).type === "signal") {
          const signal = data as Signal;
          if (this.ends.size === 0) this.early = [...this.early.slice(-MOST_EARLY), signal];
          for (const end of this.ends) end(signal);
          return;
        }
        this.arrived({ view: data as KioskView, at: performance.now() });
      },
      closed: (code) => {
        this.typed.clear();
        this.next = null;
        // refused because another page is the kiosk's screen: its last view says so and stays
        this.isConnected = code === TAKEN && this.shown?.view.state === "elsewhere";
        this.publish();
        return code === TAKEN ? "slowly" : "soon";
      },
    });
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  readonly current = (): Shown | null => this.shown;
  readonly connected = (): boolean => this.isConnected;

  /** While a finger rests on something, what is shown stays; the newest view comes when it is lifted. */
  readonly hold = (on: boolean): void => {
    this.held = on;
    if (!on && this.next) this.show(this.next);
  };

  readonly tap = (id: string): void => {
    this.flush();
    this.send({ type: "tap", id, ...this.meant() });
  };

  readonly set = (field: string, value: string): void => {
    this.typed.set(field, value);
    clearTimeout(this.typing);
    this.typing = setTimeout(this.flush, TYPING_PAUSE_MS);
  };

  readonly flush = (): void => {
    clearTimeout(this.typing);
    for (const [field, value] of this.typed) this.send({ type: "set", field, value, ...this.meant() });
    this.typed.clear();
  };

  readonly check = (item: string, brought: boolean): void => this.send({ type: "check", item, brought, ...this.meant() });

  readonly say = (text: string): void => {
    this.flush();
    this.send({ type: "text", text, ...this.meant() });
  };

  readonly line: TalkLine = {
    send: (signal) => this.send(signal),
    listen: (listener) => {
      this.ends.add(listener);
      for (const signal of this.early.splice(0)) listener(signal);
      return () => this.ends.delete(listener);
    },
  };

  /** Says a part of the screen aloud; what is `personal` over headphones only. */
  readonly read = (text: string, personal: boolean): void => this.send({ type: "read", text, personal, ...this.meant() });

  /** Somebody is there; at most every two seconds. */
  readonly touch = (): void => {
    const now = performance.now();
    if (now - this.touched < TOUCH_EVERY_MS) return;
    this.touched = now;
    this.send({ type: "touch", ...this.meant() });
  };

  stop(): void {
    clearTimeout(this.typing);
    this.socket.stop();
  }

  private arrived(shown: Shown): void {
    // what one visitor has typed is not the next one's
    if (shown.view.visitor !== this.shown?.view.visitor) this.typed.clear();
    if (this.held && this.isConnected) this.next = shown;
    else this.show(shown);
  }

  private show(shown: Shown): void {
    const { visitor, state } = shown.view;
    if (this.shown && visitor !== this.shown.view.visitor) {
      // the next one's touch counts at once; whose finger trembles on the button that ends the visit is not them
      const trembles = state === "goodbye" ? TREMBLE_MS - TOUCH_EVERY_MS : -Infinity;
      this.touched = performance.now() + trembles;
    }
    this.shown = shown;
    this.next = null;
    this.isConnected = true;
    this.publish();
  }

  /** The visitor whose view is seen: the robot may have gone on to the next one. */
  private meant(): { visitor?: number } {
    return this.shown ? { visitor: this.shown.view.visitor } : {};
  }

  private send(event: ScreenEvent): void {
    this.socket.send(event);
  }

  private publish(): void {
    for (const listener of this.listeners) listener();
  }
}

/** Random and kept for the tab: a reload is the same screen, a second tab is another. */
function screenId(): string {
  const kept = sessionStorage.getItem(SCREEN_KEY);
  if (kept) return kept;
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const made = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  sessionStorage.setItem(SCREEN_KEY, made);
  return made;
}
