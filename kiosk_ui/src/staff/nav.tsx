import type { ComponentType } from "react";
import type { Me, Right } from "../contract";
import { Accounts } from "./pages/Accounts";
import { Audit } from "./pages/Audit";
import { Content } from "./pages/Content";
import { Desk } from "./pages/Desk";
import { Figures } from "./pages/Figures";
import { House } from "./pages/House";
import { Self } from "./pages/Self";

/** A page, the right it needs, and its name in the menu. `rest`: what follows the page in the address. */
export interface Page {
  path: string;
  right: Right;
  name: { de: string; en: string };
  shows: ComponentType<{ rest: string }>;
}

export const PAGES: Page[] = [
  { path: "desk", right: "help", name: { de: "Arbeitsplatz", en: "Desk" }, shows: Desk },
  { path: "house", right: "live", name: { de: "Kioske", en: "Kiosks" }, shows: House },
  { path: "figures", right: "figures", name: { de: "Zahlen", en: "Figures" }, shows: Figures },
  { path: "content", right: "content", name: { de: "Inhalte", en: "Content" }, shows: Content },
  { path: "accounts", right: "accounts", name: { de: "Konten", en: "Accounts" }, shows: Accounts },
  { path: "audit", right: "audit", name: { de: "Protokoll", en: "Audit log" }, shows: Audit },
  { path: "self", right: "self", name: { de: "Mein Konto", en: "My account" }, shows: Self },
];

/** The pages of an account, in the order of the menu. */
export function pagesOf(me: Me): Page[] {
  return PAGES.filter(({ right }) => me.rights.includes(right));
}
