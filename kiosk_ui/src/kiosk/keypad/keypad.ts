/**
 * The tactile keypad: five keys and speech instead of the screen (EN 301 549, 5.1; BFSGV § 7).
 *
 * It is a keyboard to the machine: arrow up and down go from element to element, Enter chooses, Escape goes back,
 * F1 says it again. There is nothing to switch on: it works from the first key on.
 */

import type { KioskView } from "../../contract";
import { insert } from "../Keyboard";
import { TREMBLE_MS, type Shown } from "../channel";
import { itemsOf, type Item } from "./items";
import { sayOf, Speech, together, type Say, type Spoken } from "./speech";
import { signsFor, Wheel, written, type Spoke } from "./wheel";

/** The line to the robot, as far as the keypad needs it. */
export interface Line {
  current: () => Shown | null;
  connected: () => boolean;
  subscribe: (listener: () => void) => () => void;
  tap: (id: string) => void;
  read: (text: string, personal: boolean) => void;
}

type Key = "up" | "down" | "ok" | "back" | "help";
const KEYS: Record<string, Key> = { ArrowUp: "up", ArrowDown: "down", Enter: "ok", Escape: "back", F1: "help" };
/** What has arrow keys of its own, when somebody has put the focus there by hand. */
const OWN_ARROWS = "[role=spinbutton], [role=slider], [role=listbox], select";
/** Says by itself what has become of it when it was pressed. */
const STATEFUL = "[aria-pressed], [aria-expanded], [aria-checked], input";
/** The robot speaks of these. */
const ANSWERED = "[data-id^='lang:'], [data-id='plain'], [data-id='display:private']";
/** Held keys turn faster than anybody listens. */
const READ_EVERY_MS = 120;
const PACES = ["faster", "slower", "louder", "quieter"];

export class Keypad {
  private used = false;
  private here: Item | null = null;
  private screen = "";
  private visit = "";
  private hinted = false;
  private warned = false;
  private goodbyeAt = -Infinity;
  private asked = false;
  private wheel: Wheel | null = null;
  private expected: { key: string; text: string } | null = null;
  private held: Spoken | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readAt = -Infinity;
  private readonly ends: (() => void)[] = [];

  constructor(
    private readonly line: Line,
    private readonly page: Document = document,
  ) {}

  /** Listens to the keys; before anybody else does. */
  start(): void {
    const window = this.page.defaultView ?? globalThis.window;
    const pressed = (event: KeyboardEvent) => this.pressed(event);
    const touched = () => this.release();
    const focused = (event: FocusEvent) => this.follow(event.target);
    window.addEventListener("keydown", pressed, { capture: true });
    window.addEventListener("pointerdown", touched, { capture: true });
    this.page.addEventListener("focusin", focused);
    const watch = new MutationObserver(() => this.drawn());
    watch.observe(this.page.body, { subtree: true, childList: true, attributes: true, characterData: true });
    this.ends.push(
      () => window.removeEventListener("keydown", pressed, { capture: true }),
      () => window.removeEventListener("pointerdown", touched, { capture: true }),
      () => this.page.removeEventListener("focusin", focused),
      () => watch.disconnect(),
      this.line.subscribe(() => this.arrived()),
    );
  }

  stop(): void {
    clearTimeout(this.timer);
    for (const end of this.ends) end();
  }

  private pressed(event: KeyboardEvent): void {
    const key = KEYS[event.key];
    const view = this.line.current()?.view;
    if (!key || !view || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (!this.used && !this.begins(key, event.target)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!this.line.connected()) return;
    this.used = true;
    this.page.documentElement.dataset.keypad = "on";
    if (event.repeat && key !== "up" && key !== "down") return;
    if (view.state === "idle" || view.state === "goodbye") {
      // whoever comes is greeted first; then the keys are explained. Whose finger trembles on the key that ends
      // the visit is not the next one
      if (performance.now() - this.goodbyeAt < TREMBLE_MS) return;
      if (!this.hinted) this.tell(sayOf(view)("intro"));
      this.hinted = true;
      return;
    }
    if (key !== "help") this.asked = false;
    this.act(key, view);
    this.hinted = true;
  }

  /** Whether this key, the first one, is meant for the keypad: a focus put by hand keeps what is its own. */
  private begins(key: Key, target: EventTarget | null): boolean {
    if (key === "ok" || key === "back") return target === this.page.body;
    return !(target instanceof Element && target.matches(OWN_ARROWS));
  }

  private act(key: Key, view: KioskView): void {
    const say = sayOf(view);
    if (this.wheel) return this.turn(this.wheel, key, say);
    const items = itemsOf(this.page);
    switch (key) {
      case "up":
      case "down":
        return this.move(items, key === "up" ? -1 : 1, view);
      case "ok":
        return this.choose(items, view);
      case "back":
        return this.back(items, view);
      case "help":
        return this.help(items, view);
    }
  }

  private move(items: Item[], by: 1 | -1, view: KioskView): void {
    if (items.length === 0) return;
    const at = this.find(items);
    // where the reading of a new screen begins has just been said by the robot
    const next = (at + by + items.length) % items.length;
    const say = sayOf(view);
    const turned = by > 0 ? next < at : next > at;
    const before = items[at] ?? null;
    const item = items[next] as Item;
    this.go(item);
    const spoken = this.speech(view).item(item, items, before);
    const hint = this.hinted ? "" : say("hint");
    const edge = turned ? say(by > 0 ? "top" : "bottom") : "";
    this.read({ ...spoken, text: together([edge, spoken.text, hint]) });
  }

  private choose(items: Item[], view: KioskView): void {
    const item = items[this.find(items)];
    if (!item) return;
    const { element, kind } = item;
    this.go(item);
    if (kind === "write" || kind === "choice") {
      if (view.private && !view.headset) this.tell(sayOf(view)("needs_headset"));
      else if (kind === "write") this.write(element as HTMLInputElement, item, view);
      else this.pick(element as HTMLSelectElement, item, view);
      return;
    }
    const spoken = this.speech(view).item(item, items, item);
    if (kind === "text") {
      this.read(spoken);
      return;
    }
    const tells = element.matches(STATEFUL) && !element.matches(ANSWERED);
    this.expected = tells ? { key: item.key, text: spoken.text } : null;
    element.click();
  }

  private back(items: Item[], view: KioskView): void {
    const menu = this.page.querySelector<HTMLElement>("main button[aria-expanded=true]");
    const toggle = items.find(({ element }) => element === menu);
    if (view.warning) {
      this.line.tap(view.warning.extend.id);
    } else if (menu && toggle) {
      menu.click();
      this.go(toggle);
      this.expected = { key: toggle.key, text: "" };
    } else if (view.nav.some(({ id }) => id === "nav:go_back")) {
      this.line.tap("nav:go_back");
    } else {
      this.tell(sayOf(view)("no_back"));
    }
  }

  /** Once: where one is; twice: what the keys do, and how the voice sounds. */
  private help(items: Item[], view: KioskView): void {
    const say = sayOf(view);
    if (this.asked) {
      this.asked = false;
      const paces: Spoke[] = PACES.map((pace) => ({
        say: say(pace),
        take: () => {
          this.line.tap(`voice:${pace}`);
          return "";
        },
      }));
      const title = () => say("help");
      const leave = () => this.again(view);
      this.open(new Wheel(title, [{ say: say("intro"), take: () => say("intro") }, ...paces], leave), "");
      return;
    }
    this.asked = true;
    const item = items[this.find(items)];
    const spoken = item ? this.speech(view).item(item, items, null) : { text: "", personal: false };
    this.read({ ...spoken, text: together([spoken.text, say("more_help")]) });
  }

  private again(view: KioskView): void {
    const items = itemsOf(this.page);
    const item = items[this.find(items)];
    if (item) this.read(this.speech(view).item(item, items, null));
  }

  // --- wheels -------------------------------------------------------------------------------

  private open(wheel: Wheel, intro: string): void {
    this.wheel = wheel;
    this.tell(together([wheel.title(), intro, wheel.current.say]));
  }

  private turn(wheel: Wheel, key: Key, say: Say): void {
    switch (key) {
      case "up":
      case "down":
        return this.tell(wheel.turn(key === "up" ? -1 : 1).say);
      case "ok": {
        const said = wheel.current.take();
        if (said) this.tell(said);
        return;
      }
      case "back":
        this.wheel = null;
        return wheel.leave();
      case "help":
        return this.tell(together([wheel.title(), wheel.current.say, say("wheel")]));
    }
  }

  /** Letters one after the other into a field that has the focus meanwhile. */
  private write(field: HTMLInputElement, item: Item, view: KioskView): void {
    const say = sayOf(view);
    const keys = field.dataset.keys ?? "text";
    const name = (sign: string) => say(`sign_${(sign.codePointAt(0) ?? 0).toString(16)}`) || sign;
    // the page may draw the field anew while it is written
    const now = () => (field.id ? (this.page.getElementById(field.id) as HTMLInputElement | null) : field);
    const spokes: Spoke[] = [...signsFor(keys)].map((sign) => ({
      say: name(sign),
      take: () => {
        const target = now();
        const before = target?.value ?? "";
        if (target) insert(target, written(sign, keys, before));
        return target && target.value !== before ? `${name(sign)} ${say("typed")}` : say("full");
      },
    }));
    const erase = () => {
      const target = now();
      const last = target?.value.at(-1);
      if (!target || !last) return say("empty");
      insert(target, "", 1);
      return `${name(last.toLocaleUpperCase("de"))} ${say("erased")}`;
    };
    const leave = () => {
      now()?.blur();
      this.again(this.line.current()?.view ?? view);
    };
    spokes.push(
      { say: say("erase"), take: erase },
      {
        say: say("done"),
        take: () => {
          this.wheel = null;
          leave();
          return "";
        },
      },
    );
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
    const value = () => this.speech(this.line.current()?.view ?? view).value(now() ?? field);
    const title = () => value().text;
    const intro = [this.warned || view.headset ? "" : say("aloud"), say("wheel")].filter(Boolean).join(" ");
    this.warned = true;
    // the blank is one step back from the first letter
    const first = signsFor(keys).startsWith(" ") ? 1 : 0;
    this.open(new Wheel(title, spokes, leave, first), intro);
    this.go(item);
  }

  /** One of a list, taken with the OK key. */
  private pick(list: HTMLSelectElement, item: Item, view: KioskView): void {
    const say = sayOf(view);
    const now = () => (this.page.getElementById(list.id) as HTMLSelectElement | null) ?? list;
    const leave = () => this.again(this.line.current()?.view ?? view);
    const options = [...list.options].filter(({ value }) => value !== "");
    const spokes = options.map(({ value, label }, index) => ({
      say: `${label}, ${index + 1} ${say("of")} ${options.length}`,
      take: () => {
        const target = now();
        Object.getOwnPropertyDescriptor(HTMLSelectElement.prototype, "value")?.set?.call(target, value);
        target.dispatchEvent(new Event("change", { bubbles: true }));
        this.wheel = null;
        this.go(item);
        return say("chosen");
      },
    }));
    if (spokes.length === 0) return;
    const chosen = Math.max(0, options.findIndex(({ value }) => value === list.value));
    this.open(new Wheel(() => say("choice"), spokes, leave, chosen), say("wheel"));
  }

  // --- where the keypad is --------------------------------------------------------------------

  private find(items: Item[]): number {
    const here = this.here;
    if (!here) return 0;
    const same = items.findIndex(({ element }) => element === here.element);
    return Math.max(0, same >= 0 ? same : items.findIndex(({ key }) => key === here.key));
  }

  private go(item: Item): void {
    for (const old of this.page.querySelectorAll("[data-keypad=here]")) delete (old as HTMLElement).dataset.keypad;
    item.element.dataset.keypad = "here";
    item.element.scrollIntoView({ block: "nearest" });
    this.here = item;
  }

  /** A finger on the screen: the keypad waits for its next key. */
  private release(): void {
    this.used = this.asked = false;
    this.wheel = null;
    delete this.page.documentElement.dataset.keypad;
    for (const old of this.page.querySelectorAll("[data-keypad=here]")) delete (old as HTMLElement).dataset.keypad;
  }

  /** The page has put the focus somewhere, on the first wrong field for example: go on from there. */
  private follow(target: EventTarget | null): void {
    if (!this.used || this.wheel || !(target instanceof HTMLElement) || !target.closest("[data-field]")) return;
    const item = itemsOf(this.page).find(({ element }) => element === target);
    if (item) this.go(item);
  }

  /** A view has come. */
  private arrived(): void {
    const view = this.line.current()?.view;
    if (!view) return;
    const warning = this.screen.endsWith(" warning");
    const screen = `${view.state} ${view.panel.kind} ${view.panel.title}${view.warning ? " warning" : ""}`;
    if (view.state !== this.visit) {
      this.visit = view.state;
      this.warned = false;
      if (view.state === "goodbye") this.goodbyeAt = performance.now();
      if (view.state === "idle" || view.state === "goodbye") this.hinted = false;
    }
    if (screen === this.screen) return;
    this.screen = screen;
    this.here = this.expected = null;
    this.asked = false;
    if (this.wheel) {
      this.wheel = null;
      (this.page.activeElement as HTMLElement | null)?.blur();
    }
    if (this.used && warning && !view.warning && view.state === "visit") this.tell(sayOf(view)("stays"));
  }

  /** The page was drawn: say what has become of the button that was pressed. */
  private drawn(): void {
    const { expected, here } = this;
    const view = this.line.current()?.view;
    if (!expected || !here || !view || here.key !== expected.key) return;
    const items = itemsOf(this.page);
    const item = items.find(({ key }) => key === expected.key);
    if (!item) return;
    const spoken = this.speech(view).item(item, items, item);
    if (spoken.text === expected.text) return;
    this.expected = null;
    this.go(item);
    this.read(spoken);
  }

  private speech(view: KioskView): Speech {
    return new Speech(sayOf(view), !view.headset);
  }

  private tell(text: string): void {
    this.read({ text, personal: false });
  }

  /** At once, but not more often than can be heard; of what comes meanwhile the last counts. */
  private read(spoken: Spoken): void {
    if (!spoken.text.trim()) return;
    const wait = this.readAt + READ_EVERY_MS - performance.now();
    clearTimeout(this.timer);
    this.held = spoken;
    if (wait <= 0) this.send();
    else this.timer = setTimeout(() => this.send(), wait);
  }

  private send(): void {
    if (!this.held) return;
    this.readAt = performance.now();
    this.line.read(this.held.text.trim(), this.held.personal);
    this.held = null;
  }
}
