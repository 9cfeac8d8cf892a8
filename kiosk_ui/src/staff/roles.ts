import type { Role } from "../contract";

/** What the roles are called. */
export const ROLES: { de: Record<Role, string>; en: Record<Role, string> } = {
  de: { clerk: "Sachbearbeitung", lead: "Leitung", auditor: "Prüfung", administrator: "Verwaltung" },
  en: { clerk: "Clerk", lead: "Lead", auditor: "Auditor", administrator: "Administrator" },
};
