/* Made by `npm run types` from robot/web/view.py and robot/web/staff_view.py. Do not edit. */

/**
 * Where a case stands.
 */
export type CaseState = "waiting" | "called" | "done" | "returned";
/**
 * Why the staff close a kiosk; each has a sentence in every language (`screen.closed.cause.*`).
 */
export type Cause = "maintenance" | "event" | "pause";
/**
 * Where a value comes from; `…_EDITED` was read and then changed on the screen.
 *
 * `…_SPELLED` was read as a zone spells it, and how it is written on paper was chosen on the screen.
 * `STREETS`: the town's street list had it.
 */
export type Provenance =
  | "eid"
  | "chip"
  | "chip_edited"
  | "chip_spelled"
  | "mrz"
  | "mrz_edited"
  | "mrz_spelled"
  | "code"
  | "typed"
  | "spoken"
  | "chosen"
  | "streets";
/**
 * Whether a copy of a document is there.
 */
export type CopyState = "making" | "ready" | "failed";
/**
 * What a member of staff is.
 */
export type Role = "clerk" | "lead" | "auditor" | "administrator";
/**
 * What can be allowed; `SELF` is one's own account, which everybody has who is signed in.
 */
export type Right =
  | "self"
  | "live"
  | "help"
  | "cases"
  | "assign"
  | "messages"
  | "kiosk"
  | "figures"
  | "audit"
  | "accounts"
  | "content";

export interface Contract {
  KioskView: KioskView;
  StaffView: StaffView;
  CaseDetail: CaseDetail;
  CaseRow: CaseRow;
  Me: Me;
  MessageRow: MessageRow;
  ScreenEvent: Hello | Tap | SetField | Check | Touch | Type | Read;
  Login: Login;
  StateChange: StateChange;
  NewMessage: NewMessage;
  NewClosing: NewClosing;
}
/**
 * The whole screen.
 */
export interface KioskView {
  seq: number;
  lang: string;
  direction: "ltr" | "rtl";
  languages: LanguageButton[];
  state: "idle" | "visit" | "goodbye" | "out_of_order" | "elsewhere";
  town: string;
  badge: string;
  face: "idle" | "listening" | "thinking" | "speaking" | "looking" | "sorry";
  caption: string;
  spoken: number;
  voicing: Voicing | null;
  gaze: "citizen" | "camera" | "card" | "printer";
  display: Display;
  display_menu: Toggle[];
  private: boolean;
  headset: boolean;
  heard: Heard | null;
  microphone: boolean;
  microphone_label: string;
  progress: Progress[];
  panel:
    | Welcome
    | Choices
    | Checklist
    | Consent
    | CameraPanel
    | ChipPanel
    | FormPanel
    | Review
    | TicketPanel
    | Feedback
    | InfoPanel
    | PlanPanel
    | Closed
    | Info;
  aside: Info | null;
  offers: Button[];
  nav: Button[];
  notices: Notice[];
  warning: TimeWarning | null;
  labels: {
    [k: string]: string;
  };
}
/**
 * One language of the menu: a tap on `id` switches to it; `name` in the language itself, `tag` BCP 47.
 */
export interface LanguageButton {
  id: string;
  name: string;
  tag: string;
  direction: "ltr" | "rtl";
  active: boolean;
}
/**
 * The sentence that sounds now, for `seconds`: `start`..`end` are characters of the caption.
 */
export interface Voicing {
  start: number;
  end: number;
  seconds: number;
}
/**
 * How this visitor wants the screen: size of text, colours, everything in the lower half, no motion.
 */
export interface Display {
  text: "normal" | "large";
  contrast: "normal" | "high" | "dark";
  low: boolean;
  still: boolean;
}
/**
 * One switch of the display menu; a Tap on `id` turns it over. `say`: what to say aloud instead.
 */
export interface Toggle {
  id: string;
  label: string;
  say: string;
  icon: string;
  on: boolean;
}
/**
 * What was recognised from the citizen's voice: grows while they speak, then final.
 */
export interface Heard {
  text: string;
  final: boolean;
}
/**
 * One named station of the visit.
 */
export interface Progress {
  id: string;
  label: string;
  state: "done" | "current" | "todo";
}
/**
 * Idle and first screen: what the colleague can do.
 *
 * `waiting`, `opening`: sentences, "" when unknown. `messages`: what the town and its staff have to say.
 */
export interface Welcome {
  kind: "welcome";
  title: string;
  text: string;
  services: Button[];
  waiting: string;
  opening: string;
  messages: string[];
}
/**
 * Something to tap. `id` goes back in a Tap. `say`: what to say aloud instead.
 *
 * `colour`: what a swatch shows, as #rrggbb; two of them, outer and inner, with a blank between.
 */
export interface Button {
  id: string;
  label: string;
  say: string;
  hint: string;
  icon: string;
  style: "primary" | "secondary" | "tertiary" | "danger";
  colour: string;
}
/**
 * A question with its answers as large buttons.
 */
export interface Choices {
  kind: "choices";
  title: string;
  text: string;
  options: Button[];
}
/**
 * Documents for exactly this case; each can be marked as brought or not.
 */
export interface Checklist {
  kind: "checklist";
  title: string;
  text: string;
  items: CheckItem[];
  actions: Button[];
}
/**
 * One document of the checklist.
 */
export interface CheckItem {
  id: string;
  label: string;
  detail: string;
  law: string;
  required: boolean;
  brought: boolean | null;
}
/**
 * Asks for consent before a document is looked at.
 */
export interface Consent {
  kind: "consent";
  title: string;
  text: string;
  law: string;
  actions: Button[];
}
/**
 * Live picture (MJPEG address) with hint and outline (corners, 0..1).
 *
 * `sign`: the hint as a picture, "" for none. `taken`: no live picture, but a page that was taken.
 */
export interface CameraPanel {
  kind: "camera";
  sign:
    | ""
    | "nothing"
    | "cut_off"
    | "too_far"
    | "blurred"
    | "glare"
    | "turned"
    | "wrong_side"
    | "hold_still"
    | "unreadable";
  taken: boolean;
  title: string;
  text: string;
  picture: string;
  hint: string;
  outline: [number, number][];
  actions: Button[];
}
/**
 * The document lies, or should lie, on the card reader. `hint`: what is amiss.
 *
 * `reading`: a bar shows `percent` of the portrait, the largest part; `label` names the bar.
 * `document`: what the picture shows, as it is laid.
 */
export interface ChipPanel {
  kind: "chip";
  document: "passport" | "card";
  title: string;
  text: string;
  hint: string;
  reading: boolean;
  percent: number;
  label: string;
  actions: Button[];
}
/**
 * A form; values go to the robot with SetField as they are entered, Tap(submit) sends it.
 *
 * `focus`: the field to begin with, when only that one is to be changed.
 */
export interface FormPanel {
  kind: "form";
  title: string;
  text: string;
  groups: FormGroup[];
  focus: string;
  actions: Button[];
}
/**
 * Fields that belong together.
 */
export interface FormGroup {
  id: string;
  label: string;
  fields: FormField[];
}
/**
 * One field. `origin`: where the value comes from (label), `error`: what is wrong, in words.
 *
 * `doubtful`: indices of characters to check; `spellings`: ways to write the value, one tap each.
 * `widget`: how it is best entered beside typing; `keys`: what the keys on the screen are; `suggestions`:
 * what the value may be meant to be, one tap each; `years`: of a date's wheel the first, the last and the
 * one where it begins; `personal`: to be masked, and never read aloud.
 */
export interface FormField {
  id: string;
  label: string;
  value: string;
  type:
    | "text"
    | "date"
    | "number"
    | "choice"
    | "checkbox"
    | "postcode"
    | "iban"
    | "plate"
    | "email"
    | "phone"
    | "money";
  required: boolean;
  max_length: number;
  help: string;
  options: Button[];
  origin: string;
  doubtful: number[];
  spellings: string[];
  error: string;
  autocomplete: string;
  widget: "" | "swatches" | "wheels" | "address";
  keys: "text" | "names" | "address" | "code" | "email" | "numeric" | "date" | "phone" | "money";
  suggestions: string[];
  years: [number, number, number] | null;
  personal: boolean;
}
/**
 * Everything once more, with the fee total, before it is handed over.
 */
export interface Review {
  kind: "review";
  title: string;
  text: string;
  groups: ReviewGroup[];
  fees: FeeLine[];
  total: string;
  actions: Button[];
}
/**
 * A block of the review page; `edit` leads back to where it is entered.
 */
export interface ReviewGroup {
  label: string;
  rows: ReviewRow[];
  edit: Button | null;
}
/**
 * One value on the review page. `edit` leads to where it is entered; `personal`: never read aloud.
 */
export interface ReviewRow {
  label: string;
  value: string;
  origin: string;
  edit: Button | null;
  personal: boolean;
}
/**
 * One fee with the paragraph it comes from and the day from which it holds.
 */
export interface FeeLine {
  label: string;
  amount: string;
  law: string;
  since: string;
}
/**
 * The number; `printed` False: write it down, the printer could not.
 */
export interface TicketPanel {
  kind: "ticket";
  title: string;
  number: string;
  text: string;
  bring: string[];
  printed: boolean | null;
  qr: string;
  qr_size: number;
  actions: Button[];
}
/**
 * Thumbs up or down, then goodbye.
 */
export interface Feedback {
  kind: "feedback";
  title: string;
  text: string;
  actions: Button[];
}
/**
 * What one should know about a service: sentences, then facts to look up; the QR code leads online.
 */
export interface InfoPanel {
  kind: "guide";
  title: string;
  text: string;
  lines: string[];
  facts: Fact[];
  qr: string;
  qr_size: number;
  actions: Button[];
}
/**
 * Something one looks up: what it is, and its lines.
 */
export interface Fact {
  label: string;
  lines: string[];
}
/**
 * The way from the kiosk: in words, and drawn floor by floor.
 */
export interface PlanPanel {
  kind: "plan";
  title: string;
  text: string;
  lines: string[];
  floors: PlanFloor[];
  actions: Button[];
}
/**
 * One floor: `view` is the part of the grid that is drawn (x, y, width, height), `way` the line to walk.
 *
 * `desc`: the picture in words, for those who do not see it.
 */
export interface PlanFloor {
  id: string;
  title: string;
  desc: string;
  /**
   * @minItems 4
   * @maxItems 4
   */
  view: [number, number, number, number];
  corridors: PlanBox[];
  rooms: PlanBox[];
  marks: PlanMark[];
  way: [number, number][];
}
/**
 * A room or corridor on the plan, in metres; `goal`: where the way leads.
 */
export interface PlanBox {
  x: number;
  y: number;
  width: number;
  height: number;
  label: string;
  name: string;
  goal: boolean;
}
/**
 * A sign on the plan with its label.
 */
export interface PlanMark {
  kind: "kiosk" | "lift" | "stairs" | "toilet" | "exit" | "reception" | "waiting";
  x: number;
  y: number;
  label: string;
  goal: boolean;
}
/**
 * Out of order: `text` is the reason in plain words, `facts` where to go instead.
 */
export interface Closed {
  kind: "closed";
  title: string;
  text: string;
  facts: Fact[];
  actions: Button[];
}
/**
 * An answer with lines to read.
 */
export interface Info {
  kind: "info";
  title: string;
  text: string;
  lines: string[];
  actions: Button[];
}
/**
 * One sentence about a device or the visit that the citizen should see.
 */
export interface Notice {
  id: string;
  text: string;
  kind: "info" | "warning" | "error" | "success";
}
/**
 * Time limit: shown and spoken; `seconds` left when the view was sent.
 */
export interface TimeWarning {
  text: string;
  seconds: number;
  extend: Button;
  end: Button;
}
/**
 * Everything the clerk's page shows live.
 */
export interface StaffView {
  seq: number;
  now: string;
  town: string;
  visits: VisitRow[];
  cases: CaseRow[];
  devices: DeviceRow[];
  tickets: TicketRow[];
  shreds: ShredRow[];
  messages: MessageRow[];
  closing: ClosingRow | null;
}
/**
 * A running visit: no personal data.
 */
export interface VisitRow {
  id: string;
  kiosk: string;
  service: string;
  step: string;
  language: string;
  started: string;
  needs_help: boolean;
  help_reason: string;
  help_accepted_by: string;
}
/**
 * A line of the queue: no personal data.
 */
export interface CaseRow {
  id: string;
  number: string;
  service: string;
  state: CaseState;
  created: string;
  changed: string;
  version: number;
  by: string;
  reason: string;
  printed: boolean;
}
/**
 * A device and how it is.
 */
export interface DeviceRow {
  name: string;
  label: string;
  state: string;
  detail: string;
}
/**
 * A plain queue number of today, without a case.
 */
export interface TicketRow {
  number: string;
  service: string;
  created: string;
}
/**
 * Proof that a visit's personal data is gone: no personal data.
 */
export interface ShredRow {
  visit: string;
  ended: string;
  outcome: string;
  wiped: string[];
}
/**
 * A message of the staff on the first screen; `first`, `last`: days on which it is shown, ISO 8601.
 */
export interface MessageRow {
  id: string;
  text: string;
  english: string;
  plain: string;
  first: string;
  last: string;
  by: string;
}
/**
 * The kiosk is closed by the staff; `note`: what they want to say beside the cause (German).
 */
export interface ClosingRow {
  cause: Cause;
  note: string;
  since: string;
  by: string;
}
/**
 * A whole case, unsealed for the clerk who looks.
 */
export interface CaseDetail {
  row: CaseRow;
  fields: FieldValue[];
  documents: Document[];
  counter: Counter[];
  fees: Fee[];
  total_cents: number;
  notes: string[];
  language: string;
  copies: CopyRow[];
  trail: CaseEvent[];
}
/**
 * One value with its label (German, for the clerk), group and provenance; `original`: as read.
 */
export interface FieldValue {
  id: string;
  label: string;
  value: string;
  provenance: Provenance;
  group: string;
  original: string;
}
/**
 * One line of the checklist with what the citizen said of it; the clerk sees the original.
 */
export interface Document {
  id: string;
  label: string;
  required: boolean;
  brought: boolean | null;
  law: string;
}
/**
 * What the clerk must see in the original or hear in person, with the paragraph that says so.
 */
export interface Counter {
  id: string;
  label: string;
  law: string;
}
/**
 * One fee line; cents.
 */
export interface Fee {
  id: string;
  label: string;
  cents: number;
  law: string;
  since: string;
}
/**
 * A copy of a document in a case; `dpi`: what the camera resolved, the least of its pages.
 */
export interface CopyRow {
  id: string;
  label: string;
  identity: boolean;
  purpose: string;
  pages: number;
  dpi: number;
  state: CopyState;
}
/**
 * One line of a case's audit trail.
 */
export interface CaseEvent {
  at: string;
  who: string;
  what: string;
  detail: string;
}
/**
 * Who is signed in; `csrf` goes into the X-CSRF-Token header.
 */
export interface Me {
  name: string;
  role: Role;
  rights: Right[];
  csrf: string;
}
/**
 * First message of a page; `screen` is random, kept in sessionStorage, so a reload is the same screen.
 *
 * `seen`: number of the last view where the line was lost during a visit, else 0; `lang`: its language.
 */
export interface Hello {
  type: "hello";
  screen: string;
  seen?: number;
  lang?: string;
}
/**
 * A button was tapped.
 */
export interface Tap {
  type: "tap";
  id: string;
}
/**
 * A form field has a new value.
 */
export interface SetField {
  type: "set";
  field: string;
  value: string;
}
/**
 * A document of the checklist was marked.
 */
export interface Check {
  type: "check";
  item: string;
  brought: boolean;
}
/**
 * The screen was touched anywhere: somebody is there.
 */
export interface Touch {
  type: "touch";
}
/**
 * A sentence typed instead of spoken.
 */
export interface Type {
  type: "text";
  text: string;
}
/**
 * Say this part of the screen aloud now, cutting what sounds; `personal`: over headphones only.
 */
export interface Read {
  type: "read";
  text: string;
  personal?: boolean;
}
/**
 * Sign-in request.
 */
export interface Login {
  name: string;
  password: string;
}
/**
 * A clerk's decision about a case's state; `reason` is required for returned.
 */
export interface StateChange {
  state: CaseState;
  reason?: string;
  version: number;
}
/**
 * A message to show; days as YYYY-MM-DD.
 */
export interface NewMessage {
  text: string;
  english?: string;
  plain?: string;
  first: string;
  last: string;
}
/**
 * Close the kiosk.
 */
export interface NewClosing {
  cause: Cause;
  note?: string;
}
