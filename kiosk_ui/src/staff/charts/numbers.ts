import { lang } from "../language";

/** A count; null is one that may not be told because it is small. */
export type Count = number | null;

const LOCALE = { de: "de-DE", en: "en-GB" };

/** 1234 → "1.234"; null → "<3". */
export function count(value: Count): string {
  return value === null ? "<3" : value.toLocaleString(LOCALE[lang()]);
}

/** 7.25 → "7,3"; null → "–". */
export function number(value: number | null): string {
  return value === null
    ? "–"
    : value.toLocaleString(LOCALE[lang()], { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}

/** 0.8123 → "81 %"; null → "–". */
export function share(value: number | null): string {
  return value === null ? "–" : value.toLocaleString(LOCALE[lang()], { style: "percent", maximumFractionDigits: 0 });
}

/** A part of a whole, where both may be told. */
export function part(some: Count, all: Count): number | null {
  return some === null || !all ? null : some / all;
}

/** "2026-11-23" → "23.11.2026"; "2026-11" → "November 2026"; "09" → "9 Uhr". */
export function moment(at: string, form: "long" | "short" = "long"): string {
  const locale = LOCALE[lang()];
  if (at.length === 2) return lang() === "de" ? `${Number(at)} Uhr` : `${at}:00`;
  const month = at.length === 7;
  const date = new Date(`${at}${month ? "-01" : ""}T12:00:00Z`);
  const options: Intl.DateTimeFormatOptions = month
    ? { month: form === "long" ? "long" : "short", year: form === "long" ? "numeric" : "2-digit" }
    : form === "long"
      ? { day: "2-digit", month: "2-digit", year: "numeric", weekday: "short" }
      : { day: "numeric", month: "numeric" };
  return date.toLocaleDateString(locale, { ...options, timeZone: "UTC" });
}

/** A round number not below the largest value, that can be divided into four. */
export function top(values: Count[]): number {
  const most = Math.max(4, ...values.map((value) => value ?? 0));
  const unit = 10 ** Math.floor(Math.log10(most));
  return [1, 1.2, 1.6, 2, 2.4, 3.2, 4, 5, 6, 8, 10].map((n) => n * unit).find((n) => n >= most && n % 4 === 0) ?? most;
}
