/* Made by `npm run types` from robot/web/view.py and robot/web/staff_view.py. Do not edit. */

/**
 * Where a case stands.
 */
export type CaseState = "waiting" | "called" | "done" | "returned";
/**
 * Where a value comes from; `…_EDITED` was read and then changed on the screen.
 *
 * `…_SPELLED` was read as a zone spells it, and how it is written on paper was chosen on the screen.
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
  | "chosen";
/**
 * Whether a copy of a document is there.
 */
export type CopyState = "making" | "ready" | "failed";

export interface Contract {
  KioskView: KioskView;
  StaffView: StaffView;
  CaseDetail: CaseDetail;
  CaseRow: CaseRow;
  Me: Me;
  ScreenEvent: Hello | Tap | SetField | Check | Touch | Type;
  Login: Login;
  StateChange: StateChange;
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
 */
export interface Welcome {
  kind: "welcome";
  title: string;
  text: string;
  services: Button[];
}
/**
 * Something to tap. `id` goes back in a Tap. `say`: what to say aloud instead.
 */
export interface Button {
  id: string;
  label: string;
  say: string;
  hint: string;
  icon: string;
  style: "primary" | "secondary" | "tertiary" | "danger";
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
 */
export interface CameraPanel {
  kind: "camera";
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
 */
export interface ChipPanel {
  kind: "chip";
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
 */
export interface FormPanel {
  kind: "form";
  title: string;
  text: string;
  groups: FormGroup[];
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
 * One value on the review page.
 */
export interface ReviewRow {
  label: string;
  value: string;
  origin: string;
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
  role: string;
  csrf: string;
}
/**
 * First message of a page; `screen` is random, kept in sessionStorage, so a reload is the same screen.
 */
export interface Hello {
  type: "hello";
  screen: string;
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
