/** Two falling tones: frequency in Hz, and when each begins, in seconds. */
const TONES = [
  { hertz: 659.26, at: 0 },
  { hertz: 523.25, at: 0.45 },
];
const RINGS_S = 1.6;
const LOUD = 0.35;

let sound: AudioContext | null = null;

/** Lets the monitor sound from now on; browsers want a touch or a key before the first tone. */
export async function wakeGong(): Promise<boolean> {
  sound ??= new AudioContext();
  if (sound.state === "suspended") await sound.resume();
  return sound.state === "running";
}

/** Rings once; without sound nothing happens. Returns whether it rang. */
export function ring(): boolean {
  if (sound?.state !== "running") return false;
  const start = sound.currentTime;
  for (const { hertz, at } of TONES) {
    const tone = sound.createOscillator();
    const volume = sound.createGain();
    tone.type = "sine";
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(0, start + at);
    volume.gain.linearRampToValueAtTime(LOUD, start + at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, start + at + RINGS_S);
    tone.connect(volume).connect(sound.destination);
    tone.start(start + at);
    tone.stop(start + at + RINGS_S);
  }
  return true;
}
