import { ask, post } from "../api";
import type {
  CalledNext,
  CallTicket,
  CaseDetail,
  CaseRow,
  Colleague,
  NewNote,
  NextCall,
  StateChange,
  Tick,
  TicketChange,
  TicketRow,
  Transfer,
} from "../../contract";

const at = (id: string) => `cases/${encodeURIComponent(id)}`;
const ticketAt = (id: string) => `tickets/${encodeURIComponent(id)}`;

/** Opens a case; the look is written to the audit log. */
export const openCase = (id: string) => ask(at(id)) as Promise<CaseDetail>;
export const changeState = (id: string, change: StateChange, csrf: string) =>
  post(`${at(id)}/state`, change, csrf) as Promise<CaseRow>;
/** Claim, release, take away or approve, as the case was seen. */
export const decide = (
  id: string,
  what: "claim" | "release" | "take-away" | "approve",
  version: number,
  csrf: string,
) => post(`${at(id)}/${what}`, { version }, csrf) as Promise<CaseDetail>;
export const transfer = (id: string, given: Transfer, csrf: string) =>
  post(`${at(id)}/transfer`, given, csrf) as Promise<CaseDetail>;
export const tick = (id: string, ticked: Tick, csrf: string) =>
  post(`${at(id)}/checks`, ticked, csrf) as Promise<CaseDetail>;
export const writeNote = (id: string, note: NewNote, csrf: string) =>
  post(`${at(id)}/notes`, note, csrf) as Promise<CaseDetail>;
export const printAgain = (id: string, csrf: string) => post(`${at(id)}/print`, {}, csrf);
export const colleagues = () => ask("colleagues") as Promise<Colleague[]>;
export const callNext = (call: NextCall, csrf: string) => post("queue/next", call, csrf) as Promise<CalledNext>;
export const callTicket = (id: string, call: CallTicket, csrf: string) =>
  post(`${ticketAt(id)}/call`, call, csrf) as Promise<TicketRow>;
export const changeTicket = (id: string, change: TicketChange, csrf: string) =>
  post(`${ticketAt(id)}/state`, change, csrf) as Promise<TicketRow>;

/** Where a copy opens as a PDF; each look is written to the audit log. */
export const copyAddress = (id: string, copy: string) =>
  `/api/staff/${at(id)}/copies/${encodeURIComponent(copy)}`;
/** A page of a copy as a picture; `page` from 1. Each look is written to the audit log. */
export const pageAddress = (id: string, copy: string, page: number) => `${copyAddress(id, copy)}/pages/${page}`;
/** The case on paper, a PDF; written to the audit log. */
export const summaryAddress = (id: string) => `/api/staff/${at(id)}/summary`;
