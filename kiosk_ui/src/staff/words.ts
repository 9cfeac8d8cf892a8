import type { CaseState, Cause } from "../contract";
import { lang } from "./language";

/** How a state is to be coloured. */
export const STATE_KIND: Record<CaseState, string> = {
  waiting: "info",
  called: "warning",
  working: "warning",
  transferred: "info",
  approval: "warning",
  done: "success",
  returned: "danger",
  missed: "danger",
};

/** How visits end. */
export const OUTCOMES: Record<string, string> = {
  done: "beendet",
  left: "weggegangen",
  timeout: "Zeit abgelaufen",
  stopped: "Rathauslotse ausgeschaltet",
  failed: "abgebrochen",
};

/** What is forgotten at the end of a visit. */
export const WIPED: Record<string, string> = {
  fields: "Angaben",
  choices: "Antworten",
  checklist: "Unterlagenliste",
  notes: "Hinweise",
  consent: "Einwilligung",
  copies: "Kopien",
  "case reference": "Zeichen des Vorgangs",
  screen: "Bildschirm",
  dialogue: "Dialog",
  conversation: "Gespräch",
};

/** Why a kiosk is closed, as the clerk chooses it; visitors read a sentence in their language. */
export const CAUSES: Record<Cause, string> = {
  maintenance: "Wartung",
  event: "Veranstaltung im Foyer",
  pause: "vorübergehend ausgeschaltet",
};

/** "10:24", with the day before it when it was another day. */
export function clock(iso: string, now: number): string {
  const at = new Date(iso);
  const locale = lang() === "en" ? "en-GB" : "de-DE";
  const time = at.toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit" });
  const sameDay = at.toDateString() === new Date(now).toDateString();
  return sameDay ? time : `${at.toLocaleDateString(locale, { day: "2-digit", month: "2-digit" })} ${time}`;
}

/** Full minutes from `since` (ISO 8601) to `until` (ms); never negative, whatever the clocks do. */
export function minutes(since: string, until: number): number {
  return Math.max(0, Math.floor((until - Date.parse(since)) / 60_000));
}

const NAMES = {
  de: new Intl.DisplayNames("de", { type: "language" }),
  en: new Intl.DisplayNames("en", { type: "language" }),
};

/** "de" → "Deutsch". */
export function language(code: string): string {
  if (code === "leicht") return lang() === "en" ? "plain German" : "Leichte Sprache";
  try {
    return NAMES[lang()].of(code) ?? code;
  } catch {
    return code;
  }
}

/** Cents as "46,00 €". */
export function euro(cents: number): string {
  const locale = lang() === "en" ? "en-GB" : "de-DE";
  return (cents / 100).toLocaleString(locale, { style: "currency", currency: "EUR" });
}

/** An ISO day as "7. Februar 2026"; other texts stay. */
export function day(iso: string): string {
  const at = new Date(`${iso}T12:00:00`);
  const locale = lang() === "en" ? "en-GB" : "de-DE";
  return Number.isNaN(at.getTime()) ? iso : at.toLocaleDateString(locale, { dateStyle: "long" });
}
