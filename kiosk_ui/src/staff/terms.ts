import { ask } from "./api";
import { lang, redraw } from "./language";

type Found = (text: string) => string | null;

let words: ReadonlyMap<string, string> = new Map();
let sentences: Found[] = [];

const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** "Aussteller: {issuer}." → finds such a sentence, and tells the English one with the same issuer. */
function sentence(german: string, english: string): Found {
  const names = [...german.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "");
  const pattern = new RegExp(`^${german.split(/\{\w+\}/).map(literal).join("(.+)")}$`);
  return (text) => {
    const found = pattern.exec(text);
    if (!found) return null;
    const given = new Map(names.map((name, at) => [name, (found[at + 1] ?? "").split(", ").map(term).join(", ")]));
    return english.replace(/\{(\w+)\}/g, (_, name: string) => given.get(name) ?? "");
  };
}

/** From now on these are the English words for the robot's German ones. */
export function learn(glossary: Record<string, string>): void {
  const all = Object.entries(glossary);
  words = new Map(all);
  sentences = all.filter(([german]) => german.includes("{")).map(([german, english]) => sentence(german, english));
  redraw();
}

/** The robot's German word in the page's language; German where there is no other. */
export function term(german: string): string {
  if (lang() === "de" || !german) return german;
  const known = words.get(german);
  if (known) return known;
  for (const find of sentences) {
    const found = find(german);
    if (found) return found;
  }
  return german;
}

/** The same data with everything that bears a `label` in the page's language. */
export function labelled<Data>(data: Data): Data {
  if (lang() === "de" || typeof data !== "object" || data === null) return data;
  if (Array.isArray(data)) return data.map(labelled) as Data;
  const made = Object.entries(data).map(([name, value]) => [
    name,
    name === "label" && typeof value === "string" ? term(value) : labelled(value),
  ]);
  return Object.fromEntries(made) as Data;
}

/** What the robot calls things in English. Throws Refused. */
export const glossary = () => ask("glossary") as Promise<Record<string, string>>;
