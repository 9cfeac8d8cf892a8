import type { ReactElement } from "react";
import type { ShredRow } from "../contract";
import { when } from "./houseWords";
import { useWords } from "./language";
import { OUTCOMES, WIPED } from "./words";

const WORDS = {
  de: {
    title: "Löschprotokoll",
    none: "Noch kein Besuch ist zu Ende.",
    wiped: "Gelöscht:",
    nothing: "es gab nichts zu löschen",
    outcomes: { ...OUTCOMES, emergency: "Gebäude wurde verlassen" } as Record<string, string>,
    kinds: { ...WIPED, conversation: "Gesprächsverlauf", memory: "alles im Arbeitsspeicher" } as Record<string, string>,
  },
  en: {
    title: "Deletion record",
    none: "No visit has ended yet.",
    wiped: "Deleted:",
    nothing: "there was nothing to delete",
    outcomes: {
      done: "finished",
      left: "walked away",
      timeout: "time ran out",
      stopped: "Rathauslotse switched off",
      failed: "broken off",
      emergency: "building was left",
    } as Record<string, string>,
    kinds: {
      fields: "details",
      choices: "answers",
      checklist: "list of documents",
      notes: "notes",
      consent: "consent",
      copies: "copies",
      "case reference": "case reference",
      screen: "screen",
      dialogue: "dialogue",
      conversation: "course of the conversation",
      memory: "everything in memory",
    } as Record<string, string>,
  },
};

/** Proof that the data of ended visits is gone. */
export function Shreds({ shreds, now }: { shreds: ShredRow[]; now: number }): ReactElement {
  const words = useWords(WORDS);
  return (
    <section className="kern-card card" aria-labelledby="shreds">
      <h3 id="shreds" className="kern-heading-small">
        {words.title}
      </h3>
      {shreds.length === 0 && <p className="kern-body">{words.none}</p>}
      <ul className="plain shreds" tabIndex={0} aria-labelledby="shreds">
        {shreds.map((shred) => (
          <li key={shred.visit} className="line" data-part="shred" data-id={shred.visit}>
            <span>
              {when(shred.ended, now)} · {words.outcomes[shred.outcome] ?? shred.outcome}
              <span className="by block">
                {words.wiped} {shred.wiped.map((kind) => words.kinds[kind] ?? kind).join(", ") || words.nothing}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
