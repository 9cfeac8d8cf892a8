import { useEffect, useRef, useState, type ReactElement } from "react";
import type { CaseDetail, CaseEvent, CaseState } from "../contract";
import * as api from "./api/cases";
import { useStaff } from "./context";
import { Give, Return } from "./desk/Ask";
import { Checks } from "./desk/Checks";
import { Copies } from "./desk/Copies";
import { useCounter, useDraft } from "./desk/drafts";
import { Alarming, Fields } from "./desk/Fields";
import { newKey, Notes } from "./desk/Notes";
import { MISSED_AFTER } from "./desk/Queue";
import { ACTS_EN, STATES } from "./desk/words";
import { useLang, useWords } from "./language";
import { Act, Badge } from "./parts";
import { term } from "./terms";
import { clock, day, euro, language, STATE_KIND } from "./words";

const WORDS = {
  de: {
    handedOver: (at: string) => `abgegeben ${at}`,
    close: "Schließen",
    call: "Aufrufen",
    again: (calls: number) => `Noch einmal aufrufen (bisher ${calls})`,
    claim: "In Arbeit nehmen",
    there: "Ist da",
    done: "Erledigt",
    returns: "Zurückgeben …",
    gives: "Weitergeben …",
    release: "Freigeben für andere",
    waiting: "Zurück in die Warteschlange",
    missed: "Nicht erschienen",
    approve: "Geprüft, freigeben",
    rework: "Zurück in Arbeit",
    takeAway: "Wegnehmen",
    print: "Ticket erneut drucken",
    summary: "Zusammenfassung (PDF)",
    acts: "Was Sie tun können",
    heldBy: (who: string) => `In Arbeit bei ${who}. Sie können den Vorgang ansehen, aber nicht ändern.`,
    liesWith: (who: string) => `Weitergegeben an ${who}. Sie können den Vorgang ansehen, aber nicht ändern.`,
    second: (who: string) => `${who} ist fertig. Bitte prüfen Sie den Vorgang als zweite Person.`,
    own: "Sie sind fertig. Jetzt muss eine zweite Person den Vorgang prüfen und freigeben.",
    fourEyes: "Vier-Augen-Prinzip: Nach „Erledigt“ prüft eine zweite Person.",
    fees: "Gebühren",
    since: (from: string) => `, gültig seit ${from}`,
    total: "Gesamt",
    trail: "Verlauf",
  },
  en: {
    handedOver: (at: string) => `handed over ${at}`,
    close: "Close",
    call: "Call",
    again: (calls: number) => `Call again (so far ${calls})`,
    claim: "Take into work",
    there: "Is here",
    done: "Done",
    returns: "Return …",
    gives: "Transfer …",
    release: "Free for others",
    waiting: "Back to the queue",
    missed: "No-show",
    approve: "Checked, approve",
    rework: "Back into work",
    takeAway: "Take away",
    print: "Print ticket again",
    summary: "Summary (PDF)",
    acts: "What you can do",
    heldBy: (who: string) => `${who} is working on this. You can look at the case, but not change it.`,
    liesWith: (who: string) => `Transferred to ${who}. You can look at the case, but not change it.`,
    second: (who: string) => `${who} has finished. Please check the case as the second person.`,
    own: "You have finished. Now a second person has to check and approve the case.",
    fourEyes: "Four-eyes principle: after “Done” a second person checks.",
    fees: "Fees",
    since: (from: string) => `, valid since ${from}`,
    total: "Total",
    trail: "History",
  },
};

/** Finishes the case that is open: with F8 for the next one a queue needs two keys. */
const KEY = "F9";

interface Props {
  detail: CaseDetail;
  /** The case after a change, as the robot has it. */
  take: (fresh: CaseDetail) => void;
  close: () => void;
}

/** A whole case; its buttons are those that fit its state and whose it is. */
export function CaseView({ detail, take, close }: Props): ReactElement {
  const { row } = detail;
  const { me, now, act } = useStaff();
  const words = useWords(WORDS);
  const states = STATES[useLang()];
  const heading = useRef<HTMLHeadingElement>(null);
  const [place] = useCounter();
  const [reason, writeReason] = useDraft(`return:${row.id}`);
  const [note, writeNote] = useDraft(`give:${row.id}`);
  const [asking, setAsking] = useState<"" | "return" | "give">(reason ? "return" : note ? "give" : "");
  const key = useRef("");
  useEffect(() => heading.current?.focus(), [row.id]);
  const others = (row.holder || row.assigned) && (row.holder || row.assigned) !== me.name;
  const closed = row.state === "done" || row.state === "returned" || row.state === "missed";

  const become = (state: CaseState, why = "") =>
    act(async () => {
      const change = { state, reason: why, version: row.version, ...(state === "called" ? { place: place.trim() } : {}) };
      const fresh = await api.changeState(row.id, change, me.csrf);
      take({ ...detail, row: fresh });
    });
  const decide = (what: "claim" | "release" | "take-away" | "approve") =>
    void act(async () => take(await api.decide(row.id, what, row.version, me.csrf)));
  const giveBack = async (why: string) => {
    if (!(await become("returned", why))) return;
    setAsking("");
    writeReason("");
  };
  const give = async (to: string, text: string) => {
    key.current ||= newKey();
    const given = { to, note: text, key: key.current, version: row.version };
    if (!(await act(async () => take(await api.transfer(row.id, given, me.csrf))))) return;
    setAsking("");
    writeNote("");
  };
  return (
    <section
      className="kern-card card detail"
      data-part="case-detail"
      data-id={row.id}
      data-state={row.state}
      data-holder={row.holder}
      aria-labelledby="case-title"
      onKeyDown={(event) => {
        if (event.key === "Escape" && !asking) close();
      }}
    >
      <header className="detail__head">
        <div>
          <h3 id="case-title" className="kern-heading-medium" tabIndex={-1} ref={heading}>
            {row.number}
          </h3>
          <p className="kern-body">
            {term(row.service)} · {language(detail.language)} · {words.handedOver(clock(row.created, now))}
          </p>
          <p className="state">
            <Badge kind={STATE_KIND[row.state]}>{states[row.state]}</Badge>
            {row.by && <span className="by">{row.by}</span>}
            {row.reason && <span className="by">{row.reason}</span>}
          </p>
        </div>
        <Act id="close" style="tertiary" onClick={close}>
          {words.close}
        </Act>
      </header>
      {others && (
        <p className="held" data-part="held">
          {row.holder ? words.heldBy(row.holder) : words.liesWith(row.assigned)}
        </p>
      )}
      {row.state === "approval" && (
        <p className="held" data-part="approval">
          {row.finished_by === me.name ? words.own : words.second(row.finished_by)}
        </p>
      )}
      {row.four_eyes && !closed && row.state !== "approval" && <p className="by">{words.fourEyes}</p>}
      <div className="acts" role="group" aria-label={words.acts}>
        <Acts
          {...{ detail, become, decide }}
          others={Boolean(others)}
          giveBack={() => setAsking("return")}
          give={() => setAsking("give")}
        />
      </div>
      {asking === "return" && (
        <Return
          number={row.number}
          text={reason}
          write={writeReason}
          cancel={() => {
            setAsking("");
            writeReason("");
          }}
          confirm={(why) => void giveBack(why)}
        />
      )}
      {asking === "give" && (
        <Give
          number={row.number}
          text={note}
          write={writeNote}
          cancel={() => {
            setAsking("");
            writeNote("");
          }}
          confirm={(to, text) => void give(to, text)}
        />
      )}
      {detail.notes.length > 0 && (
        <ul className="notes" data-part="notes">
          {detail.notes.map((text) => (
            <li key={text}>{term(text)}</li>
          ))}
        </ul>
      )}
      <Alarming detail={detail} />
      <Checks
        detail={detail}
        may={!others && !closed && row.state !== "approval"}
        tick={(ticked) => void act(async () => take(await api.tick(row.id, ticked, me.csrf)))}
      />
      <Fields detail={detail} />
      <Copies detail={detail} />
      <Notes
        detail={detail}
        save={(written) => act(async () => take(await api.writeNote(row.id, written, me.csrf)))}
      />
      <Fees detail={detail} />
      <h4 className="kern-heading-small">{words.trail}</h4>
      <ol className="plain" data-part="trail">
        {detail.trail.map((event, index) => (
          <Happened key={`${index} ${event.at}`} event={event} />
        ))}
      </ol>
    </section>
  );
}

interface ActsProps {
  detail: CaseDetail;
  others: boolean;
  become: (state: CaseState) => Promise<boolean>;
  decide: (what: "claim" | "release" | "take-away" | "approve") => void;
  giveBack: () => void;
  give: () => void;
}

/** The buttons, the likeliest first. */
function Acts({ detail: { row }, others, become, decide, giveBack, give }: ActsProps): ReactElement {
  const { me, busy, act } = useStaff();
  const words = useWords(WORDS);
  const to = (state: CaseState) => () => void become(state);
  const may = !others && (row.state === "called" || row.state === "working");
  useEffect(() => {
    if (!may || busy) return;
    const pressed = (event: KeyboardEvent) => {
      if (event.key !== KEY || event.repeat || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      void become("done");
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  });
  const buttons: Record<string, () => ReactElement> = {
    call: () => (
      <Act key="call" id="call" style={row.calls ? "secondary" : "primary"} disabled={busy} onClick={to("called")}>
        {row.calls ? words.again(row.calls) : words.call}
      </Act>
    ),
    claim: () => (
      <Act
        key="claim"
        id="claim"
        style={row.state === "called" || row.state === "transferred" ? "primary" : "secondary"}
        disabled={busy}
        onClick={() => decide("claim")}
      >
        {row.state === "called" ? words.there : words.claim}
      </Act>
    ),
    done: () => (
      <Act
        key="done"
        id="done"
        shortcut={may ? KEY : undefined}
        style={row.state === "working" ? "primary" : "secondary"}
        disabled={busy}
        onClick={to("done")}
      >
        {words.done}
      </Act>
    ),
    approve: () => (
      <Act key="approve" id="approve" style="primary" disabled={busy} onClick={() => decide("approve")}>
        {words.approve}
      </Act>
    ),
    rework: () => (
      <Act key="rework" id="rework" disabled={busy} onClick={() => decide("claim")}>
        {words.rework}
      </Act>
    ),
    missed: () => (
      <Act key="missed" id="missed" disabled={busy || row.calls < MISSED_AFTER} onClick={to("missed")}>
        {words.missed}
      </Act>
    ),
    return: () => (
      <Act key="return" id="return" disabled={busy} onClick={giveBack}>
        {words.returns}
      </Act>
    ),
    give: () => (
      <Act key="give" id="give" disabled={busy} onClick={give}>
        {words.gives}
      </Act>
    ),
    release: () => (
      <Act key="release" id="release" disabled={busy} onClick={() => decide("release")}>
        {words.release}
      </Act>
    ),
    waiting: () => (
      <Act key="waiting" id="waiting" disabled={busy} onClick={to("waiting")}>
        {words.waiting}
      </Act>
    ),
    takeAway: () => (
      <Act key="take-away" id="take-away" disabled={busy} onClick={() => decide("take-away")}>
        {words.takeAway}
      </Act>
    ),
  };
  const fitting: Record<CaseState, string[]> = {
    waiting: ["call", "claim", "done", "return", "give"],
    called: ["claim", "done", "call", "missed", "return", "give", "release"],
    working: ["done", "return", "give", "call", "release"],
    transferred: ["claim", "call", "return", "give", "waiting"],
    approval: row.finished_by === me.name ? ["rework"] : ["approve", "rework", "return"],
    done: ["claim", "call", "return"],
    returned: ["waiting", "claim", "call"],
    missed: ["call", "waiting", "return"],
  };
  const shown = others ? (me.rights.includes("assign") ? ["takeAway"] : []) : fitting[row.state];
  return (
    <>
      {shown.map((id) => buttons[id]?.())}
      <Act id="print" disabled={busy} onClick={() => void act(() => api.printAgain(row.id, me.csrf))}>
        {words.print}
      </Act>
      <a
        className="kern-link target"
        data-act="summary"
        href={api.summaryAddress(row.id)}
        target="_blank"
        rel="noopener"
      >
        {words.summary}
      </a>
    </>
  );
}

function Fees({ detail }: { detail: CaseDetail }): ReactElement {
  const words = useWords(WORDS);
  return (
    <>
      <h4 className="kern-heading-small">{words.fees}</h4>
      <ul className="plain" data-part="fees">
        {detail.fees.map((fee) => (
          <li key={fee.id} className="line" data-part="fee">
            <span>
              {term(fee.label)}
              <span className="by block">
                {fee.law}
                {fee.since && words.since(day(fee.since))}
              </span>
            </span>
            <span className="amount">{euro(fee.cents)}</span>
          </li>
        ))}
        <li className="line total" data-part="total">
          <span>{words.total}</span>
          <span className="amount">{euro(detail.total_cents)}</span>
        </li>
      </ul>
    </>
  );
}

function Happened({ event }: { event: CaseEvent }): ReactElement {
  const { now } = useStaff();
  const spoken = useLang();
  const english = spoken === "en" && event.act in ACTS_EN;
  const moved = event.states
    .split(">")
    .map((state) => STATES.en[state as CaseState])
    .join(" → ");
  const more = english && event.states ? moved : term(event.detail);
  return (
    <li className="line">
      <span>
        {clock(event.at, now)} · {event.who} · {english ? ACTS_EN[event.act] : event.what}
        {more && <span className="by block">{more}</span>}
      </span>
    </li>
  );
}
