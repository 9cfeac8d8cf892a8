import { useCallback, useEffect, useState, type ReactElement } from "react";
import * as api from "../api/cases";
import { useStaff } from "../context";
import { useWords } from "../language";
import { Act } from "../parts";
import { useCounter, useServed } from "./drafts";

const KEY = "F8";
const WORDS = {
  de: {
    counter: "Ihr Platz",
    example: "z. B. Platz 3",
    next: "Nächsten aufrufen",
    waiting: (count: number) => (count === 1 ? "1 wartet" : `${count} warten`),
    called: (number: string, place: string) => `${number} ist aufgerufen${place && `: ${place}`}.`,
  },
  en: {
    counter: "Your counter",
    example: "e.g. Counter 3",
    next: "Call next",
    waiting: (count: number) => `${count} waiting`,
    called: (number: string, place: string) => `${number} has been called${place && `: ${place}`}.`,
  },
};

/** One click (or F8) calls whoever waits longest to this desk's counter, and opens the case. */
export function NextBar({ open }: { open: (id: string) => void }): ReactElement {
  const { view, me, busy, act } = useStaff();
  const words = useWords(WORDS);
  const [place, setPlace] = useCounter();
  const [served] = useServed();
  const [told, setTold] = useState("");
  const fits = (row: { service_id: string }) => !served || row.service_id === served;
  const today = view.now.slice(0, 10);
  const waiting =
    view.cases.filter((row) => row.state === "waiting" && fits(row) && row.created.slice(0, 10) === today).length +
    view.tickets.filter((row) => row.state === "waiting" && fits(row)).length;
  const next = useCallback(() => {
    setTold("");
    void act(async () => {
      const called = await api.callNext({ place: place.trim(), services: served ? [served] : [] }, me.csrf);
      setTold(words.called(called.number, place.trim()));
      if (called.kind === "case") open(called.id);
    });
  }, [act, place, served, me.csrf, words, open]);
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key !== KEY || event.repeat || busy || document.querySelector("dialog:modal")) return;
      event.preventDefault();
      next();
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, [next, busy]);
  return (
    <section className="kern-card card next" data-part="next" aria-label={words.next}>
      <label className="queue__field">
        <span>{words.counter}</span>
        <input
          className="kern-form-input__input"
          data-id="counter"
          autoComplete="off"
          maxLength={40}
          placeholder={words.example}
          value={place}
          onChange={(event) => setPlace(event.target.value.replace(/[^\p{L}\p{N}_ .,/&()-]/gu, ""))}
        />
      </label>
      <div className="next__act">
        <Act id="next" style="primary" shortcut={KEY} disabled={busy || waiting === 0} onClick={next}>
          {words.next}
        </Act>
        <span className="by">{words.waiting(waiting)}</span>
      </div>
      <p className="next__told" role="status" data-part="told">
        {told}
      </p>
    </section>
  );
}
