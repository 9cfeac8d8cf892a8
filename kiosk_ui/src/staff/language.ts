import { useSyncExternalStore } from "react";

export type Lang = "de" | "en";
const KEY = "lotse-staff-language";
const listeners = new Set<() => void>();

function stored(): Lang {
  try {
    return localStorage.getItem(KEY) === "en" ? "en" : "de";
  } catch {
    return "de";
  }
}
let current: Lang = stored();
document.documentElement.lang = current;

/** The page's language; German unless English was chosen on this machine. */
export function lang(): Lang {
  return current;
}

/** Chooses the language of all pages on this machine. */
export function speak(chosen: Lang): void {
  current = chosen;
  document.documentElement.lang = chosen;
  try {
    localStorage.setItem(KEY, chosen);
  } catch {
    // a browser that keeps nothing: the choice holds until the page is closed
  }
  for (const tell of listeners) tell();
}

let drawn = 0;

/** Draws everything again: what is called how has changed, in the same language. */
export function redraw(): void {
  drawn += 1;
  for (const tell of listeners) tell();
}

/** Draws the component again when everything is. */
export function useDrawn(): number {
  return useSyncExternalStore(listen, () => drawn);
}

function listen(tell: () => void): () => void {
  listeners.add(tell);
  return () => listeners.delete(tell);
}

/** The page's language; draws the component again when it changes. */
export function useLang(): Lang {
  return useSyncExternalStore(listen, lang);
}

/** A page's words in its language: both languages have the same keys, the compiler sees to it. */
export function useWords<Words>(both: { de: Words; en: Words }): Words {
  return both[useLang()];
}
