import type { AlarmRow, Cause, DeviceRow, KioskState } from "../contract";
import { lang, useWords, type Lang } from "./language";
import { term } from "./terms";

type Kind = "success" | "info" | "danger" | "warning";

/** Names of devices, by what the robot calls them. */
const DEVICES: Record<Lang, Record<string, string>> = {
  de: {},
  en: {
    sound: "Sound",
    voice: "Voice",
    hearing: "Microphone and speech recognition",
    cards: "Card reader",
    camera: "Document camera",
    printer: "Ticket printer",
    body: "Presence sensor and light",
    headset: "Headphone socket",
    rasa: "Dialogue",
    store: "Store (database)",
  },
};

const TROUBLE: Record<string, string> = {
  absent: "Not connected.",
  connecting: "Connecting.",
  degraded: "Works only in part. Please check the cable.",
  failed: "Does not answer. Please check power and cable.",
  "printer.low": "The paper is running low. Please have a new roll ready.",
  "printer.out": "There is no paper. Please put in a new roll.",
  "rasa.failed": "The dialogue does not answer; it restarts by itself. Visitors tap.",
  "store.failed": "Nothing can be stored; the kiosk serves nobody. Please check space and rights of the disk.",
};

/** A device's name in the page's language. */
export function deviceName(device: Pick<DeviceRow, "name" | "label">): string {
  return DEVICES[lang()][device.name] ?? (term(device.label) || device.name);
}

/** What is amiss with a device; "" when all is well. */
export function deviceTrouble(device: DeviceRow): string {
  if (device.state === "ready") return "";
  if (lang() === "de") return device.detail;
  const more = device.paper === "low" || device.paper === "out" ? device.paper : device.state;
  return TROUBLE[`${device.name}.${more}`] ?? TROUBLE[device.state] ?? "";
}

export const HOUSE = {
  de: {
    title: "Kioske",
    bar: "Offene Meldungen",
    well: "Alles in Ordnung",
    wellMore: (kiosks: number, visits: number) =>
      `${kiosks === 1 ? "1 Kiosk" : `${kiosks} Kioske`} · ${visits === 0 ? "niemand davor" : visits === 1 ? "1 Besuch" : `${visits} Besuche`}`,
    quiet: "Keine Störung, aber nicht jeder Kiosk nimmt Besucher an",
    alarms: (open: number) => (open === 1 ? "1 Meldung wartet auf Sie" : `${open} Meldungen warten auf Sie`),
    seenTo: "Um alles kümmert sich schon jemand",
    since: (minutes: number) => (minutes === 0 ? "seit eben" : `seit ${minutes} Min.`),
    takenBy: (name: string) => `${name} kümmert sich`,
    take: "Ich kümmere mich",
    come: "Ich komme",
    there: "Zum anderen Kiosk",
    kiosks: "Alle Kioske",
    here: "dieser hier",
    devices: "Geräte",
    allWell: "Alle Geräte bereit",
    paper: { ok: "Papier: genug", low: "Papier: geht zu Ende", out: "Papier: leer", unknown: "Papier: unbekannt" },
    tested: (when: string) => `Selbsttest ${when}`,
    testOf: { passed: "bestanden", warning: "mit Hinweis", failed: "nicht bestanden", absent: "nicht angeschlossen", "": "" },
    untested: "noch kein Selbsttest",
    testNow: "Selbsttest jetzt",
    nobody: "Gerade ist niemand da.",
    lastSeen: (when: string) => `zuletzt gesehen ${when}`,
    open: "Seite öffnen",
    noAddress: "Seine Adresse steht in seinen Einstellungen ([web] address).",
    forget: "Von der Liste nehmen",
    humanComes: (name: string) => `${name} kommt`,
    human: (name: string) => `${name} spricht mit der Person`,
    needsHelp: "Braucht Hilfe",
    waits: (minutes: number) => (minutes === 0 ? "gerade eben" : `wartet ${minutes} Min.`),
    understood: (percent: number) => `${percent} % verstanden`,
    noService: "noch kein Anliegen",
    minutes: (minutes: number) => `seit ${minutes} Min.`,
    visits: "Laufende Besuche",
    takeOver: "Übernehmen",
    resume: "Zum Gespräch",
    state: {
      open: "in Betrieb",
      closed: "geschlossen",
      out_of_order: "außer Betrieb",
      off: "ausgeschaltet",
      unreachable: "nicht erreichbar",
    },
    cause: {
      maintenance: "Wartung",
      event: "Veranstaltung im Foyer",
      pause: "vorübergehend ausgeschaltet",
      store: "Es lässt sich nichts speichern",
      dialogue: "Der Dialog antwortet nicht",
    } as Record<string, string>,
    device: {
      absent: "nicht angeschlossen",
      connecting: "verbindet sich",
      ready: "bereit",
      degraded: "eingeschränkt",
      failed: "gestört",
    } as Record<string, string>,
    alarm: {
      emergency: "NOTFALL: jemand ist in Gefahr",
      help: "Jemand braucht Hilfe",
      low: "Das Papier geht zu Ende",
      out: "Das Papier ist leer",
      unreachable: "Nicht erreichbar",
      out_of_order: "Außer Betrieb",
      store: "Der Speicher ist gestört",
      device: (name: string) => `${name}: gestört`,
    },
    sound: { on: "Ton aus", off: "Ton an", locked: "Der Ton ist stumm, bis Sie einmal auf die Seite tippen." },
    notify: {
      ask: "Benachrichtigungen einschalten",
      on: "Benachrichtigungen sind an, auch wenn diese Seite im Hintergrund ist.",
      denied: "Benachrichtigungen sind in diesem Browser gesperrt.",
      none: "Dieser Browser kann hier keine Benachrichtigungen zeigen.",
    },
    place: "An diesem Arbeitsplatz",
    stale: "Stand von vorhin, die Verbindung ist unterbrochen",
    emergency: {
      title: "Hinweis an alle Kioske",
      stands: "Auf allen Kiosken steht",
      withdraw: "Hinweis zurücknehmen",
      hint: "Steht sofort auf jedem Kiosk über allem anderen und wird vorgelesen, bis Sie ihn zurücknehmen.",
      kinds: {
        leave: "Gebäude verlassen (Feueralarm)",
        closing: "Wir schließen heute früher",
        trouble: "Technische Störung",
        own: "Eigene Worte",
      },
      leaves: "Beendet jeden laufenden Besuch und löscht ihn. Sichtbar in allen Sprachen.",
      stays: "Laufende Besuche gehen weiter.",
      text: "Hinweis (Deutsch)",
      in: (language: string) => `auf ${language} (freiwillig)`,
      more: "In anderen Sprachen",
      leave: "Alle müssen gehen: Besuche werden beendet und gelöscht",
      show: "Auf allen Kiosken zeigen",
      sure: "Wirklich alle Besuche beenden und alle bitten, das Gebäude zu verlassen?",
      yes: "Ja, alle müssen das Gebäude verlassen",
      no: "Abbrechen",
      by: (name: string, when: string) => `${name}, ${when}`,
    },
  },
  en: {
    title: "Kiosks",
    bar: "Open alarms",
    well: "All is well",
    wellMore: (kiosks: number, visits: number) =>
      `${kiosks === 1 ? "1 kiosk" : `${kiosks} kiosks`} · ${visits === 0 ? "nobody there" : visits === 1 ? "1 visit" : `${visits} visits`}`,
    quiet: "Nothing is broken, but not every kiosk serves visitors",
    alarms: (open: number) => (open === 1 ? "1 alarm is waiting for you" : `${open} alarms are waiting for you`),
    seenTo: "Somebody is already seeing to everything",
    since: (minutes: number) => (minutes === 0 ? "just now" : `for ${minutes} min`),
    takenBy: (name: string) => `${name} is seeing to it`,
    take: "I’ll see to it",
    come: "I’m coming",
    there: "Go to the other kiosk",
    kiosks: "All kiosks",
    here: "this one",
    devices: "Devices",
    allWell: "All devices ready",
    paper: { ok: "Paper: enough", low: "Paper: running low", out: "Paper: empty", unknown: "Paper: unknown" },
    tested: (when: string) => `Self-test ${when}`,
    testOf: { passed: "passed", warning: "passed with a remark", failed: "failed", absent: "not connected", "": "" },
    untested: "no self-test yet",
    testNow: "Run self-test now",
    nobody: "Nobody is there right now.",
    lastSeen: (when: string) => `last seen ${when}`,
    open: "Open its page",
    noAddress: "Its address belongs into its settings ([web] address).",
    forget: "Take off the list",
    humanComes: (name: string) => `${name} is coming`,
    human: (name: string) => `${name} is talking to the person`,
    needsHelp: "Needs help",
    waits: (minutes: number) => (minutes === 0 ? "just now" : `waiting ${minutes} min`),
    understood: (percent: number) => `${percent} % understood`,
    noService: "no request yet",
    minutes: (minutes: number) => `for ${minutes} min`,
    visits: "Current visits",
    takeOver: "Take over",
    resume: "To the conversation",
    state: {
      open: "in service",
      closed: "closed",
      out_of_order: "out of order",
      off: "switched off",
      unreachable: "cannot be reached",
    },
    cause: {
      maintenance: "Maintenance",
      event: "Event in the foyer",
      pause: "Switched off for now",
      store: "Nothing can be stored",
      dialogue: "The dialogue does not answer",
    } as Record<string, string>,
    device: {
      absent: "not connected",
      connecting: "connecting",
      ready: "ready",
      degraded: "limited",
      failed: "faulty",
    } as Record<string, string>,
    alarm: {
      emergency: "EMERGENCY: somebody is in danger",
      help: "Somebody needs help",
      low: "The paper is running low",
      out: "There is no paper",
      unreachable: "Cannot be reached",
      out_of_order: "Out of order",
      store: "The store is faulty",
      device: (name: string) => `${name}: faulty`,
    },
    sound: { on: "Sound off", off: "Sound on", locked: "The sound is muted until you tap the page once." },
    notify: {
      ask: "Turn on notifications",
      on: "Notifications are on, even when this page is in the background.",
      denied: "Notifications are blocked in this browser.",
      none: "This browser cannot show notifications here.",
    },
    place: "At this desk",
    stale: "As it was a while ago, the connection is interrupted",
    emergency: {
      title: "Notice to all kiosks",
      stands: "On all kiosks",
      withdraw: "Withdraw the notice",
      hint: "Appears at once on every kiosk above everything else and is read aloud until you withdraw it.",
      kinds: {
        leave: "Leave the building (fire alarm)",
        closing: "We close early today",
        trouble: "Technical problem",
        own: "Own words",
      },
      leaves: "Ends and wipes every current visit. Shown in all languages.",
      stays: "Current visits go on.",
      text: "Notice (German)",
      in: (language: string) => `in ${language} (optional)`,
      more: "In other languages",
      leave: "Everybody has to leave: visits are ended and wiped",
      show: "Show on all kiosks",
      sure: "Really end all visits and ask everybody to leave the building?",
      yes: "Yes, everybody must leave the building",
      no: "Cancel",
      by: (name: string, when: string) => `${name}, ${when}`,
    },
  },
};

export type HouseWords = (typeof HOUSE)["de"] | (typeof HOUSE)["en"];

/** The words of the board in the page's language. */
export function useHouseWords(): HouseWords {
  return useWords<HouseWords>(HOUSE);
}

export const KIOSK_KIND: Record<KioskState, Kind> = {
  open: "success",
  closed: "warning",
  out_of_order: "danger",
  off: "info",
  unreachable: "danger",
};

export const DEVICE_KIND: Record<string, Kind> = {
  absent: "info",
  connecting: "warning",
  ready: "success",
  degraded: "warning",
  failed: "danger",
};

/** Why a kiosk is closed, in the page's language. */
export function causeName(words: HouseWords, cause: Cause | string): string {
  return words.cause[cause] ?? cause;
}

/** Whether a citizen waits: answered by coming, and never only put away. */
export function isCall(alarm: AlarmRow): boolean {
  return alarm.kind === "help" || alarm.kind === "emergency";
}

/** What an alarm is about: no personal data. */
export function alarmText(words: HouseWords, alarm: AlarmRow): string {
  switch (alarm.kind) {
    case "emergency":
      return words.alarm.emergency;
    case "help":
      return words.alarm.help;
    case "paper":
      return alarm.subject === "out" ? words.alarm.out : words.alarm.low;
    case "store":
      return words.alarm.store;
    case "kiosk":
      if (alarm.subject === "unreachable") return words.alarm.unreachable;
      return `${words.alarm.out_of_order}: ${causeName(words, alarm.subject)}`;
    default:
      return words.alarm.device(deviceName({ name: alarm.subject, label: GERMAN_DEVICES[alarm.subject] ?? "" }));
  }
}

const GERMAN_DEVICES: Record<string, string> = {
  sound: "Ton",
  voice: "Stimme",
  hearing: "Mikrofon und Spracherkennung",
  cards: "Kartenleser",
  camera: "Dokumentenkamera",
  printer: "Ticketdrucker",
  body: "Anwesenheitssensor und Licht",
  headset: "Kopfhörerbuchse",
  rasa: "Dialog",
};

/** A language's name in the page's language: "de" → "Deutsch". */
export function languageName(code: string): string {
  if (code === "leicht") return lang() === "de" ? "Leichte Sprache" : "Easy-to-read German";
  try {
    return new Intl.DisplayNames(lang(), { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** "10:24", with the day before it when it was another day. */
export function when(iso: string, now: number): string {
  const at = new Date(iso);
  const form = lang() === "de" ? "de-DE" : "en-GB";
  const time = at.toLocaleTimeString(form, { hour: "2-digit", minute: "2-digit" });
  if (at.toDateString() === new Date(now).toDateString()) return time;
  return `${at.toLocaleDateString(form, { day: "2-digit", month: "2-digit" })} ${time}`;
}
