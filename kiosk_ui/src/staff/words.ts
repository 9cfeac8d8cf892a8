import type { CaseState, Cause, Provenance } from "../contract";

export const STATES: Record<CaseState, string> = {
  waiting: "wartet",
  called: "aufgerufen",
  working: "in Arbeit",
  transferred: "weitergegeben",
  approval: "wartet auf Freigabe",
  done: "erledigt",
  returned: "zurückgegeben",
  missed: "nicht erschienen",
};

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

export const PROVENANCE: Record<Provenance, string> = {
  eid: "Online-Ausweis",
  chip: "aus dem Chip",
  chip_edited: "aus dem Chip, dann geändert",
  chip_spelled: "aus dem Chip, Schreibweise gewählt",
  mrz: "aus dem Ausweis gelesen",
  mrz_edited: "gelesen, dann geändert",
  mrz_spelled: "gelesen, Schreibweise gewählt",
  code: "vom Code gelesen",
  typed: "eingegeben",
  spoken: "gesagt",
  chosen: "gewählt",
  streets: "aus dem Straßenverzeichnis",
};

type Kind = "success" | "info" | "danger" | "warning";

const DEVICE_STATES: Record<string, { text: string; kind: Kind }> = {
  absent: { text: "nicht angeschlossen", kind: "info" },
  connecting: { text: "verbindet sich", kind: "warning" },
  ready: { text: "bereit", kind: "success" },
  degraded: { text: "eingeschränkt", kind: "warning" },
  failed: { text: "gestört", kind: "danger" },
};

/** A device's state in German, and how it is to be coloured. */
export function deviceState(state: string): { text: string; kind: Kind } {
  return DEVICE_STATES[state] ?? { text: state, kind: "info" };
}

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

const LANGUAGES = new Intl.DisplayNames("de", { type: "language" });

/** "de" → "Deutsch". */
export function language(code: string): string {
  if (code === "leicht") return "Leichte Sprache";
  try {
    return LANGUAGES.of(code) ?? code;
  } catch {
    return code;
  }
}

/** Full minutes from `since` (ISO 8601) to `now` (ms). */
export function minutes(since: string, now: number): number {
  return Math.max(0, Math.floor((now - Date.parse(since)) / 60_000));
}

/** "10:24", with the day before it when it was another day. */
export function clock(iso: string, now: number): string {
  const at = new Date(iso);
  const time = at.toLocaleTimeString("de-DE", { hour: "2-digit", minute: "2-digit" });
  const sameDay = at.toDateString() === new Date(now).toDateString();
  return sameDay ? time : `${at.toLocaleDateString("de-DE", { day: "2-digit", month: "2-digit" })} ${time}`;
}

/** Cents as "46,00 €". */
export function euro(cents: number): string {
  return (cents / 100).toLocaleString("de-DE", { style: "currency", currency: "EUR" });
}

/** An ISO day as "7. Februar 2026"; other texts stay. */
export function day(iso: string): string {
  const at = new Date(`${iso}T12:00:00`);
  return Number.isNaN(at.getTime()) ? iso : at.toLocaleDateString("de-DE", { dateStyle: "long" });
}
