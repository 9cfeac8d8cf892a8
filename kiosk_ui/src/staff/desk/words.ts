import type { CaseState, DifferenceKind, Provenance } from "../../contract";
import type { Lang } from "../language";

export const STATES: Record<Lang, Record<CaseState, string>> = {
  de: {
    waiting: "wartet",
    called: "aufgerufen",
    working: "in Arbeit",
    transferred: "weitergegeben",
    approval: "wartet auf Freigabe",
    done: "erledigt",
    returned: "zurückgegeben",
    missed: "nicht erschienen",
  },
  en: {
    waiting: "waiting",
    called: "called",
    working: "in work",
    transferred: "transferred",
    approval: "waiting for approval",
    done: "done",
    returned: "returned",
    missed: "no-show",
  },
};

export const PROVENANCES: Record<Lang, Record<Provenance, string>> = {
  de: {
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
  },
  en: {
    eid: "online identity",
    chip: "from the chip",
    chip_edited: "from the chip, then changed",
    chip_spelled: "from the chip, spelling chosen",
    mrz: "read from the document",
    mrz_edited: "read, then changed",
    mrz_spelled: "read, spelling chosen",
    code: "read from the code",
    typed: "typed",
    spoken: "spoken",
    chosen: "chosen",
    streets: "from the list of streets",
  },
};

/** How a value differs from what was read, and why that may be well. */
export const DIFFERENCES: Record<Lang, Record<DifferenceKind, string>> = {
  de: {
    changed: "Weicht ab: bitte am Original prüfen.",
    spelling: "Derselbe Name: die maschinenlesbare Zeile kennt nur A bis Z (Ü wird UE).",
    cut: "Derselbe Name: in der maschinenlesbaren Zeile war kein Platz für alle Zeichen.",
    format: "Dieselbe Angabe, nur anders geschrieben.",
  },
  en: {
    changed: "Differs: please check against the original.",
    spelling: "The same name: the machine-readable zone has A to Z only (Ü becomes UE).",
    cut: "The same name: the machine-readable zone had no room for all characters.",
    format: "The same, only written differently.",
  },
};

/** What is written in a case's trail. */
export const ACTS_EN: Record<string, string> = {
  handed_over: "handed over",
  looked: "looked at",
  state: "state changed",
  printed: "number printed",
  claimed: "taken into work",
  released: "given back to the queue",
  transferred: "transferred to",
  taken_away: "taken away from",
  approved: "approved by a second clerk",
  ticked: "checked",
  unticked: "tick removed",
  noted: "note written",
  summarised: "summary opened",
};
