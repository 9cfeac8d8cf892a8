import { useState, type ReactElement } from "react";
import type { CameraPanel } from "../contract";
import { Icon } from "../shared/icons";
import { Frame, type Props } from "./Frame";

/** What lies under the camera: live, with the outline that was found and what to do better. */
export function Camera({ panel, actions, words }: Props<CameraPanel>): ReactElement {
  // the address under which the stream broke; a new address is a new try
  const [broken, setBroken] = useState<string | null>(null);
  const shown = panel.picture !== "" && broken !== panel.picture;
  const found = panel.outline.length > 2;
  return (
    <Frame title={panel.title} text={panel.text} actions={actions} words={words} buttons={panel.actions}>
      <div className="camera" data-part="camera" data-found={found} data-sign={panel.sign}>
        <div className="camera__frame">
          {shown ? (
            <img
              src={panel.picture}
              alt={words("camera")}
              draggable={false}
              onError={() => setBroken(panel.picture)}
            />
          ) : (
            <p className="camera__off">
              <Icon name="camera" />
              {words("camera_off")}
            </p>
          )}
          {shown && !panel.taken && <Outline corners={found ? panel.outline : AIM} found={found} />}
        </div>
        {panel.hint && (
          <p className="camera__hint" data-part="hint" aria-live="polite">
            <Sign name={panel.sign} />
            <span>{panel.hint}</span>
          </p>
        )}
      </div>
    </Frame>
  );
}

type Corner = [number, number];

/** Where the document goes while none is seen; shares of the picture. */
const AIM: Corner[] = [
  [0.16, 0.16],
  [0.84, 0.16],
  [0.84, 0.84],
  [0.16, 0.84],
];
/** How far a corner's mark reaches along both of its edges. */
const REACH = 0.2;

/** The found document, or where to lay it: marks at the corners, light on a dark edge to be seen on any picture. */
function Outline({ corners, found }: { corners: Corner[]; found: boolean }): ReactElement {
  const marks = corners.map((corner, index) => {
    const before = corners.at(index - 1) as Corner;
    const after = corners[(index + 1) % corners.length] as Corner;
    return `M${along(corner, before)}L${corner.join(" ")}L${along(corner, after)}`;
  });
  return (
    <svg
      className="camera__outline"
      data-found={found}
      viewBox="0 0 1 1"
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      {found && <polygon points={corners.map(([x, y]) => `${x},${y}`).join(" ")} />}
      <path className="camera__edge" d={marks.join("")} />
      <path className="camera__mark" d={marks.join("")} />
    </svg>
  );
}

function along([x, y]: Corner, [a, b]: Corner): string {
  return `${(x + (a - x) * REACH).toFixed(4)} ${(y + (b - y) * REACH).toFixed(4)}`;
}

/** Around the card of a sign: what is to be done with it. */
const DONE: Record<Exclude<CameraPanel["sign"], "">, ReactElement> = {
  nothing: <path d="M60 4v22M50 17l10 10 10-10" />,
  cut_off: <path d="M10 46h18M100 46h10M100 36l10 10-10 10M4 8v74M112 8" />,
  too_far: <path d="M28 24 12 10M12 22V10h13M92 24l16-14M95 10h13v12M28 66 12 80M12 68v12h13M92 66l16 14M95 80h13V68" />,
  blurred: <path d="M20 28q-9 17 0 34M8 22q-12 23 0 46M100 28q9 17 0 34M112 22q12 23 0 46" />,
  hold_still: <path d="M22 24H10v42h12M98 24h12v42H98" />,
  glare: <path d="M88 6v14M88 44v12M70 31H58M118 31h-12M76 19l-8-8M100 19l8-8M100 43l8 8" />,
  turned: <path d="M18 30a46 34 0 0 1 84 0M102 12v18H84" />,
  wrong_side: <path d="M8 45a52 40 0 0 1 104 0M112 25v20H92M112 45" />,
  unreadable: <path d="M14 78h92M24 86h72" />,
};

/** A hint as a small picture, for those who do not read it; nothing where there is none. */
function Sign({ name }: { name: CameraPanel["sign"] }): ReactElement | null {
  if (name === "") return null;
  return (
    <svg className="sign" data-sign={name} viewBox="0 0 120 90" aria-hidden="true" focusable="false">
      <g className="sign__card">
        <rect x="32" y="28" width="56" height="36" rx="5" />
        <path d="M39 36h12v13H39zM58 38h22M58 46h16M38 57h44" />
      </g>
      <g className="sign__doing">{DONE[name]}</g>
    </svg>
  );
}
