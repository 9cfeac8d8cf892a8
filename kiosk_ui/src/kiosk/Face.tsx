import { useEffect, useState, type ReactElement } from "react";
import type { KioskView } from "../contract";
import type { Mouth } from "./voicing";

interface Props {
  face: KioskView["face"];
  gaze: KioskView["gaze"];
  /** How the mouth stands while the voice sounds; null: nobody knows, or nothing shall move. */
  mouth: Mouth | null;
  /** Words come in from the visitor right now. */
  hearing: boolean;
  still: boolean;
}

/** What it looks at, drawn beside it: card reader, document camera, printer. */
const DEVICES: Record<Exclude<KioskView["gaze"], "citizen">, { x: number; y: number; path: string }> = {
  card: { x: 168, y: 168, path: "M-12-8h24v16h-24zM-7 3h6M2-3h6M2 2h6M-6-3a2 2 0 1 0 4 0 2 2 0 0 0-4 0" },
  camera: { x: 32, y: 168, path: "M-13-6h5l3-4h10l3 4h5v15h-26zM0-3a5 5 0 1 0 0 10 5 5 0 0 0 0-10" },
  printer: { x: 100, y: 182, path: "M-7-4v-7h14v7M-7 5h-5v-9h24v9h-5M-7 1h14v10h-14zM-4 6h8" },
};

const BLINK_MS = 130;
const BLINK_EVERY_MS = [2600, 6400] as const;

/**
 * The colleague's face: plainly a machine's, and calm. What it does is drawn by CSS from data-face, data-gaze,
 * data-mouth; nothing runs in circles while nothing happens, which also spares the small computer.
 */
export function Face({ face, gaze, mouth, hearing, still }: Props): ReactElement {
  const blinks = useBlink(!still);
  const device = gaze === "citizen" ? null : DEVICES[gaze];
  return (
    <svg
      className="face"
      data-face={face}
      data-gaze={gaze}
      data-mouth={mouth ?? undefined}
      data-hearing={hearing}
      data-blink={blinks}
      viewBox="0 0 200 200"
      aria-hidden="true"
      focusable="false"
    >
      <circle className="face__halo" cx="100" cy="100" r="96" />
      <circle className="face__ring" cx="100" cy="100" r="88" />
      <g className="face__bust">
        <path className="face__antenna" d="M100 40V24" />
        <circle className="face__lamp" cx="100" cy="19" r="8" />
        <rect className="face__ear" x="20" y="82" width="14" height="40" rx="7" />
        <rect className="face__ear" x="166" y="82" width="14" height="40" rx="7" />
        <rect className="face__head" x="29" y="38" width="142" height="132" rx="56" />
        <rect className="face__glass" x="43" y="57" width="114" height="94" rx="42" />
        <g className="face__look">
          <g className="face__brows">
            <path className="face__brow face__brow--left" d="M64 78q10 -7 22 -4" />
            <path className="face__brow face__brow--right" d="M136 78q-10 -7 -22 -4" />
          </g>
          <g className="face__eyes">
            <ellipse className="face__eye" cx="76" cy="98" rx="9.500" ry="13" />
            <ellipse className="face__eye" cx="124" cy="98" rx="9.500" ry="13" />
          </g>
          <ellipse className="face__cheek" cx="61" cy="119" rx="8" ry="5" />
          <ellipse className="face__cheek" cx="139" cy="119" rx="8" ry="5" />
          <path className="face__smile" d="M82 124q18 14 36 0" />
          <path className="face__sad" d="M84 131q16 -10 32 0" />
          <ellipse className="face__mouth" cx="100" cy="128" rx="13" ry="7" />
          <g className="face__dots">
            <circle cx="84" cy="128" r="5" />
            <circle cx="100" cy="128" r="5" />
            <circle cx="116" cy="128" r="5" />
          </g>
        </g>
      </g>
      {device && (
        <g className="face__device" transform={`translate(${device.x} ${device.y})`}>
          <circle r="25" />
          <path d={device.path} />
        </g>
      )}
    </svg>
  );
}

/** True for a moment every few seconds. */
function useBlink(awake: boolean): boolean {
  const [shut, setShut] = useState(false);
  useEffect(() => {
    if (!awake) return;
    let timer: ReturnType<typeof setTimeout>;
    const open = () => {
      setShut(false);
      const [least, most] = BLINK_EVERY_MS;
      timer = setTimeout(close, least + Math.random() * (most - least));
    };
    const close = () => {
      setShut(true);
      timer = setTimeout(open, BLINK_MS);
    };
    open();
    return () => {
      clearTimeout(timer);
      setShut(false);
    };
  }, [awake]);
  return shut;
}
