import type { KioskView } from "../contract";

/** The page's own words before the robot's first view; then they come in `labels`, in the visit's language. */
const GERMAN = {
  brought: "Habe ich dabei",
  missing: "Fehlt noch",
  optional: "freiwillig",
  optional_document: "nur wenn vorhanden",
  check_characters: "Bitte prüfen Sie die markierten Zeichen:",
  choose_spelling: "Wie schreibt sich der Name?",
  say: "Sagen Sie",
  type: "Oder hier schreiben",
  send: "Senden",
  heard: "Ich habe verstanden:",
  hearing: "Ich höre:",
  camera: "Livebild der Dokumentenkamera",
  camera_off: "Die Kamera zeigt gerade kein Bild.",
  total: "Gesamt",
  fees: "Gebühren",
  since: "gültig seit",
  bring: "Bitte bringen Sie mit:",
  number: "Ihre Nummer",
  qr: "QR-Code mit dem Zeichen Ihres Vorgangs",
  qr_online: "QR-Code, der die Online-Adresse auf dem Handy öffnet",
  printed: "Ihr Ticket ist gedruckt. Bitte nehmen Sie es mit.",
  not_printed: "Der Drucker kann gerade nicht drucken. Bitte schreiben Sie sich die Nummer auf.",
  printing: "Ihr Ticket wird gedruckt …",
  seconds: "Sekunden",
  reconnect: "Einen Moment, ich verbinde mich neu …",
  progress: "Ihre Schritte",
  answer: "Antwort auf Ihre Frage",
  offers: "Antworten zum Antippen",
  navigation: "Immer für Sie da",
  keyboard: "Bildschirmtastatur",
  key_done: "Fertig",
  key_next: "Nächstes Feld",
  key_back: "Löschen",
  key_shift: "Groß",
  key_space: "Leerzeichen",
  key_accents: "é ñ č",
  key_letters: "abc",
  key_wheels: "Räder",
  key_digits: "Ziffern",
  day: "Tag",
  month: "Monat",
  year: "Jahr",
  wheel_next: "eins weiter",
  wheel_before: "eins zurück",
  did_you_mean: "Meinen Sie:",
  change: "Ändern",
  date_hint: "TT.MM.JJJJ",
  please_choose: "Bitte wählen",
  scroll_up: "Nach oben blättern",
  scroll_down: "Nach unten blättern",
  other: "andere Angabe",
  language: "Sprache",
  display: "Anzeige",
  caption: "Was ich sage",
  reconnect_long: "Das dauert länger als sonst. Bitte gehen Sie zum Schalter, wenn Sie nicht warten möchten.",
  news: "Aktuelles",
} as const;

export type LabelKey = keyof typeof GERMAN;
export type Words = (key: LabelKey) => string;

/** The words for this view. */
export function wordsOf(view: Pick<KioskView, "labels"> | null): Words {
  return (key) => view?.labels[key] ?? GERMAN[key];
}
