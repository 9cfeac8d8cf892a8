import { lang } from "./language";
import type { CaseDetail, CaseRow, Login, Me, MessageRow, NewClosing, NewMessage, SecondStep, SignedOut, StateChange } from "../contract";

/** The robot refused; the message is its German sentence. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const UNREACHABLE = {
  de: "Der Rathauslotse ist gerade nicht erreichbar. Bitte versuchen Sie es gleich noch einmal.",
  en: "The Rathauslotse cannot be reached right now. Please try again in a moment.",
};

/** GET unless told otherwise; the body of the answer. Throws Refused. `path`: below /api/staff/. */
export async function ask(path: string, init?: RequestInit): Promise<unknown> {
  let answer: Response;
  try {
    answer = await fetch(`/api/staff/${path}`, {
      credentials: "same-origin",
      cache: "no-store",
      ...init,
      headers: { "Accept-Language": lang(), ...init?.headers },
    });
  } catch {
    throw new Refused(0, UNREACHABLE[lang()]);
  }
  const body: unknown = answer.status === 204 ? null : await answer.json().catch(() => null);
  if (answer.ok) return body;
  const detail = (body as { detail?: unknown } | null)?.detail;
  throw new Refused(answer.status, typeof detail === "string" ? detail : UNREACHABLE[lang()]);
}

/** POST with the session's CSRF token. Throws Refused. */
export function post(path: string, body: unknown, csrf: string): Promise<unknown> {
  return ask(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf },
    body: JSON.stringify(body),
  });
}

/** Who is signed in; Refused 401 when nobody is. */
export const me = () => ask("me") as Promise<Me>;
/** Signed in, or asked for a second factor. */
export const signIn = (login: Login) => post("login", login, "") as Promise<Me | SecondStep>;
/** Null, or where the browser goes to sign out with the town's provider, too. */
export const signOut = (csrf: string) => post("logout", {}, csrf) as Promise<SignedOut | null>;
/** Opens a case; the look is written to the audit log. */
export const openCase = (id: string) => ask(`cases/${encodeURIComponent(id)}`) as Promise<CaseDetail>;
/** Where a copy of a document opens; each look is written to the audit log. */
export const copyAddress = (id: string, copy: string) =>
  `/api/staff/cases/${encodeURIComponent(id)}/copies/${encodeURIComponent(copy)}`;
export const changeState = (id: string, change: StateChange, csrf: string) =>
  post(`cases/${encodeURIComponent(id)}/state`, change, csrf) as Promise<CaseRow>;
export const printAgain = (id: string, csrf: string) => post(`cases/${encodeURIComponent(id)}/print`, {}, csrf);
export const showMessage = (message: NewMessage, csrf: string) => post("messages", message, csrf) as Promise<MessageRow>;
export const removeMessage = (id: string, csrf: string) =>
  post(`messages/${encodeURIComponent(id)}/remove`, {}, csrf);
/** Closing and opening is for administrators; Refused 403 for others. */
export const closeKiosk = (closing: NewClosing, csrf: string) => post("kiosk/close", closing, csrf);
export const openKiosk = (csrf: string) => post("kiosk/open", {}, csrf);
export const promiseHelp = (visit: string, csrf: string) =>
  post(`visits/${encodeURIComponent(visit)}/help`, {}, csrf);
