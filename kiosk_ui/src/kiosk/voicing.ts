import { useEffect, useState } from "react";
import type { KioskView, Voicing } from "../contract";

/** How the mouth stands: closed, or open as for one of the vowels. */
export type Mouth = "closed" | "a" | "e" | "o" | "u";

/** From `at` (seconds into the sentence) the word `start`..`end` of the caption sounds, with this mouth. */
export interface Beat {
  at: number;
  start: number;
  end: number;
  mouth: Mouth;
}

const VOWELS: [Mouth, string][] = [
  ["a", "aáàâäãåāăąаяاأآىة"],
  ["e", "eéèêëēęěiíìîïīįıyýеєэиіїыйيئ"],
  ["o", "oóòôõøőоёو"],
  ["u", "uúùûüūůűöую"],
];
const MOUTHS = new Map(VOWELS.flatMap(([mouth, signs]) => Array.from(signs, (sign) => [sign, mouth] as const)));

// Times are shares of a letter: a figure is spoken as a word, a comma is a breath.
const BETWEEN = 1;
const DIGIT = 4;
const BREATH = 3;
/** The share of a syllable after which the mouth closes again. */
const OPEN = 0.62;

/** The signs that sound, and how long each takes. */
function weigh(signs: readonly string[]): number[] {
  return signs.map((sign) => (/\d/.test(sign) ? DIGIT : /[.,;:!?–،؛؟]/u.test(sign) ? BREATH : /[\p{L}\p{M}%€§]/u.test(sign) ? 1 : 0));
}

/**
 * The beats of the sentence that sounds. The voice tells only when a sentence begins and how long it lasts;
 * the words share that time by their length, which no ear tells from the truth over a sentence.
 */
export function beats(caption: readonly string[], { start, end, seconds }: Voicing): Beat[] {
  const signs = caption.slice(start, end);
  const weights = weigh(signs);
  const words: [number, number][] = [];
  for (let at = 0; at < signs.length; ) {
    while (at < signs.length && /\s/u.test(signs[at] as string)) at += 1;
    const from = at;
    while (at < signs.length && !/\s/u.test(signs[at] as string)) at += 1;
    if (at > from) words.push([from, at]);
  }
  const lengths = words.map(([from, to]) => weights.slice(from, to).reduce((sum, weight) => sum + weight, BETWEEN));
  const second = seconds / Math.max(1, lengths.reduce((sum, length) => sum + length, 0));
  const made: Beat[] = [];
  let now = 0;
  words.forEach(([from, to], index) => {
    const word = { start: start + from, end: start + to };
    let time = now;
    let open = false;
    for (let at = from; at < to; at += 1) {
      const mouth = MOUTHS.get((signs[at] as string).toLowerCase()) ?? (/\d/.test(signs[at] as string) ? "a" : undefined);
      const lasts = (weights[at] as number) * second;
      if (mouth && !open) made.push({ at: time, ...word, mouth });
      else if (at === from) made.push({ at: time, ...word, mouth: "closed" });
      if (mouth) made.push({ at: time + Math.max(lasts, 0.09) * OPEN + 0.03, ...word, mouth: "closed" });
      open = mouth !== undefined;
      time += lasts;
    }
    now += (lengths[index] as number) * second;
  });
  return made.sort((one, other) => one.at - other.at);
}

/** Characters of the caption that have been said, the end of what sounds now, and the mouth that says it. */
export interface Voice {
  said: number;
  now: number;
  mouth: Mouth | null;
}

/**
 * Follows the voice through the caption word by word. `at`: when the view came (performance.now, ms).
 * `still`: sentence by sentence, and no mouth, for who wants nothing to move.
 */
export function useVoice(view: KioskView, at: number, still: boolean): Voice {
  const { voicing, caption } = view;
  const key = voicing && !still ? `${voicing.start} ${voicing.end} ${caption}` : "";
  const [beat, setBeat] = useState<{ key: string; beat: Beat } | null>(null);
  useEffect(() => {
    if (!voicing || !key) return;
    const plan = beats(Array.from(caption), voicing);
    let next = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const step = () => {
      const passed = (performance.now() - at) / 1000;
      while (next < plan.length && (plan[next] as Beat).at <= passed) next += 1;
      const current = plan[next - 1];
      if (current) setBeat({ key, beat: current });
      const following = plan[next];
      if (following) timer = setTimeout(step, Math.max(15, (following.at - passed) * 1000));
    };
    step();
    return () => clearTimeout(timer);
    // the same sentence in a later view goes on where it is
  }, [key]);
  if (!voicing) return { said: view.spoken, now: view.spoken, mouth: null };
  if (!key) return { said: voicing.start, now: voicing.end, mouth: null };
  if (beat?.key !== key) return { said: voicing.start, now: voicing.start, mouth: "closed" };
  return { said: beat.beat.start, now: beat.beat.end, mouth: beat.beat.mouth };
}

/** Whether nothing shall move: chosen by the visitor, or set in the browser. */
export function isStill(view: Pick<KioskView, "display">): boolean {
  return view.display.still || (globalThis.matchMedia?.("(prefers-reduced-motion: reduce)").matches ?? false);
}
