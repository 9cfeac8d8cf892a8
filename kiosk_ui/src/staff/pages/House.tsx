import type { ReactElement } from "react";
import * as api from "../api";
import { Alarm } from "../Alarms";
import { askPermission, turnSound, usePermission, useSound } from "../bell";
import { useStaff } from "../context";
import { EmergencyForm, EmergencyNow } from "../EmergencyCard";
import { useHouseWords } from "../houseWords";
import { Kiosk } from "../Kiosk";
import { KioskCard } from "../KioskCard";
import { Shreds } from "../Overview";
import { Act } from "../parts";
import "../styles/house.css";

/** The kiosks: what is urgent first, then each of them, then what can be put on them. */
export function House(): ReactElement {
  const { me, view, now, live, busy, act } = useStaff();
  const words = useHouseWords();
  const messages = me.rights.includes("messages");
  return (
    <div className="house" data-part="house" data-live={live}>
      <h2 className="kern-heading-medium">{words.title}</h2>
      {!live && <p className="problem">{words.stale}</p>}
      <EmergencyNow />
      <Glance />
      <div className="house__kiosks" role="group" aria-label={words.kiosks}>
        {view.kiosks.map((kiosk) => (
          <KioskCard key={kiosk.name} kiosk={kiosk} />
        ))}
      </div>
      <div className="house__rest">
        {messages && <EmergencyForm />}
        <Kiosk
          messages={view.messages}
          closing={view.closing}
          leads={me.rights.includes("kiosk")}
          writes={messages}
          busy={busy}
          now={now}
          show={(message) => act(() => api.showMessage(message, me.csrf))}
          remove={(id) => void act(() => api.removeMessage(id, me.csrf))}
          close={(closing) => act(() => api.closeKiosk(closing, me.csrf))}
          open={() => void act(() => api.openKiosk(me.csrf))}
        />
        <Place />
        <Shreds shreds={view.shreds} now={now} />
      </div>
    </div>
  );
}

/** One glance tells whether all is well; then every alarm, those that wait first. */
function Glance(): ReactElement {
  const { view } = useStaff();
  const words = useHouseWords();
  const open = view.alarms.filter((alarm) => !alarm.acknowledged_by);
  const seen = view.alarms.filter((alarm) => alarm.acknowledged_by);
  const serving = view.kiosks.every(({ state }) => state === "open");
  const state = open.length > 0 ? "alarm" : seen.length > 0 ? "seen" : serving ? "well" : "quiet";
  const text = { alarm: words.alarms(open.length), seen: words.seenTo, well: words.well, quiet: words.quiet }[state];
  return (
    <section className={`glance glance--${state}`} data-part="glance" data-state={state} aria-label={text}>
      <p className="glance__text" role="status">
        {text}
      </p>
      <p>{words.wellMore(view.kiosks.length, view.visits.length)}</p>
      {view.alarms.length > 0 && (
        <ul className="alarms__list">
          {[...open, ...seen].map((alarm) => (
            <Alarm key={alarm.id} alarm={alarm} />
          ))}
        </ul>
      )}
    </section>
  );
}

/** How this browser calls its clerk. */
function Place(): ReactElement {
  const words = useHouseWords();
  const sound = useSound();
  const permission = usePermission();
  return (
    <section className="kern-card card" aria-labelledby="place" data-part="place">
      <h3 id="place" className="kern-heading-small">
        {words.place}
      </h3>
      <div className="acts">
        <Act id="house-sound" onClick={() => turnSound(sound === "off")}>
          {sound === "off" ? words.sound.off : words.sound.on}
        </Act>
        {permission === "default" && (
          <Act id="notify" onClick={() => void askPermission()}>
            {words.notify.ask}
          </Act>
        )}
      </div>
      {sound === "locked" && <p className="by">{words.sound.locked}</p>}
      {permission !== "default" && (
        <p className="by">
          {{ granted: words.notify.on, denied: words.notify.denied, none: words.notify.none }[permission]}
        </p>
      )}
    </section>
  );
}
