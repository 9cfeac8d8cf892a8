/** Everything on the page in the order in which it is read aloud: what can be used, and what only tells. */

export type Kind = "text" | "button" | "tick" | "choice" | "write";

export interface Item {
  element: HTMLElement;
  kind: Kind;
  /** What keeps an element the same one when the page is drawn anew. */
  key: string;
}

const USABLE = "button, input, select, a[href], [role=button], [role=option], [role=radio], [role=switch]";
/** What is read first: the question and its answers; what stands around them comes after. */
const FIRST = ["[data-part=panel]", "[data-part=offers]", "[data-part=aside]", "[data-part=notice]"];
/** Spoken by the robot itself, or made for fingers. */
const SKIPPED = [
  "[aria-hidden=true]",
  "[hidden]",
  "[data-part=caption]",
  "[data-part=heard]",
  "[data-part=keyboard]",
  "[data-part=seconds]",
  "[data-id^='scroll:']",
  "[data-field] .origin",
  "script",
  "style",
  "option",
].join(", ");
const WORDS_ONLY = "span, b, i, q, bdi, em, strong, mark, small, time, abbr, br, svg, sup, sub, img";
const DIALOG = "[role=alertdialog], [role=dialog][aria-modal=true], dialog[open]";

/** All items now; of an open dialog only its own. */
export function itemsOf(root: ParentNode): Item[] {
  const screen = root.querySelector(DIALOG) ?? root.querySelector("main");
  if (!screen) return [];
  const described = referenced(screen);
  const found: Item[] = [];
  const seen = new Set<Element>();
  const walk = (element: Element): void => {
    if (!(element instanceof HTMLElement) || seen.has(element)) return;
    if (element.matches(SKIPPED) || !visible(element)) return;
    seen.add(element);
    if (element.matches(USABLE)) {
      if (!(element as HTMLButtonElement).disabled) found.push(item(element));
    } else if (element.matches("label, legend") || described.has(element)) {
      return; // part of the name of what it belongs to
    } else if (element.querySelector(":scope > dt")) {
      found.push(item(element));
      for (const part of element.querySelectorAll(USABLE)) walk(part);
    } else if (tells(element) && ![...element.children].some((child) => described.has(child))) {
      found.push(item(element));
    } else {
      for (const child of element.children) walk(child);
    }
  };
  for (const part of FIRST) for (const element of screen.querySelectorAll(part)) walk(element);
  walk(screen);
  return numbered(found);
}

/** An element that only tells: its own words or a picture with a name, and nothing to use in it. */
function tells(element: HTMLElement): boolean {
  if (element.getAttribute("role") === "img" || element.getAttribute("role") === "progressbar") return true;
  if (element.querySelector(USABLE)) return false;
  if (element.matches("h1, h2, h3, h4, h5, h6, p, li, figcaption")) return wordsIn(element);
  return [...element.children].every((child) => child.matches(WORDS_ONLY)) && wordsIn(element);
}

function wordsIn(element: HTMLElement): boolean {
  return /[\p{L}\p{N}]/u.test(element.textContent ?? "");
}

/** What describes a field or group is spoken with it; a heading is read for itself, too. */
function referenced(screen: Element): Set<Element> {
  const found = new Set<Element>();
  for (const element of screen.querySelectorAll("[aria-describedby], [aria-labelledby]")) {
    const ids = `${element.getAttribute("aria-describedby") ?? ""} ${element.getAttribute("aria-labelledby") ?? ""}`;
    for (const id of ids.split(/\s+/).filter(Boolean)) {
      const part = element.ownerDocument.getElementById(id);
      if (part && !part.matches("h1, h2, h3") && !part.closest(DIALOG)) found.add(part);
    }
  }
  return found;
}

function visible(element: HTMLElement): boolean {
  return typeof element.checkVisibility !== "function" || element.checkVisibility({ visibilityProperty: true });
}

function item(element: HTMLElement): Item {
  return { element, kind: kindOf(element), key: keyOf(element) };
}

function kindOf(element: HTMLElement): Kind {
  if (element instanceof HTMLSelectElement) return "choice";
  if (element instanceof HTMLInputElement) {
    return element.type === "checkbox" || element.type === "radio" ? "tick" : "write";
  }
  return element.matches(USABLE) ? "button" : "text";
}

function keyOf(element: HTMLElement): string {
  const field = element.closest<HTMLElement>("[data-field]")?.dataset.field ?? "";
  const own = element.dataset.id ?? element.dataset.spelling ?? element.dataset.suggestion ?? element.id;
  return `${element.tagName} ${field} ${own || element.dataset.part || (element.textContent ?? "").slice(0, 60)}`;
}

/** Equal keys are told apart by their number. */
function numbered(items: Item[]): Item[] {
  const times = new Map<string, number>();
  return items.map((one) => {
    const count = times.get(one.key) ?? 0;
    times.set(one.key, count + 1);
    return count === 0 ? one : { ...one, key: `${one.key} #${count}` };
  });
}
