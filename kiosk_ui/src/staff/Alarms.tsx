import { useEffect, type ReactElement } from "react";
import type { AlarmRow } from "../contract";
import { promiseHelp } from "./api";
import { acknowledge } from "./api/live";
import { ring, turnSound, useSound } from "./bell";
import { useStaff } from "./context";
import { alarmText, isCall, useHouseWords } from "./houseWords";
import { Act } from "./parts";
import "./styles/house.css";
import { minutes } from "./words";

/** The alarms that nobody sees to yet, above every page: heard, notified, and counted in the page's title. */
export function AlarmBar(): ReactElement | null {
  const { view, now, live } = useStaff();
  const words = useHouseWords();
  const sound = useSound();
  const open = view.alarms.filter((alarm) => !alarm.acknowledged_by);
  useCount(open.length);
  useEffect(() => {
    // what was before the line broke is no news
    if (live) ring(view.alarms, (alarm) => alarmText(words, alarm));
  }, [view.alarms, now, live, words]);
  if (open.length === 0) return null;
  return (
    <section className="alarms" data-part="alarms" aria-label={words.bar}>
      <ul className="alarms__list" aria-live="assertive">
        {open.map((alarm) => (
          <Alarm key={alarm.id} alarm={alarm} />
        ))}
      </ul>
      <div className="alarms__sound">
        {sound === "locked" && <span>{words.sound.locked}</span>}
        <Act id="sound" style="tertiary" onClick={() => turnSound(sound === "off")}>
          {sound === "off" ? words.sound.off : words.sound.on}
        </Act>
      </div>
    </section>
  );
}

/** One alarm with what can be done about it. */
export function Alarm({ alarm }: { alarm: AlarmRow }): ReactElement {
  const { me, view, now, busy, act } = useStaff();
  const words = useHouseWords();
  // who was in danger is looked for, though their visit is over
  const over = alarm.kind === "emergency" && !view.visits.some(({ id }) => id === alarm.subject);
  const text = alarmText(words, alarm);
  const away = alarm.address !== "" && isCall(alarm);
  return (
    <li
      className={`alarm ${alarm.acknowledged_by ? "" : `alarm--${alarm.kind}`}`}
      data-part="alarm"
      data-id={alarm.id}
      data-kind={alarm.kind}
      data-acknowledged={alarm.acknowledged_by !== ""}
    >
      <span className="alarm__text">
        <strong>{alarm.kiosk}</strong> {text}{" "}
        <span className="alarm__since">{words.since(minutes(alarm.since, now))}</span>
      </span>
      {alarm.acknowledged_by ? (
        <span className="alarm__by">{words.takenBy(alarm.acknowledged_by)}</span>
      ) : away ? (
        <a className="kern-link alarm__link" href={`${alarm.address}/staff`}>
          {words.there}
        </a>
      ) : isCall(alarm) && !over ? (
        me.rights.includes("help") && (
          <Act
            id="alarm-help"
            style="primary"
            disabled={busy}
            label={`${words.come}: ${alarm.kiosk}`}
            onClick={() => void act(() => promiseHelp(alarm.subject, me.csrf))}
          >
            {words.come}
          </Act>
        )
      ) : (
        <Act
          id="acknowledge"
          disabled={busy}
          label={`${words.take}: ${alarm.kiosk}, ${text}`}
          onClick={() => void act(() => acknowledge(alarm.id, me.csrf))}
        >
          {words.take}
        </Act>
      )}
    </li>
  );
}

const COUNT = /^\(\d+\) /;

/** "(2) …" in the page's title, whoever else writes it. */
function useCount(open: number): void {
  useEffect(() => {
    const count = () => {
      const wanted = `${open > 0 ? `(${open}) ` : ""}${document.title.replace(COUNT, "")}`;
      if (document.title !== wanted) document.title = wanted;
    };
    count();
    const title = document.querySelector("title");
    if (!title) return;
    const watch = new MutationObserver(count);
    watch.observe(title, { childList: true });
    return () => watch.disconnect();
  }, [open]);
}
