import type { ReactElement } from "react";
import type { DeviceRow, KioskRow } from "../contract";
import { forgetKiosk, selfTest } from "./api/live";
import { useStaff } from "./context";
import {
  causeName,
  DEVICE_KIND,
  deviceName,
  deviceTrouble,
  KIOSK_KIND,
  useHouseWords,
  when,
  type HouseWords,
} from "./houseWords";
import { Act, Badge } from "./parts";
import { Visit } from "./Visits";

/** One kiosk: whether it serves, who stands there, what is amiss with it. */
export function KioskCard({ kiosk }: { kiosk: KioskRow }): ReactElement {
  const { me, now, busy, act } = useStaff();
  const words = useHouseWords();
  const troubled = kiosk.devices.filter((device) => amiss(device));
  const leads = me.rights.includes("kiosk");
  const away = kiosk.state === "unreachable" || kiosk.state === "off";
  return (
    <section
      className="kern-card card kiosk"
      aria-label={kiosk.name}
      data-part="kiosk"
      data-id={kiosk.name}
      data-state={kiosk.state}
    >
      <div className="line kiosk__head">
        <h3 className="kern-heading-small">
          {kiosk.name} {kiosk.here && <span className="by kiosk__here">({words.here})</span>}
        </h3>
        <Badge kind={KIOSK_KIND[kiosk.state]}>{words.state[kiosk.state]}</Badge>
      </div>
      {kiosk.cause && <p>{causeName(words, kiosk.cause)}</p>}
      {away ? (
        <p className="by">{words.lastSeen(when(kiosk.seen, now))}</p>
      ) : kiosk.visits.length === 0 ? (
        <p className="by">{words.nobody}</p>
      ) : (
        <ul className="visits">
          {kiosk.visits.map((visit) => (
            <Visit key={visit.id} visit={visit} />
          ))}
        </ul>
      )}
      {troubled.length > 0 && (
        <ul className="plain">
          {troubled.map((device) => (
            <Device key={device.name} device={device} now={now} words={words} />
          ))}
        </ul>
      )}
      {kiosk.devices.length > 0 && (
        <details data-part="devices">
          <summary>
            {words.devices}: {troubled.length === 0 ? words.allWell : `${troubled.length}/${kiosk.devices.length}`}
            <span className="by block">{testLine(kiosk.devices, words, now)}</span>
          </summary>
          <ul className="plain">
            {kiosk.devices
              .filter((device) => !troubled.includes(device))
              .map((device) => (
                <Device key={device.name} device={device} now={now} words={words} />
              ))}
          </ul>
        </details>
      )}
      <div className="acts">
        {kiosk.here && leads && (
          <Act id="self-test" disabled={busy} onClick={() => void act(() => selfTest(me.csrf))}>
            {words.testNow}
          </Act>
        )}
        {!kiosk.here && kiosk.address && (
          <a className="kern-link kiosk__link" href={`${kiosk.address}/staff`}>
            {words.open}
          </a>
        )}
        {!kiosk.here && !kiosk.address && !away && <span className="by">{words.noAddress}</span>}
        {!kiosk.here && leads && away && (
          <Act
            id="forget"
            disabled={busy}
            label={`${words.forget}: ${kiosk.name}`}
            onClick={() => void act(() => forgetKiosk({ kiosk: kiosk.name }, me.csrf))}
          >
            {words.forget}
          </Act>
        )}
      </div>
    </section>
  );
}

function Device({ device, now, words }: { device: DeviceRow; now: number; words: HouseWords }): ReactElement {
  const paper = device.paper && words.paper[device.paper as keyof HouseWords["paper"]];
  const test = device.test && device.test !== "absent" && `${words.tested(when(device.tested, now))}: ${words.testOf[device.test]}`;
  return (
    <li className="line" data-part="device" data-id={device.name} data-state={device.state} data-test={device.test}>
      <span>
        {deviceName(device)}
        <span className="by block">{[deviceTrouble(device), paper, test].filter(Boolean).join(" · ")}</span>
      </span>
      <Badge kind={DEVICE_KIND[device.state] ?? "info"}>{words.device[device.state] ?? device.state}</Badge>
    </li>
  );
}

/** Whether somebody should look at it: not there at all is the town's own choice. */
function amiss(device: DeviceRow): boolean {
  return ["failed", "degraded"].includes(device.state) || device.test === "failed";
}

function testLine(devices: DeviceRow[], words: HouseWords, now: number): string {
  const tested = devices.filter(({ test }) => test !== "");
  const last = tested.map((device) => device.tested).toSorted().at(-1);
  if (!last) return words.untested;
  const worst = (["failed", "warning", "passed"] as const).find((one) => tested.some(({ test }) => test === one));
  return `${words.tested(when(last, now))}: ${words.testOf[worst ?? ""]}`;
}
