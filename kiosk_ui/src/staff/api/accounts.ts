import { ask, post } from "../api";
import type {
  AccountMade,
  AccountRow,
  AuditPage,
  AuditResult,
  Me,
  NewAccount,
  OwnAccount,
  PasskeyChallenge,
  RecoveryCodes,
  Role,
  SecondStep,
  SetUpLink,
  SignInOffer,
  TotpSecret,
} from "../../contract";

/** How one can sign in here. */
export const offer = () => ask("sign-in") as Promise<SignInOffer>;
/** The password chosen with a set-up link: signed in, or asked for the second factor. */
export const useLink = (link: string, password: string) =>
  post("login/link", { link, password }, "") as Promise<Me | SecondStep>;
export const giveCode = (ticket: string, code: string) => post("login/code", { ticket, code }, "") as Promise<Me>;
export const askPasskey = (ticket: string) =>
  post("login/passkey/begin", { ticket }, "") as Promise<PasskeyChallenge>;
export const givePasskey = (ticket: string, challenge: string, answer: object) =>
  post("login/passkey", { ticket, challenge, answer }, "") as Promise<Me>;
/** Where the button of OpenID Connect leads. */
export const PROVIDER = "/api/staff/oidc/begin";

export const own = () => ask("self") as Promise<OwnAccount>;
export const changePassword = (current: string, fresh: string, csrf: string) =>
  post("self/password", { current, new: fresh }, csrf);
export const beginTotp = (csrf: string) => post("self/totp/begin", {}, csrf) as Promise<TotpSecret>;
export const confirmTotp = (code: string, csrf: string) =>
  post("self/totp/confirm", { code }, csrf) as Promise<RecoveryCodes>;
export const removeTotp = (csrf: string) => post("self/totp/remove", {}, csrf);
export const beginPasskey = (csrf: string) => post("self/passkeys/begin", {}, csrf) as Promise<PasskeyChallenge>;
export const keepPasskey = (name: string, challenge: string, answer: object, csrf: string) =>
  post("self/passkeys", { name, challenge, answer }, csrf);
export const removePasskey = (id: string, csrf: string) =>
  post(`self/passkeys/${encodeURIComponent(id)}/remove`, {}, csrf);
export const endSession = (id: string, csrf: string) => post(`self/sessions/${encodeURIComponent(id)}/end`, {}, csrf);
export const endOthers = (csrf: string) => post("self/sessions/end", {}, csrf);

export const accounts = () => ask("accounts") as Promise<AccountRow[]>;
export const addAccount = (account: NewAccount, csrf: string) =>
  post("accounts", account, csrf) as Promise<AccountMade>;
export const changeRole = (id: string, role: Role, csrf: string) =>
  post(`accounts/${encodeURIComponent(id)}/role`, { role }, csrf) as Promise<AccountRow>;
/** What needs nothing but the account. */
export type Plain = "lock" | "unlock" | "reset" | "end-sessions";
export const doTo = (id: string, what: Plain, csrf: string) =>
  post(`accounts/${encodeURIComponent(id)}/${what}`, {}, csrf) as Promise<AccountRow>;
export const newLink = (id: string, csrf: string) =>
  post(`accounts/${encodeURIComponent(id)}/link`, {}, csrf) as Promise<SetUpLink>;

/** What the auditor looks for; "" = any. */
export interface Filter {
  who: string;
  what: string;
  subject: string;
  first: string;
  last: string;
}
const query = (filter: Filter, page: number) => {
  const given = Object.entries({ ...filter, page: String(page) }).filter(([, value]) => value !== "");
  return new URLSearchParams(given).toString();
};
export const audit = (filter: Filter, page: number) => ask(`audit?${query(filter, page)}`) as Promise<AuditPage>;
export const auditFile = (filter: Filter) => `/api/staff/audit.csv?${query(filter, 1)}`;
export const verifyAudit = (csrf: string) => post("audit/verify", {}, csrf) as Promise<AuditResult>;
