/** What is said of an item: name, what it is, where it stands, its state, as a screen reader would. */

import type { KioskView } from "../../contract";
import type { Item } from "./items";

export interface Spoken {
  text: string;
  /** Something personal is among the words: for headphones only. */
  personal: boolean;
}

/** The keypad's own words, in the visit's language: the labels `keypad_…`. */
export type Say = (key: string) => string;

export function sayOf(view: Pick<KioskView, "labels">): Say {
  return (key) => view.labels[`keypad_${key}`] ?? "";
}

const GROUP = "fieldset, [role=group], nav, aside, ol[aria-label], ul[aria-label], [role=radiogroup]";
/** Beyond these no position is told: "8 of 30" helps nobody. */
const OUTER = "[data-part=panel], .stage, .foot, .work, .talk, main, body";

/** Sentences to be said one after the other: on lines of their own, since "2." may be an ordinal number. */
export function together(sentences: readonly string[]): string {
  return sentences.filter(Boolean).join("\n").slice(0, LONGEST);
}

/** What the robot reads at once. */
const LONGEST = 2000;

/** Speaks items; `aloud`: no headphones, everybody hears it. */
export class Speech {
  constructor(
    private readonly say: Say,
    private readonly aloud: boolean,
  ) {}

  /** The item among all others; the group is named when it is another than that of `before`. */
  item(item: Item, items: readonly Item[], before: Item | null): Spoken {
    const heard = new Heard(this.say, this.aloud);
    const group = groupOf(item.element);
    if (group && group !== (before && groupOf(before.element))) {
      for (const words of [groupName(group), ...described(group)]) heard.sentence(heard.checked(group, words));
    }
    switch (item.kind) {
      case "text":
        heard.pieces(item.element, piecesOf(item.element));
        if (item.element.getAttribute("aria-current")) heard.sentence(this.say("current"));
        break;
      case "button":
        this.button(item, items, heard);
        break;
      default:
        this.field(item, items, heard);
    }
    return heard.spoken();
  }

  /** What stands in a field now. */
  value(element: HTMLElement): Spoken {
    const heard = new Heard(this.say, this.aloud);
    heard.value(element);
    return heard.spoken();
  }

  private button({ element }: Item, items: readonly Item[], heard: Heard): void {
    const label = element.getAttribute("aria-label");
    const [name = "", ...rest] = label ? [label] : piecesOf(element).map((piece) => heard.piece(element, piece));
    const called = label ? heard.checked(element, label) : name;
    const place = position(element, items, this.say);
    heard.sentence([called, place, this.say("button"), this.state(element)].filter(Boolean).join(", "));
    for (const piece of rest) heard.sentence(piece);
  }

  private state(element: HTMLElement): string {
    const open = element.getAttribute("aria-expanded");
    if (open) return this.say(open === "true" ? "opened" : "closed");
    const pressed = element.getAttribute("aria-pressed") ?? element.getAttribute("aria-selected");
    if (!pressed || (this.aloud && isPersonal(element))) return "";
    return this.say(pressed === "true" ? "on" : "off");
  }

  private field({ element, kind }: Item, items: readonly Item[], heard: Heard): void {
    const role = this.say(kind === "tick" ? "tick" : kind === "choice" ? "choice" : "field");
    heard.sentence([nameOf(element), position(element, items, this.say), role].filter(Boolean).join(", "));
    heard.value(element);
    for (const words of described(element)) heard.sentence(words);
    const origin = element.closest("[data-field]")?.querySelector(".origin");
    if (origin?.textContent) heard.sentence(origin.textContent);
  }
}

/** Collects sentences, and whether one of them is personal. */
class Heard {
  private readonly sentences: string[] = [];
  private personal = false;

  constructor(
    private readonly say: Say,
    private readonly aloud: boolean,
  ) {}

  sentence(words: string): void {
    const text = words.trim();
    if (text) this.sentences.push(text);
  }

  pieces(element: HTMLElement, pieces: readonly Element[]): void {
    if (pieces.length === 0) this.sentence(this.piece(element, element));
    for (const piece of pieces) this.sentence(this.piece(element, piece));
  }

  /** The words of a part of an element; of what is personal only that it is there, where others hear it. */
  piece(element: HTMLElement, piece: Element): string {
    const label = piece.getAttribute("aria-label");
    return squeezed(label ? this.checked(element, label) : isSecret(piece) ? this.secret(piece) : this.words(piece));
  }

  checked(element: Element, words: string): string {
    if (!words || !isSecret(element)) return words;
    this.personal ||= !this.aloud;
    return this.aloud ? this.say("filled") : words;
  }

  private words(part: Element): string {
    let text = "";
    for (const node of part.childNodes) {
      if (node.nodeType === Node.TEXT_NODE) text += node.textContent ?? "";
      else if (node instanceof Element && !node.matches("[aria-hidden=true], [hidden], svg")) {
        const gap = node.matches("mark, b, em, strong, i") ? "" : " ";
        text += `${gap}${node.matches(SECRET) ? this.secret(node) : this.words(node)}${gap}`;
      }
    }
    return text;
  }

  private secret(part: Element): string {
    return this.checked(part, squeezed(part.textContent));
  }

  value(element: HTMLElement): void {
    const value = valueOf(element, this.say);
    if (!value) {
      this.sentence(this.say("empty"));
    } else if (!isPersonal(element)) {
      this.sentence(value);
    } else if (this.aloud) {
      this.sentence(this.say("filled"));
    } else {
      this.personal = true;
      this.sentence(value);
    }
  }

  spoken(): Spoken {
    return { text: together(this.sentences), personal: this.personal };
  }
}

/** Shows something personal. A group that is marked does not: only which of its answers is chosen is personal. */
const SECRET = "[data-spelling], [data-suggestion], [data-personal=true]:not(fieldset, [role=group])";

function isSecret(element: Element): boolean {
  return element.closest(SECRET) !== null;
}

/** Values of fields are personal unless they are marked as not; anything else is where it is marked. */
export function isPersonal(element: Element): boolean {
  if (element.closest("[data-personal=false]")) return false;
  return element.closest("[data-field], [data-personal=true]") !== null;
}

function valueOf(element: HTMLElement, say: Say): string {
  if (element instanceof HTMLSelectElement) {
    return element.value ? squeezed(element.selectedOptions[0]?.textContent) : "";
  }
  if (!(element instanceof HTMLInputElement)) return "";
  if (element.type === "checkbox" || element.type === "radio") return say(element.checked ? "ticked" : "unticked");
  return element.value.trim();
}

/** The name of a field (the parts of accname-1.2 that this page uses). */
export function nameOf(element: HTMLElement): string {
  const label = element.getAttribute("aria-label");
  if (label) return label;
  const by = element.getAttribute("aria-labelledby");
  if (by) return texts(element, by).join(" ");
  const own = (element as HTMLInputElement).labels?.[0];
  return squeezed(own?.textContent);
}

/** The group an element stands in. */
function groupOf(element: HTMLElement): Element | null {
  const group = element.parentElement?.closest(GROUP) ?? null;
  return group && groupName(group) ? group : null;
}

function groupName(group: Element): string {
  const label = group.getAttribute("aria-label");
  if (label) return label;
  const by = group.getAttribute("aria-labelledby");
  return by ? texts(group, by).join(" ") : squeezed(group.querySelector(":scope > legend")?.textContent);
}

function described(element: Element): string[] {
  return texts(element, element.getAttribute("aria-describedby") ?? "");
}

function texts(element: Element, ids: string): string[] {
  return ids
    .split(/\s+/)
    .filter(Boolean)
    .map((id) => squeezed(element.ownerDocument.getElementById(id)?.textContent))
    .filter(Boolean);
}

/** "2 of 5" among the buttons, or the fields, in the nearest box with more than one of them. */
function position(element: HTMLElement, items: readonly Item[], say: Say): string {
  const isButton = items.some((item) => item.element === element && item.kind === "button");
  const like = items.filter(({ kind }) => kind !== "text" && (kind === "button") === isButton);
  for (let box = element.parentElement; box && !box.matches(OUTER); box = box.parentElement) {
    const inside = like.filter((other) => box.contains(other.element));
    if (inside.length > 1) {
      const place = inside.findIndex((other) => other.element === element) + 1;
      return `${place} ${say("of")} ${inside.length}`;
    }
  }
  return "";
}

/** The smallest parts with words of their own: label and hint of a button, name and value of a row. */
function piecesOf(element: HTMLElement): Element[] {
  const found: Element[] = [];
  const walk = (part: Element): void => {
    for (const child of part.children) {
      if (child.matches("[aria-hidden=true], [hidden], button, input, select") || !squeezed(child.textContent)) continue;
      const own = [...child.childNodes].some((node) => node.nodeType === 3 && squeezed(node.textContent));
      if (own || child.children.length === 0 || child.matches("[data-personal]")) found.push(child);
      else walk(child);
    }
  };
  const direct = [...element.childNodes].some((node) => node.nodeType === 3 && squeezed(node.textContent));
  if (!direct) walk(element);
  return found.length > 0 ? found : [element];
}

function squeezed(text: string | null | undefined): string {
  return (text ?? "").replace(/\s+/g, " ").trim();
}
