import { act, fireEvent, render } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { KioskView } from "../src/contract";
import { TREMBLE_MS, type Actions, type Shown } from "../src/kiosk/channel";
import { Keypad } from "../src/kiosk/keypad/keypad";
import { signsFor, written } from "../src/kiosk/keypad/wheel";
import { Screen } from "../src/kiosk/Screen";
import { screenNames, screenOf } from "./samples";

const LABELS = {
  keypad_intro: "So gehen die Tasten.",
  keypad_hint: "Hilfe gibt es.",
  keypad_more_help: "Noch einmal für mehr.",
  keypad_help: "Hilfe.",
  keypad_wheel: "Drehen und nehmen.",
  keypad_of: "von",
  keypad_button: "Knopf",
  keypad_field: "Feld",
  keypad_choice: "Auswahl",
  keypad_tick: "Kästchen",
  keypad_on: "gewählt",
  keypad_off: "nicht gewählt",
  keypad_opened: "aufgeklappt",
  keypad_closed: "zugeklappt",
  keypad_empty: "leer",
  keypad_filled: "ausgefüllt",
  keypad_ticked: "angekreuzt",
  keypad_unticked: "nicht angekreuzt",
  keypad_current: "Hier sind Sie.",
  keypad_top: "Wieder am Anfang.",
  keypad_bottom: "Am Ende.",
  keypad_needs_headset: "Bitte Kopfhörer.",
  keypad_aloud: "Achtung, laut.",
  keypad_no_back: "Nicht weiter zurück.",
  keypad_stays: "Gut, weiter.",
  keypad_typed: "geschrieben.",
  keypad_full: "Voll.",
  keypad_erase: "Löschen.",
  keypad_erased: "gelöscht.",
  keypad_done: "Fertig.",
  keypad_sign_20: "Leerzeichen",
  keypad_chosen: "Gewählt.",
  keypad_sign_2e: "Punkt",
  keypad_faster: "Schneller.",
  keypad_slower: "Langsamer.",
  keypad_louder: "Lauter.",
  keypad_quieter: "Leiser.",
};

/** The page with the keypad beside it, and what the robot is sent. */
class Kiosk {
  readonly read: { text: string; personal: boolean }[] = [];
  readonly sent: unknown[][] = [];
  readonly container: HTMLElement;
  private readonly listeners = new Set<() => void>();
  private readonly keypad: Keypad;
  private readonly page: ReturnType<typeof render>;
  private shown: Shown;

  constructor(view: KioskView) {
    this.shown = { view, at: performance.now() };
    this.page = render(this.screen());
    this.container = this.page.container;
    this.keypad = new Keypad({
      current: () => this.shown,
      connected: () => true,
      subscribe: (listener) => {
        this.listeners.add(listener);
        return () => this.listeners.delete(listener);
      },
      tap: (id) => void this.sent.push(["tap", id]),
      read: (text, personal) => void this.read.push({ text, personal }),
    });
    this.keypad.start();
    this.show(view);
  }

  private screen() {
    const note =
      (kind: string) =>
      (...values: unknown[]) =>
        void this.sent.push([kind, ...values]);
    const actions = {
      tap: note("tap"),
      set: note("set"),
      flush: note("flush"),
      check: note("check"),
      say: note("say"),
    } as Actions;
    return <Screen shown={this.shown} actions={actions} connected={true} />;
  }

  show(view: KioskView): void {
    this.shown = { view, at: performance.now() };
    act(() => this.page.rerender(this.screen()));
    for (const listener of this.listeners) listener();
  }

  /** Presses keys one after the other; what is said after the last one. */
  press(...keys: string[]): string {
    for (const key of keys) {
      act(() => void fireEvent.keyDown(document.activeElement ?? document.body, { key }));
      vi.advanceTimersByTime(200);
    }
    return this.read.at(-1)?.text ?? "";
  }

  /** Goes down until something that begins so is said. */
  find(words: string): string {
    for (let times = 0; times < 120; times++) {
      const said = this.press("ArrowDown");
      if (said.startsWith(words)) return said;
    }
    throw new Error(`never said: ${words}; but ${JSON.stringify(this.read.map(({ text }) => text))}`);
  }

  /** Everything from here until it begins anew. */
  walk(): string[] {
    const heard: string[] = [];
    for (let times = 0; times < 200; times++) {
      const said = this.press("ArrowDown");
      heard.push(said);
      if (said.startsWith(LABELS.keypad_top)) break;
    }
    return heard;
  }

  stop(): void {
    this.keypad.stop();
  }
}

let kiosk: Kiosk | undefined;

function at(name: string, change: Partial<KioskView> = {}): Kiosk {
  const view = screenOf(name, change);
  kiosk = new Kiosk({ ...view, labels: { ...view.labels, ...LABELS } });
  return kiosk;
}

/** The sample with everything in its fields and rows marked as the robot marks it. */
function marked(name: string): Partial<KioskView> {
  const { panel } = screenOf(name);
  const mark = <T,>(one: T): T => ({ ...one, personal: true });
  if (panel.kind === "form") {
    return { panel: { ...panel, groups: panel.groups.map((group) => ({ ...group, fields: group.fields.map(mark) })) } };
  }
  if (panel.kind !== "review") return {};
  return { panel: { ...panel, groups: panel.groups.map((group) => ({ ...group, rows: group.rows.map(mark) })) } };
}

function words(text: string): string {
  return text.replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  kiosk?.stop();
  kiosk = undefined;
  vi.useRealTimers();
});

/** One screen of every kind. */
const KINDS = [...new Map(screenNames.filter(isVisit).map((name) => [screenOf(name).panel.kind, name])).values()];

function isVisit(name: string): boolean {
  const { state, warning } = screenOf(name);
  return state === "visit" && !warning;
}

describe.each(KINDS)("on the screen %s", (name) => {
  it("everything that can be used is said by its name, and nothing personal aloud", () => {
    const { container } = at(name, marked(name));
    const heard = words(kiosk?.walk().join(" ") ?? "");
    for (const button of container.querySelectorAll<HTMLButtonElement>("button:not([disabled])")) {
      if (button.closest("[hidden], [data-part=keyboard], [aria-hidden=true], [data-personal=true]")) continue;
      if (button.dataset.id?.startsWith("scroll:")) continue;
      const label = button.querySelector(".big__label") ?? button;
      expect(heard).toContain(words(button.getAttribute("aria-label") ?? label.textContent ?? ""));
    }
    for (const value of personal(container)) expect(heard).not.toContain(words(value));
    expect(kiosk?.read.some((one) => one.personal)).toBe(false);
  });
});

/** What stands in the fields and on the review, as far as it is long enough to be told from other words. */
function personal(container: HTMLElement): string[] {
  const inputs = container.querySelectorAll<HTMLInputElement>("[data-field] input[data-keys]");
  const shown = container.querySelectorAll<HTMLElement>("dd [data-personal=true]");
  return [...[...inputs].map(({ value }) => value), ...[...shown].map(({ textContent }) => textContent ?? "")].filter(
    (value) => value.length > 4 && value !== screenOf("form").town,
  );
}

describe.each(["form", "review"])("over headphones, on the screen %s", (name) => {
  it("everything is said, and what is personal is marked", () => {
    const { container } = at(name, { ...marked(name), headset: true });
    const heard = words(kiosk?.walk().join(" ") ?? "");
    expect(personal(container).length).toBeGreaterThan(0);
    for (const value of personal(container)) expect(heard).toContain(words(value));
    expect(kiosk?.read.some((one) => one.personal)).toBe(true);
  });
});

describe("the keypad", () => {
  it("greets with an explanation of the keys, whichever key is the first", () => {
    expect(at("idle").press("Enter")).toBe(LABELS.keypad_intro);
    expect(kiosk?.read).toHaveLength(1);
  });

  it("greets the next one at the goodbye, and not the finger that still rests on the key", () => {
    const gone = at("goodbye");
    expect(gone.press("Enter")).toBe("");
    vi.advanceTimersByTime(TREMBLE_MS);
    expect(gone.press("Enter")).toBe(LABELS.keypad_intro);
    gone.press("Enter", "ArrowDown", "Escape");
    expect(gone.read.map(({ text }) => text)).toEqual([LABELS.keypad_intro]);
    expect(gone.sent).toEqual([]);
  });

  it("names role, position and state", () => {
    const options = screenOf("choices").panel;
    if (options.kind !== "choices") throw new Error("the sample has changed");
    at("choices");
    const said = kiosk?.find(options.options[0]?.label ?? "");
    expect(said).toContain(`, 1 von ${options.options.length}, Knopf`);
  });

  it("chooses what it stands on with the OK key, and never before something was heard", () => {
    const { panel } = screenOf("choices");
    if (panel.kind !== "choices") throw new Error("the sample has changed");
    at("choices").press("Enter");
    expect(kiosk?.sent).toEqual([]);
    kiosk?.find(panel.options[1]?.label ?? "");
    kiosk?.press("Enter");
    expect(kiosk?.sent).toContainEqual(["tap", panel.options[1]?.id]);
  });

  it("goes back with the back key", () => {
    at("choices").press("ArrowDown", "Escape");
    expect(kiosk?.sent).toContainEqual(["tap", "nav:go_back"]);
  });

  it("says it again with the help key, and explains itself when asked twice", () => {
    const first = at("choices").press("ArrowDown", "ArrowDown");
    expect(kiosk?.press("F1")).toContain(words(first).slice(0, 10));
    expect(kiosk?.press("F1")).toContain(LABELS.keypad_help);
    kiosk?.press("ArrowDown", "Enter");
    expect(kiosk?.sent).toContainEqual(["tap", "voice:faster"]);
    kiosk?.press("Escape");
    expect(kiosk?.read.at(-1)?.text).toContain(words(first).slice(0, 10));
  });

  it("writes into a field letter by letter", () => {
    const keypad = at("form", { headset: true });
    const field = keypad.container.querySelector<HTMLInputElement>("[data-field] input[data-keys]");
    const form = screenOf("form").panel;
    if (!field || form.kind !== "form") throw new Error("the sample has changed");
    const name = form.groups.flatMap((group) => group.fields).find(({ id }) => `field-${id}` === field.id);
    const group = form.groups.find((one) => one.fields.includes(name as never));
    keypad.find(form.groups[0] === group ? `${group?.label}\n${name?.label}` : (name?.label ?? ""));
    const before = field.value;
    expect(keypad.press("Enter")).toMatch(/\nA$/);
    expect(keypad.press("ArrowDown", "ArrowDown")).toBe("C");
    expect(keypad.press("Enter")).toBe(`C ${LABELS.keypad_typed}`);
    expect(field.value).toBe(`${before}C`);
    keypad.press("Escape");
    expect(keypad.sent).toContainEqual(["set", name?.id, `${before}C`]);
  });

  it("does not spell aloud in private mode without headphones", () => {
    const keypad = at("form", { private: true });
    const form = screenOf("form").panel;
    if (form.kind !== "form") throw new Error("the sample has changed");
    keypad.find(`${form.groups[0]?.label}\n${form.groups[0]?.fields[0]?.label}`);
    expect(keypad.press("Enter")).toBe(LABELS.keypad_needs_headset);
  });

  it("stays inside the time warning, and says that one can go on", () => {
    const calm = screenOf("choices", { labels: { ...screenOf("choices").labels, ...LABELS } });
    const name = screenNames.find((one) => screenOf(one).warning);
    if (!name) throw new Error("there is no sample with a warning");
    const heard = at(name).walk();
    const { warning } = screenOf(name);
    expect(heard.join(" ")).toContain(warning?.extend.label);
    expect(heard.length).toBeLessThan(6);
    kiosk?.press("Escape");
    expect(kiosk?.sent).toContainEqual(["tap", warning?.extend.id]);
    kiosk?.show(calm);
    vi.advanceTimersByTime(500);
    expect(kiosk?.read.at(-1)?.text).toBe(LABELS.keypad_stays);
  });

  it("leaves Enter to a line in which somebody writes by touch", () => {
    const keypad = at("choices");
    const line = keypad.container.querySelector<HTMLInputElement>("[data-part=type] input");
    if (!line) throw new Error("there is no line to write in");
    act(() => line.focus());
    fireEvent.change(line, { target: { value: "Hallo" } });
    fireEvent.keyDown(line, { key: "Enter" });
    expect(keypad.sent).toContainEqual(["say", "Hallo"]);
  });

  it("has the signs of every kind of field, and begins words with capitals", () => {
    expect(signsFor("names")).toContain("Ä");
    expect(signsFor("date")).toBe("0123456789.");
    expect(written("S", "names", "")).toBe("S");
    expect(written("S", "names", "Gro")).toBe("s");
    expect(written("S", "names", "GRO")).toBe("S");
    expect(written("S", "names", "Anna-")).toBe("S");
    expect(written("S", "email", "")).toBe("s");
    expect(written("S", "code", "BM-A")).toBe("S");
  });
});
