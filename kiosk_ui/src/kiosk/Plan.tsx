import { useId, type ReactElement } from "react";
import type { PlanBox, PlanFloor, PlanMark } from "../contract";

/** Pixels per metre where one rem is 16 px: letters of a metre are large enough to read, standing. */
const SCALE = 25;

/** What stands in the middle of a sign, on a grid of 2×2 metres around it. */
const SIGNS: Record<PlanMark["kind"], string> = {
  kiosk: "",
  lift: "M-14-3 0-18 14-3M-14 4 0 19 14 4",
  stairs: "M-19 15h12v-10h12v-10h12v-10h7",
  toilet: "M-10-16v32M10-16v32M-18-3h16M2-3h16",
  exit: "M-17 0h33M3-12l13 12-13 12",
  reception: "M0-16v3M0-5v21",
  waiting: "M-10-16v18h18v14M-10 2v14",
};

/** How wide a letter is, as a share of its height: a name is written only where it fits. */
const LETTER = 0.56;
const NAME = 24;

/** The way floor by floor: each picture has its text, for those who listen instead of look. */
export function PlanFloors({ floors }: { floors: PlanFloor[] }): ReactElement {
  return (
    <div className="plan" data-part="plan">
      {floors.map((floor, index) => (
        <Floor key={floor.id} floor={floor} last={index === floors.length - 1} />
      ))}
    </div>
  );
}

function Floor({ floor, last }: { floor: PlanFloor; last: boolean }): ReactElement {
  const name = useId();
  const line = floor.way.map(([x, y]) => `${x * SCALE},${y * SCALE}`).join(" ");
  const start = floor.way[0];
  const end = floor.way.at(-1);
  return (
    <figure className="plan__floor" data-floor={floor.id}>
      <figcaption className="plan__title">{floor.title}</figcaption>
      <svg
        className="plan__picture"
        viewBox={floor.view.map((metres) => metres * SCALE).join(" ")}
        width={`${(floor.view[2] * SCALE) / 16}rem`}
        role="img"
        aria-labelledby={`${name}-title ${name}-desc`}
      >
        <title id={`${name}-title`}>{floor.title}</title>
        <desc id={`${name}-desc`}>{floor.desc}</desc>
        {floor.corridors.map((box, index) => (
          <rect key={index} className="plan__corridor" {...edges(box)} />
        ))}
        {floor.rooms.map((room) => (
          <Room key={room.label} room={room} />
        ))}
        {floor.way.length > 1 && (
          <>
            <polyline className="plan__way plan__way--under" points={line} />
            <polyline className="plan__way" data-part="way" points={line} />
          </>
        )}
        {floor.marks.map((mark) => (
          <Mark key={`${mark.kind} ${mark.x} ${mark.y}`} mark={mark} />
        ))}
        {start && floor.way.length > 1 && (
          <circle className="plan__start" cx={start[0] * SCALE} cy={start[1] * SCALE} r={11} />
        )}
        {end && last && (
          <g data-part="goal">
            <circle className="plan__goal" cx={end[0] * SCALE} cy={end[1] * SCALE} r={17} />
            <circle className="plan__dot" cx={end[0] * SCALE} cy={end[1] * SCALE} r={7} />
          </g>
        )}
      </svg>
    </figure>
  );
}

function edges({ x, y, width, height }: PlanBox): { x: number; y: number; width: number; height: number } {
  return { x: x * SCALE, y: y * SCALE, width: width * SCALE, height: height * SCALE };
}

function Room({ room }: { room: PlanBox }): ReactElement {
  const box = edges(room);
  const x = box.x + box.width / 2;
  const y = box.y + box.height / 2;
  const named = room.name !== "" && Array.from(room.name).length * NAME * LETTER <= box.width - 10;
  return (
    <g className="plan__room" data-room={room.label} data-goal={room.goal}>
      <rect {...box} />
      <text className="plan__number" x={x} y={named ? y - 2 : y + 12}>
        {room.label}
      </text>
      {named && (
        <text className="plan__name" x={x} y={y + 28}>
          {room.name}
        </text>
      )}
    </g>
  );
}

function Mark({ mark }: { mark: PlanMark }): ReactElement {
  const beside = mark.kind === "kiosk" || mark.kind === "exit";
  const x = mark.x * SCALE;
  const y = mark.y * SCALE;
  return (
    <g className={`plan__mark plan__mark--${mark.kind}`} data-mark={mark.kind} data-goal={mark.goal}>
      {mark.kind === "kiosk" ? (
        <circle cx={x} cy={y} r={22} />
      ) : (
        <>
          <rect x={x - 25} y={y - 25} width={50} height={50} rx={8} />
          <path d={SIGNS[mark.kind]} transform={`translate(${x} ${y})`} />
        </>
      )}
      <text
        className={beside ? "plan__label plan__label--beside" : "plan__label"}
        x={beside ? x + 34 : x}
        y={beside ? y + 8 : y + 50}
      >
        {mark.label}
      </text>
    </g>
  );
}
