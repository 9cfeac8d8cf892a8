import { useSyncExternalStore } from "react";
import type { AlarmRow } from "../contract";
import { isCall } from "./houseWords";

/** How often (ms) a call for help that nobody has accepted sounds again. */
export const AGAIN_MS = 20_000;
const SOUND_KEY = "lotse-staff-sound";
const RUNG_KEY = "lotse-staff-rung";
const BELL_VOLUME = 0.25;

const listeners = new Set<() => void>();
let audio: AudioContext | null = null;
let soundOn = kept(SOUND_KEY) !== "off";

function kept(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // a browser that keeps nothing: it holds until the page is closed
  }
}

function tell(): void {
  for (const listener of listeners) listener();
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Browsers let a page sound only after its reader has touched it: the click that signs in is enough. */
function unlock(): void {
  if (typeof AudioContext === "undefined") return;
  audio ??= new AudioContext();
  if (audio.state === "running") return;
  void audio.resume().then(tell, () => undefined);
}
for (const kind of ["pointerdown", "keydown"]) window.addEventListener(kind, unlock, { capture: true });

/** Whether alarms sound here: "on", "off", or "locked" until somebody touches the page. */
export function useSound(): "on" | "off" | "locked" {
  return useSyncExternalStore(listen, () => (!soundOn ? "off" : audio?.state === "running" ? "on" : "locked"));
}

/** Turns the sound of this browser on or off. */
export function turnSound(on: boolean): void {
  soundOn = on;
  keep(SOUND_KEY, on ? "on" : "off");
  unlock();
  if (on) chime([660]);
  tell();
}

type Permission = NotificationPermission | "none";

/** Whether this browser may show notifications. */
export function usePermission(): Permission {
  return useSyncExternalStore(listen, () => (typeof Notification === "undefined" ? "none" : Notification.permission));
}

/** Asks for them; from a click only. */
export async function askPermission(): Promise<void> {
  if (typeof Notification !== "undefined") await Notification.requestPermission();
  tell();
}

/** Notes (Hz) one after the other, each a fifth of a second. */
function chime(notes: number[]): void {
  if (!soundOn || audio?.state !== "running") return;
  const start = audio.currentTime;
  notes.forEach((pitch, index) => {
    if (!audio) return;
    const at = start + index * 0.22;
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(BELL_VOLUME, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.2);
    tone.connect(volume).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.22);
  });
}

/** When each open alarm was rung last in this browser (ms), in whichever of its tabs. */
function rung(): Record<string, number> {
  try {
    const found: unknown = JSON.parse(kept(RUNG_KEY) ?? "{}");
    return typeof found === "object" && found !== null ? (found as Record<string, number>) : {};
  } catch {
    return {};
  }
}

/** What is to be rung now of the open alarms; `first`: for the first time in this browser. */
export function due(alarms: AlarmRow[], last: Record<string, number>, now: number): { alarm: AlarmRow; first: boolean }[] {
  return alarms
    .filter((alarm) => !alarm.acknowledged_by)
    .filter((alarm) => {
      const at = last[alarm.id];
      return at === undefined || (isCall(alarm) && now - at >= AGAIN_MS);
    })
    .map((alarm) => ({ alarm, first: last[alarm.id] === undefined }));
}

/** Rings for what nobody sees to yet, once each, calls for help again and again. `text`: what a notification says. */
export function ring(alarms: AlarmRow[], text: (alarm: AlarmRow) => string): void {
  const now = Date.now();
  const last = rung();
  const calls = due(alarms, last, now);
  const open = new Set(alarms.map(({ id }) => id));
  const next = Object.fromEntries(Object.entries(last).filter(([id]) => open.has(id)));
  for (const { alarm } of calls) next[alarm.id] = now;
  if (calls.length > 0 || Object.keys(last).length !== Object.keys(next).length) keep(RUNG_KEY, JSON.stringify(next));
  if (calls.length === 0) return;
  chime(calls.some(({ alarm }) => isCall(alarm)) ? [880, 660, 880] : [660, 523]);
  if (!document.hidden || typeof Notification === "undefined" || Notification.permission !== "granted") return;
  for (const { alarm, first } of calls) {
    if (!first) continue;
    const shown = new Notification(text(alarm), { body: alarm.kiosk, tag: alarm.id });
    shown.onclick = () => {
      window.focus();
      shown.close();
    };
  }
}
