import type {
  Checked,
  ContentState,
  Draft,
  Imported,
  Item,
  Pointer,
  Preview,
  Question,
  Restoring,
  VersionRow,
} from "../../contract";
import { ask, post } from "../api";

/** Everything that can be edited, as it holds. */
export const contents = () => ask("content") as Promise<ContentState>;
/** All versions of one thing, the newest first. */
export const versions = (kind: string, name: string) =>
  ask(`content/history/${encodeURIComponent(kind)}/${encodeURIComponent(name)}`) as Promise<VersionRow[]>;
/** What is wrong with a draft, and what is worth a thought. */
export const check = (draft: Draft, csrf: string) => post("content/check", draft, csrf) as Promise<Checked>;
/** What the kiosk would say. Refused 422 while something is wrong with the draft. */
export const preview = (question: Question, csrf: string) =>
  post("content/preview", question, csrf) as Promise<Preview>;
/** Refused 409 when somebody else was quicker. */
export const save = (draft: Draft, csrf: string) => post("content/save", draft, csrf) as Promise<Item>;
export const withdraw = (pointer: Pointer, csrf: string) => post("content/withdraw", pointer, csrf);
export const restore = (restoring: Restoring, csrf: string) =>
  post("content/restore", restoring, csrf) as Promise<Item>;
/** `dry`: only what it would change. */
export const takeIn = (text: string, dry: boolean, csrf: string) =>
  post("content/import", { text, dry }, csrf) as Promise<Imported>;
/** Where the edits can be downloaded. */
export const EXPORT = "/api/staff/content/export";
