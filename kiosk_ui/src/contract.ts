/* Made by `npm run types` from robot/web/view.py and robot/web/staff_view.py. Do not edit. */

/**
 * Where a case stands. `TRANSFERRED`: lies with a named colleague; `MISSED`: called, nobody came.
 *
 * `APPROVAL`: finished by one clerk, a second one has to approve it.
 */
export type CaseState =
  "waiting" | "called" | "working" | "transferred" | "approval" | "done" | "returned" | "missed";
/**
 * Where a plain number stands.
 */
export type TicketState = "waiting" | "called" | "done" | "missed";
/**
 * Why the staff close a kiosk; each has a sentence in every language (`screen.closed.cause.*`).
 */
export type Cause = "maintenance" | "event" | "pause";
/**
 * How a kiosk is.
 */
export type KioskState = "open" | "closed" | "out_of_order" | "off" | "unreachable";
/**
 * What staff are called for.
 */
export type AlarmKind = "emergency" | "help" | "device" | "paper" | "kiosk" | "store";
/**
 * A notice to all kiosks; each but `OWN` has sentences in every language (`screen.emergency.*`).
 */
export type EmergencyKind = "leave" | "closing" | "trouble" | "own";
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
 * How a value differs from what was read: only `CHANGED` is worth a second look.
 */
export type DifferenceKind = "changed" | "spelling" | "cut" | "format";
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
/**
 * Why nobody was signed in; the page has a sentence for each.
 */
export type OidcProblem = "away" | "state" | "denied" | "code" | "token" | "role" | "locked";
/**
 * What an account asks for besides the password.
 */
export type Factor = "totp" | "passkey";
/**
 * What is written down.
 */
export type Act =
  | "handed_over"
  | "looked"
  | "state"
  | "printed"
  | "deleted"
  | "claimed"
  | "released"
  | "transferred"
  | "taken_away"
  | "approved"
  | "ticked"
  | "unticked"
  | "noted"
  | "summarised"
  | "number_state"
  | "help_accepted"
  | "taken_over"
  | "handed_back"
  | "step_picked"
  | "talk_began"
  | "talk_ended"
  | "signed_in"
  | "sign_in_failed"
  | "signed_out"
  | "account_added"
  | "keys_rotated"
  | "message_shown"
  | "message_removed"
  | "kiosk_closed"
  | "kiosk_opened"
  | "role_changed"
  | "account_locked"
  | "account_unlocked"
  | "link_made"
  | "access_changed"
  | "factor_added"
  | "factor_removed"
  | "factor_failed"
  | "sessions_ended"
  | "audit_read"
  | "audit_verified"
  | "audit_exported"
  | "refused"
  | "content_saved"
  | "content_withdrawn"
  | "content_restored"
  | "content_imported"
  | "figures_exported"
  | "alarm_acknowledged"
  | "emergency_told"
  | "emergency_withdrawn"
  | "self_test"
  | "kiosk_forgotten";
/**
 * What was done to the log behind our back.
 */
export type HarmKind = "changed" | "removed" | "reordered" | "appended" | "replaced" | "seal";
/**
 * Which days; week, month and year until today.
 */
export type Kind = "today" | "week" | "month" | "year" | "range";
/**
 * Where a plain number stands.
 */
export type TicketState1 = "waiting" | "called" | "done" | "missed";

export interface Contract {
  KioskView: KioskView;
  StaffView: StaffView;
  CaseDetail: CaseDetail;
  CaseRow: CaseRow;
  TicketRow: TicketRow;
  CalledNext: CalledNext;
  Colleague: Colleague;
  DisplayView: DisplayView;
  Me: Me;
  SignInOffer: SignInOffer;
  SecondStep: SecondStep;
  SignedOut: SignedOut;
  PasskeyChallenge: PasskeyChallenge;
  OwnAccount: OwnAccount;
  TotpSecret: TotpSecret;
  RecoveryCodes: RecoveryCodes;
  AccountRow: AccountRow;
  AccountMade: AccountMade;
  SetUpLink: SetUpLink;
  AuditPage: AuditPage;
  AuditResult: AuditResult;
  MessageRow: MessageRow;
  ContentState: ContentState;
  ContentItem: Item;
  ContentChecked: Checked;
  ContentVersion: VersionRow;
  ContentPreview: Preview;
  ContentImported: Imported;
  EmergencyRow: EmergencyRow;
  TakeoverMessage: TakeoverView | Told | Signal;
  FiguresReport: FiguresReport;
  Signal: Signal;
  ClerkDoing: Take | Alive | Write | UseCanned | Pick | Call | HangUp | HandBack | Signal;
  ScreenEvent: Hello | Tap | SetField | Check | Touch | Type | Read | Signal;
  Login: Login;
  ContentDraft: Draft;
  ContentQuestion: Question;
  ContentPointer: Pointer;
  ContentRestoring: Restoring;
  ContentImport: Import;
  StateChange: StateChange;
  Versioned: Versioned;
  Transfer: Transfer;
  Tick: Tick;
  NewNote: NewNote;
  NextCall: NextCall;
  CallTicket: CallTicket;
  TicketChange: TicketChange;
  NewMessage: NewMessage;
  NewAccount: NewAccount;
  NewClosing: NewClosing;
  NewEmergency: NewEmergency;
  ForgetKiosk: ForgetKiosk;
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
  caption_by: "machine" | "human";
  human: Human | null;
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
  emergency: Emergency | null;
  labels: {
    [k: string]: string;
  };
  visitor: number;
  german: string[];
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
 * A human has taken over; `label` says whose words the caption holds, and whose voice reads them.
 */
export interface Human {
  name: string;
  label: string;
  ask: Asking | null;
  talk: Talking | null;
}
/**
 * A question that a human has for the citizen, over the rest of the screen.
 */
export interface Asking {
  text: string;
  actions: Button[];
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
 * Voice or video with a human, from browser to browser. `number`: which talk of the visit it is.
 *
 * `text`: what of camera and microphone is on; `own`, `theirs`: names of the two pictures.
 */
export interface Talking {
  number: number;
  mode: "voice" | "video";
  state: "connecting" | "running";
  text: string;
  own: string;
  theirs: string;
  stop: Button;
  ice: IceServer[];
}
/**
 * A STUN or TURN server as RTCPeerConnection takes it (RFC 8829).
 */
export interface IceServer {
  urls: string[];
  username: string;
  credential: string;
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
 * The staff's notice to everybody, above all else. `leave`: nothing else counts any more.
 *
 * `lang`, `direction`: of the text; `also`: the same in other languages.
 */
export interface Emergency {
  title: string;
  text: string;
  lang: string;
  direction: "ltr" | "rtl";
  leave: boolean;
  also: Translated[];
}
/**
 * A sentence in a language: BCP 47 tag and direction.
 */
export interface Translated {
  lang: string;
  direction: "ltr" | "rtl";
  text: string;
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
  kiosks: KioskRow[];
  alarms: AlarmRow[];
  emergency: EmergencyRow | null;
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
  help_since: string;
  understood: number | null;
  taken_by: string;
  urgent: boolean;
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
  service_id: string;
  holder: string;
  place: string;
  calls: number;
  called: string | null;
  assigned: string;
  four_eyes: boolean;
  finished_by: string;
}
/**
 * A device and how it is. `paper`: ok, low, out or unknown, printers only; `test`: the last self-test.
 */
export interface DeviceRow {
  name: string;
  label: string;
  state: string;
  detail: string;
  paper: string;
  tested: string;
  test: "" | "passed" | "warning" | "failed" | "absent";
}
/**
 * A plain queue number of today, without a case.
 */
export interface TicketRow {
  number: string;
  service: string;
  created: string;
  id: string;
  service_id: string;
  state: TicketState;
  place: string;
  calls: number;
  called: string | null;
  by: string;
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
 * One kiosk of the town. `here`: the one that this page comes from; `cause`: why it serves nobody.
 */
export interface KioskRow {
  name: string;
  here: boolean;
  address: string;
  state: KioskState;
  cause: string;
  seen: string;
  visits: VisitRow[];
  devices: DeviceRow[];
}
/**
 * Something that somebody has to see to: no personal data.
 *
 * `subject`: the visit (emergency, help), the device, "low" or "out" (paper), "unreachable" or why it is
 * out of order (kiosk). `address`: the staff page of the kiosk, "" for this one. `acknowledged_by`: who
 * sees to it.
 */
export interface AlarmRow {
  id: string;
  kind: AlarmKind;
  kiosk: string;
  subject: string;
  since: string;
  acknowledged_by: string;
  address: string;
}
/**
 * A notice that stands on every kiosk until it is withdrawn; `leave`: visits are over.
 */
export interface EmergencyRow {
  id: string;
  kind: EmergencyKind;
  text: string;
  translations: {
    [k: string]: string;
  };
  leave: boolean;
  since: string;
  by: string;
}
/**
 * A whole case, unsealed for the clerk who looks.
 */
export interface CaseDetail {
  row: CaseRow;
  fields: FieldValue[];
  differences: FieldDifference[];
  documents: Document[];
  counter: Counter[];
  checks: CheckRow[];
  fees: Fee[];
  total_cents: number;
  notes: string[];
  clerks_notes: NoteRow[];
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
 * A field whose value is not what was read; both in pieces, to be drawn under each other.
 */
export interface FieldDifference {
  field: string;
  kind: DifferenceKind;
  value: Segment[];
  original: Segment[];
}
/**
 * A piece of a value; `changed`: it is not in the other one.
 */
export interface Segment {
  text: string;
  changed: boolean;
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
 * A tick at the counter. `item`: document:<id> or counter:<id>.
 */
export interface CheckRow {
  item: string;
  by: string;
  at: string;
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
 * What a clerk wrote down for the next.
 */
export interface NoteRow {
  id: string;
  by: string;
  at: string;
  text: string;
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
 * One line of a case's audit trail; `act` and `states` ("waiting>called") for other languages.
 */
export interface CaseEvent {
  at: string;
  who: string;
  what: string;
  detail: string;
  act: string;
  states: string;
}
/**
 * Who was called; `id` of the case or the ticket.
 */
export interface CalledNext {
  kind: "case" | "ticket";
  id: string;
  number: string;
}
/**
 * Somebody to whom a case can be given; `here`: signed in now.
 */
export interface Colleague {
  id: string;
  name: string;
  here: boolean;
}
/**
 * The monitor in the lobby: the last calls of today, the newest first.
 */
export interface DisplayView {
  seq: number;
  town: string;
  calls: DisplayCall[];
}
/**
 * A number that was called. `id` grows with every call.
 */
export interface DisplayCall {
  id: number;
  number: string;
  place: string;
  at: string;
}
/**
 * Who is signed in; `csrf` goes into the X-CSRF-Token header.
 *
 * `limited`: a second factor has to be set up before anything else is allowed.
 */
export interface Me {
  name: string;
  role: Role;
  rights: Right[];
  csrf: string;
  account: string;
  limited: boolean;
}
/**
 * How one can sign in. `provider`: what the button of OpenID Connect is called, "" = there is none.
 */
export interface SignInOffer {
  local: boolean;
  provider: string;
  passkeys: boolean;
  problems: OidcProblem[];
}
/**
 * The password was right; one of these is asked for, too. `ticket` goes with it.
 */
export interface SecondStep {
  ticket: string;
  factors: Factor[];
}
/**
 * Where the browser goes to sign out with the provider, too.
 */
export interface SignedOut {
  leads_to: string;
}
/**
 * What navigator.credentials takes, as JSON (W3C WebAuthn section 5.1.8 and 5.1.10).
 */
export interface PasskeyChallenge {
  challenge: string;
  options: {
    [k: string]: unknown;
  };
}
/**
 * One's own account. `password`: it has one; `required`: the town wants a second factor.
 */
export interface OwnAccount {
  name: string;
  role: Role;
  password: boolean;
  required: boolean;
  totp: boolean;
  recovery_left: number;
  passkeys: PasskeyRow[];
  sessions: SessionRow[];
}
/**
 * One of one's own passkeys; times are ISO 8601.
 */
export interface PasskeyRow {
  id: string;
  name: string;
  created: string;
  used: string;
}
/**
 * Where one is signed in. `here`: this browser.
 */
export interface SessionRow {
  id: string;
  since: string;
  here: boolean;
}
/**
 * For the authenticator app: the QR code as the outline of its dark modules, and the secret as text.
 */
export interface TotpSecret {
  secret: string;
  size: number;
  outline: string;
}
/**
 * Shown once.
 */
export interface RecoveryCodes {
  codes: string[];
}
/**
 * An account as the administrator sees it. `invited`: a set-up link waits for its use.
 */
export interface AccountRow {
  id: string;
  name: string;
  role: Role;
  locked: boolean;
  password: boolean;
  provider: boolean;
  invited: boolean;
  totp: boolean;
  passkeys: number;
  sessions: number;
  created: string;
}
/**
 * `link`: token of the set-up link, shown once; "" when the account has a password.
 */
export interface AccountMade {
  account: AccountRow;
  link: string;
}
/**
 * Token of a set-up link, shown once, and for how many hours it holds.
 */
export interface SetUpLink {
  link: string;
  hours: number;
}
/**
 * The newest entries first.
 */
export interface AuditPage {
  rows: AuditRow[];
  total: number;
  page: number;
  pages: number;
}
/**
 * One entry of the audit log.
 */
export interface AuditRow {
  seq: number;
  at: string;
  who: string;
  what: Act;
  subject: string;
  detail: string;
}
/**
 * What the check of the whole log has found. `seal`: of the last entry, to be noted elsewhere.
 */
export interface AuditResult {
  sound: boolean;
  count: number;
  seal: string;
  harm: HarmKind | "";
  number: number;
}
/**
 * Everything that can be edited, as it holds; `today`: the town's day.
 */
export interface ContentState {
  today: string;
  items: Item[];
  weeks: BaseWeek[];
  fees: FeeFacts[];
  questions: FeeQuestion[];
  holidays: NamedDay[];
  bridges: NamedDay[];
  rooms: string[];
  broken: Broken[];
}
/**
 * One thing that can be edited. `version` 0: as in the files; `origin`: who it comes from.
 *
 * `document`: the edits as they stand (of the files, where there are none); None when withdrawn.
 */
export interface Item {
  kind: "hours" | "closure" | "notice" | "fee" | "office";
  name: string;
  label: string;
  group: string;
  version: number;
  by: string;
  at: string;
  origin: "files" | "staff";
  withdrawn: boolean;
  document: (HoursDoc | ClosureDoc | FeeDoc | OfficeDoc | NoticeDoc) | null;
}
/**
 * Hours of the house (name "house") or of an office.
 */
export interface HoursDoc {
  kind: "hours";
  /**
   * @maxItems 40
   */
  rules: HoursRule[];
  /**
   * @maxItems 200
   */
  days: SpecialDay[];
}
/**
 * Weekly hours from a day on; `week` None: those of the house.
 */
export interface HoursRule {
  since: string;
  week: Week | null;
}
/**
 * The spans of each weekday; none: closed.
 */
export interface Week {
  mon: Hours[];
  tue: Hours[];
  wed: Hours[];
  thu: Hours[];
  fri: Hours[];
  sat: Hours[];
  sun: Hours[];
}
/**
 * From … to, "08:30".
 */
export interface Hours {
  start: string;
  end: string;
}
/**
 * A day with other hours; `note` is for the staff.
 */
export interface SpecialDay {
  day: string;
  hours: Hours[];
  note: string;
}
/**
 * Days on which the house is closed, or only some offices.
 */
export interface ClosureDoc {
  kind: "closure";
  first: string;
  last: string;
  reason: string;
  english: string;
  plain: string;
  /**
   * @maxItems 60
   */
  places: string[];
}
/**
 * Amounts beside those of the service's file.
 */
export interface FeeDoc {
  kind: "fee";
  /**
   * @maxItems 40
   */
  amounts: AmountDoc[];
}
/**
 * What a fee costs from a day on: "46,00"; `law`: its paragraph.
 */
export interface AmountDoc {
  since: string;
  amount: string;
  law: string;
}
/**
 * Where an office (or anything else one asks for) is and how it is reached; a floor has its way only.
 */
export interface OfficeDoc {
  kind: "office";
  room: string;
  way: string;
  english: string;
  plain: string;
  phone: string;
  email: string;
  web: string;
}
/**
 * A message on the kiosks' first screen.
 */
export interface NoticeDoc {
  kind: "notice";
  text: string;
  english: string;
  plain: string;
  first: string;
  last: string;
}
/**
 * The hours of the files, and as they hold today; None: those of the house.
 */
export interface BaseWeek {
  name: string;
  week: Week | null;
  now: Week | null;
}
/**
 * A fee's amounts of the files; `case`: answers with which it is due.
 */
export interface FeeFacts {
  name: string;
  law: string;
  extra: boolean;
  case: {
    [k: string]: string;
  };
  amounts: AmountDoc[];
}
/**
 * A question of a service on which its fees depend.
 */
export interface FeeQuestion {
  service: string;
  slot: string;
  label: string;
  choices: ChoiceOption[];
}
/**
 * An answer.
 */
export interface ChoiceOption {
  id: string;
  label: string;
}
/**
 * A public holiday, or a day between one and a weekend.
 */
export interface NamedDay {
  day: string;
  says: string;
}
/**
 * An edit that does not fit any more and is left out.
 */
export interface Broken {
  kind: "hours" | "closure" | "notice" | "fee" | "office";
  name: string;
  says: string;
}
/**
 * What is said beside the fields; with a fault nothing can be saved.
 */
export interface Checked {
  faults: ContentFault[];
  hints: ContentFault[];
}
/**
 * What is wrong (or worth a thought) and where: "rules.0.week.mon.1.end".
 */
export interface ContentFault {
  field: string;
  says: string;
}
/**
 * One version in the history; `changes`: what it changed, in words.
 */
export interface VersionRow {
  version: number;
  by: string;
  at: string;
  how: "saved" | "withdrawn" | "restored" | "imported";
  holds_from: string;
  changes: string[];
  document: (HoursDoc | ClosureDoc | FeeDoc | OfficeDoc | NoticeDoc) | null;
}
/**
 * What the kiosk would say and show. `asked`: the citizen's sentence; `difference` in cents (fees).
 */
export interface Preview {
  asked: string;
  lines: Said[];
  changed: boolean;
  before_cents: number | null;
  after_cents: number | null;
}
/**
 * A line of the preview: what it is, as it holds now, and with the draft.
 */
export interface Said {
  what: string;
  before: string;
  after: string;
}
/**
 * What an import changes (or would), in words; nothing when everything is so already.
 */
export interface Imported {
  changes: string[];
  saved: boolean;
}
/**
 * All that a clerk sees of one visit.
 *
 * `state`: offered (nobody has taken over), mine, taken (by `taken_by`), over (the visit is). `may_read`:
 * whether the citizen allows the dialogue so far to be read, None when they have not said. `lines`: empty
 * until they allow it, or one has taken over; then what was said since. `here`: somebody stands before the
 * kiosk. `private`: others shall hear nothing, so there is no voice. `step_done`: the step that was picked
 * is done and waits for what comes next. `urgent`: somebody is in danger.
 */
export interface TakeoverView {
  type: "view";
  visit: string;
  state: "offered" | "mine" | "taken" | "over";
  taken_by: string;
  shown_as: string;
  kiosk: string;
  service: string;
  step: string;
  language: string;
  started: string;
  help_reason: string;
  help_accepted_by: string;
  urgent: boolean;
  may_read: boolean | null;
  here: boolean;
  private: boolean;
  step_done: boolean;
  lines: TakeoverLine[];
  steps: PickRow[];
  services: PickRow[];
  canned: CannedRow[];
  talk: TalkRow | null;
  ice: IceServer[];
}
/**
 * One thing said or tapped. `who`: the machine, the citizen, or the human who has taken over.
 */
export interface TakeoverLine {
  number: number;
  who: "machine" | "citizen" | "human";
  act: "said" | "tapped";
  text: string;
}
/**
 * What can be done next for the citizen; `here`: it is being done.
 */
export interface PickRow {
  id: string;
  label: string;
  here: boolean;
}
/**
 * A sentence that is there in every language: as the clerk reads it, and as the citizen gets it.
 */
export interface CannedRow {
  id: string;
  german: string;
  text: string;
}
/**
 * A voice or video talk: the citizen is asked, it is being connected, or it stands.
 */
export interface TalkRow {
  number: number;
  mode: "voice" | "video";
  state: "asked" | "connecting" | "running";
}
/**
 * Something that happened once; the page has a sentence for each.
 */
export interface Told {
  type: "told";
  what:
    | "taken"
    | "no_help"
    | "not_yours"
    | "cannot_pick"
    | "not_stored"
    | "nonsense"
    | "private"
    | "refused"
    | "talk_ended"
    | "talk_failed"
    | "sent_back";
}
/**
 * What the two browsers of a talk tell each other to connect (WebRTC, RFC 8829), through the robot.
 *
 * `talk`: the number of the talk. `sdp` of an offer or answer; `candidate`, `mid`, `line` of a candidate, an
 * empty one ends them. `connected`, `failed`: for the robot, too.
 */
export interface Signal {
  type: "signal";
  talk: number;
  kind: "offer" | "answer" | "candidate" | "connected" | "failed";
  sdp: string;
  candidate: string;
  mid: string;
  line: number;
}
/**
 * Everything of the page. `heat`: visits by weekday (Monday first) and hour.
 */
export interface FiguresReport {
  query: FigureQuery;
  days: Days;
  before: Days;
  /**
   * so few visits that nothing is told of them
   */
  few: boolean;
  kiosks: string[];
  services: Named[];
  languages: Named[];
  now: Tiles;
  then: Tiles;
  series: SeriesPoint[];
  by_service: ServiceRow[];
  funnels: Funnel[];
  by_language: LanguageRow[];
  cross_services: Named[];
  cross: CrossRow[];
  ways: Ways;
  waits: WaitRow[];
  wait_bins: WaitBin[];
  heat: (number | null)[][];
  devices: DeviceFigure[];
  keeps_sentences: boolean;
  sentences: SentenceRow[];
}
/**
 * What was asked for; "" = all.
 */
export interface FigureQuery {
  period: Kind;
  kiosk: string;
  service: string;
  language: string;
}
/**
 * From the first to the last day, ISO 8601.
 */
export interface Days {
  first: string;
  last: string;
}
/**
 * Something that can be chosen: its id and its name.
 */
export interface Named {
  id: string;
  label: string;
}
/**
 * The figures at the top, of one period. Shares are 0 to 1; null where there is too little to say.
 *
 * `requests`: services asked for, `completed`: those that came to their end; `greeted`: greetings that
 * nobody answered; `minutes`: mean length of a visit.
 */
export interface Tiles {
  visits: number | null;
  greeted: number | null;
  requests: number | null;
  completed: number | null;
  completion: number | null;
  minutes: number | null;
  understood: number | null;
  not_understood: number | null;
  repeats: number | null;
  helped: number | null;
  taken_over: number | null;
  thumbs_up: number | null;
  thumbs_down: number | null;
  wait_median: number | null;
  failures: number;
}
/**
 * One bar of time: an hour ("09"), a day ("2026-11-23") or a month ("2026-11").
 */
export interface SeriesPoint {
  at: string;
  visits: number | null;
  completed: number | null;
}
/**
 * How requests for a service ended.
 */
export interface ServiceRow {
  id: string;
  label: string;
  requests: number | null;
  completed: number | null;
  left: number | null;
  timeout: number | null;
  stopped: number | null;
  thumbs_up: number | null;
  thumbs_down: number | null;
}
/**
 * A service's journey, station by station.
 */
export interface Funnel {
  id: string;
  label: string;
  started: number | null;
  completed: number | null;
  steps: FunnelStep[];
}
/**
 * A station of a journey: how many came so far, and how many went no further.
 */
export interface FunnelStep {
  id: string;
  label: string;
  reached: number | null;
  ended: number | null;
}
/**
 * Visits in a language, and how much of what was said in it was understood.
 */
export interface LanguageRow {
  code: string;
  label: string;
  visits: number | null;
  understood: number | null;
}
/**
 * Requests in one language, by service in the order of `FiguresReport.cross_services`.
 */
export interface CrossRow {
  language: string;
  label: string;
  counts: (number | null)[];
}
/**
 * In how many visits a way of telling something was used; one visit may use several.
 */
export interface Ways {
  voice: number | null;
  touch: number | null;
  keypad: number | null;
}
/**
 * Minutes: how long one waited to be called; "" = all services. `work`: mean time until done.
 */
export interface WaitRow {
  id: string;
  label: string;
  count: number | null;
  mean: number | null;
  median: number | null;
  p90: number | null;
  work: number | null;
}
/**
 * How many waited from so many minutes to below the next ones.
 */
export interface WaitBin {
  minutes: number;
  count: number | null;
}
/**
 * A device's failures: how many, minutes altogether, hours of running between two of them.
 */
export interface DeviceFigure {
  kiosk: string;
  device: string;
  label: string;
  failures: number;
  minutes: number;
  mtbf_hours: number | null;
}
/**
 * A sentence that was not understood, without anything personal.
 */
export interface SentenceRow {
  day: string;
  language: string;
  text: string;
}
/**
 * Take over; `shown_as`: how the citizen sees the clerk.
 */
export interface Take {
  type: "take";
  shown_as: string;
}
/**
 * The page is there.
 */
export interface Alive {
  type: "alive";
}
/**
 * Words for the citizen: spoken and shown.
 */
export interface Write {
  type: "write";
  text: string;
}
/**
 * A sentence that is there in every language.
 */
export interface UseCanned {
  type: "canned";
  id: string;
}
/**
 * A next step, or another service.
 */
export interface Pick {
  type: "pick";
  id: string;
}
/**
 * Ask the citizen for a talk.
 */
export interface Call {
  type: "call";
  mode: "voice" | "video";
}
/**
 * End the talk, or take the question back.
 */
export interface HangUp {
  type: "hang_up";
}
/**
 * The machine goes on.
 */
export interface HandBack {
  type: "hand_back";
}
/**
 * First message of a page; `screen` is random, kept in sessionStorage, so a reload is the same screen.
 *
 * `seen`: the visitor of the last view where the line was lost during a visit; `lang`: their language.
 */
export interface Hello {
  type: "hello";
  screen: string;
  seen?: number | null;
  lang?: string;
}
/**
 * A button was tapped.
 */
export interface Tap {
  visitor?: number | null;
  type: "tap";
  id: string;
}
/**
 * A form field has a new value.
 */
export interface SetField {
  visitor?: number | null;
  type: "set";
  field: string;
  value: string;
}
/**
 * A document of the checklist was marked.
 */
export interface Check {
  visitor?: number | null;
  type: "check";
  item: string;
  brought: boolean;
}
/**
 * The screen was touched anywhere: somebody is there.
 */
export interface Touch {
  visitor?: number | null;
  type: "touch";
}
/**
 * A sentence typed instead of spoken.
 */
export interface Type {
  visitor?: number | null;
  type: "text";
  text: string;
}
/**
 * Say this part of the screen aloud now, cutting what sounds; `personal`: over headphones only.
 */
export interface Read {
  visitor?: number | null;
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
 * What shall hold. `name` "" makes a new closure or message; `version`: the one that was edited.
 */
export interface Draft {
  name?: string;
  version?: number;
  document: HoursDoc1 | ClosureDoc1 | FeeDoc1 | OfficeDoc1 | NoticeDoc1;
}
/**
 * Hours of the house (name "house") or of an office.
 */
export interface HoursDoc1 {
  kind: "hours";
  /**
   * @maxItems 40
   */
  rules?: HoursRule1[];
  /**
   * @maxItems 200
   */
  days?: SpecialDay1[];
}
/**
 * Weekly hours from a day on; `week` None: those of the house.
 */
export interface HoursRule1 {
  since: string;
  week?: Week1 | null;
}
/**
 * The spans of each weekday; none: closed.
 */
export interface Week1 {
  mon?: Hours[];
  tue?: Hours[];
  wed?: Hours[];
  thu?: Hours[];
  fri?: Hours[];
  sat?: Hours[];
  sun?: Hours[];
}
/**
 * A day with other hours; `note` is for the staff.
 */
export interface SpecialDay1 {
  day: string;
  hours: Hours[];
  note?: string;
}
/**
 * Days on which the house is closed, or only some offices.
 */
export interface ClosureDoc1 {
  kind: "closure";
  first: string;
  last: string;
  reason: string;
  english?: string;
  plain?: string;
  /**
   * @maxItems 60
   */
  places?: string[];
}
/**
 * Amounts beside those of the service's file.
 */
export interface FeeDoc1 {
  kind: "fee";
  /**
   * @maxItems 40
   */
  amounts?: AmountDoc[];
}
/**
 * Where an office (or anything else one asks for) is and how it is reached; a floor has its way only.
 */
export interface OfficeDoc1 {
  kind: "office";
  room?: string;
  way: string;
  english?: string;
  plain?: string;
  phone?: string;
  email?: string;
  web?: string;
}
/**
 * A message on the kiosks' first screen.
 */
export interface NoticeDoc1 {
  kind: "notice";
  text: string;
  english?: string;
  plain?: string;
  first: string;
  last: string;
}
/**
 * What would be said: on that day at that time, in that language; `choices`: answers for the fees.
 */
export interface Question {
  draft: Draft;
  day: string;
  time?: string;
  lang: "de" | "en" | "leicht" | "tr" | "uk" | "ar" | "ru" | "pl" | "fr";
  choices?: {
    [k: string]: string;
  };
}
/**
 * One thing as it was seen.
 */
export interface Pointer {
  kind: "hours" | "closure" | "notice" | "fee" | "office";
  name: string;
  version: number;
}
/**
 * Make the version `old` the newest one.
 */
export interface Restoring {
  kind: "hours" | "closure" | "notice" | "fee" | "office";
  name: string;
  version: number;
  old: number;
}
/**
 * A file as exported; `dry`: only tell what it would change.
 */
export interface Import {
  text: string;
  dry?: boolean;
}
/**
 * A clerk's decision about a case's state; `reason` is required for returned, `place` for a call.
 */
export interface StateChange {
  state: CaseState;
  reason?: string;
  version: number;
  place?: string;
}
/**
 * A change to the case as it was looked at.
 */
export interface Versioned {
  version: number;
}
/**
 * Give the case to a colleague. `to`: the account's id; `note`: for the colleague, "" for none.
 *
 * `key`: made by the page, so that the note is saved once however often it is sent.
 */
export interface Transfer {
  to: string;
  note?: string;
  key: string;
  version: number;
}
/**
 * Tick something off, or take the tick back.
 */
export interface Tick {
  item: string;
  ticked: boolean;
}
/**
 * A note. `key`: made by the page, so that it is saved once however often it is sent.
 */
export interface NewNote {
  key: string;
  text: string;
}
/**
 * Call whoever waits longest. `services`: ids of those that this desk serves, none for all.
 */
export interface NextCall {
  place?: string;
  /**
   * @maxItems 50
   */
  services?: string[];
}
/**
 * Call a plain number (again).
 */
export interface CallTicket {
  place?: string;
}
/**
 * What became of a plain number; `was`: as the clerk saw it.
 */
export interface TicketChange {
  state: TicketState1;
  was: TicketState1;
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
 * `password` "" = the account gets a set-up link.
 */
export interface NewAccount {
  name: string;
  role: Role;
  password?: string;
}
/**
 * Close the kiosk.
 */
export interface NewClosing {
  cause: Cause;
  note?: string;
}
/**
 * Tell all kiosks. `text` (German) and `translations` by language: own words only.
 */
export interface NewEmergency {
  kind: EmergencyKind;
  text?: string;
  translations?: {
    /**
     * This interface was referenced by `undefined`'s JSON-Schema definition
     * via the `patternProperty` "^(leicht|en|tr|uk|ar|ru|pl|fr)$".
     */
    [k: string]: string;
  };
  leave?: boolean;
}
/**
 * A kiosk that is there no more.
 */
export interface ForgetKiosk {
  kiosk: string;
}
