import type { FiguresReport, Kind } from "../../contract";
import { ask } from "../api";
import { lang } from "../language";

/** What is asked for; "" = all. `first`, `last`: for a range only, YYYY-MM-DD. */
export interface FigureChoice {
  period: Kind;
  first: string;
  last: string;
  kiosk: string;
  service: string;
  language: string;
}

function query(choice: FigureChoice, more: Record<string, string> = {}): string {
  const { period, first, last, ...rest } = choice;
  const days = period === "range" ? { first, last } : {};
  const all = { period, ...days, ...rest, ...more };
  return new URLSearchParams(Object.entries(all).filter(([, value]) => value)).toString();
}

export const figures = (choice: FigureChoice) => ask(`figures?${query(choice)}`) as Promise<FiguresReport>;

/** Where a table, or all of them, can be taken away; each download is written to the audit log. */
export const csvAddress = (choice: FigureChoice, table: string) =>
  `/api/staff/figures/csv?${query(choice, { table, lang: lang() })}`;
export const xlsxAddress = (choice: FigureChoice) => `/api/staff/figures/xlsx?${query(choice, { lang: lang() })}`;
