import type { ReactElement } from "react";

/** Drawn on a 24×24 grid with a stroke of 2; names are what the robot sends in `Button.icon`. */
const PATHS: Record<string, string> = {
  back: "M19 12H5m7-7-7 7 7 7",
  next: "M5 12h14m-7-7 7 7-7 7",
  repeat: "M17 2l4 4-4 4M3 11V9a3 3 0 0 1 3-3h15M7 22l-4-4 4-4M21 13v2a3 3 0 0 1-3 3H3",
  help: "M9 9a3 3 0 1 1 4.5 2.6c-1 .6-1.5 1.2-1.5 2.4M12 17.5v.5M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20z",
  staff: "M16 21v-2a4 4 0 0 0-4-4H6a4 4 0 0 0-4 4v2M9 3a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM22 21v-2a4 4 0 0 0-3-3.9M16 3.1a4 4 0 0 1 0 7.8",
  stop: "M8 2h8l6 6v8l-6 6H8l-6-6V8zM9 9l6 6M15 9l-6 6",
  close: "M6 6l12 12M18 6 6 18",
  check: "M4 12l6 6L20 6",
  edit: "M4 20h4L19 9l-4-4L4 16zM13 7l4 4",
  up: "M7 11v10H3V11zM7 11l5-9a3 3 0 0 1 2 3v4h5a2 2 0 0 1 2 2.3l-1.4 7A2 2 0 0 1 17.6 21H7",
  down: "M17 13V3h4v10zM17 13l-5 9a3 3 0 0 1-2-3v-4H5a2 2 0 0 1-2-2.3l1.4-7A2 2 0 0 1 6.4 3H17",
  card: "M3 5h18v14H3zM7 15h4M7 9.5a2 2 0 1 0 4 0 2 2 0 0 0-4 0M14 10h4M14 14h4",
  clock: "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zM12 7v5l3 3",
  map: "M12 22s7-7 7-12a7 7 0 1 0-14 0c0 5 7 12 7 12zM12 7a3 3 0 1 0 0 6 3 3 0 0 0 0-6z",
  ticket: "M3 7h18v3a2 2 0 0 0 0 4v3H3v-3a2 2 0 0 0 0-4zM14 7v10",
  microphone: "M12 2a3 3 0 0 0-3 3v6a3 3 0 0 0 6 0V5a3 3 0 0 0-3-3zM5 11a7 7 0 0 0 14 0M12 18v4",
  muted: "M9 5a3 3 0 0 1 6 0v6M9 9v2a3 3 0 0 0 4.5 2.6M5 11a7 7 0 0 0 10.5 6M19 11a7 7 0 0 1-.6 2.8M12 18v4M3 3l18 18",
  document: "M7 3h7l4 4v14H7z M14 3v4h4 M10 12h5 M10 16h5",
  home: "M4 11l8-7 8 7 M6 10v10h12V10 M10 20v-6h4v6",
  dog: "M4 5l3 1 3 3h6l4-3v4l-2 3v7h-3v-5H9v5H6v-8L4 9z M7 8.5v.5",
  car: "M3 13l2-6h14l2 6v5H3z M3 13h18 M6 18v2 M18 18v2 M7 15.5v.5 M17 15.5v.5",
  book: "M12 6c-3-2-6-2-9-1v14c3-1 6-1 9 1 3-2 6-2 9-1V5c-3-1-6-1-9 1z M12 6v14",
  umbrella: "M12 3v1 M3 13a9 9 0 0 1 18 0z M12 13v6a2.5 2.5 0 0 1-5 0",
  camera: "M3 7h4l2-3h6l2 3h4v13H3zM12 9a4 4 0 1 0 0 8 4 4 0 0 0 0-8z",
  print: "M6 9V3h12v6M6 18H3V9h18v9h-3M6 14h12v7H6z",
  info: "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zM12 11v6M12 7v.5",
  warning: "M12 3 2 21h20zM12 10v5M12 18v.5",
  error: "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zM12 7v6M12 16.5v.5",
  success: "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zM7.5 12l3 3 6-6",
  law: "M12 3v18M7 21h10M5 7h14M5 7l-3 7h6zM19 7l-3 7h6z",
  machine: "M5 8h14v11H5zM12 8V4M10 4h4M9 13v.5M15 13v.5M2 12v4M22 12v4",
  more: "M5 9l7 7 7-7",
  less: "M5 15l7-7 7 7",
  shift: "M12 3 3 12h5v8h8v-8h5z",
  erase: "M8 5h13v14H8l-6-7zM11 9l6 6M17 9l-6 6",
  euro: "M18 6a7.5 7.5 0 1 0 0 12M3 10.5h10M3 13.5h10",
  display: "M4 7h10M18 7h2M16 4v6M4 17h2M10 17h10M8 14v6",
  plain: "M4 5h8M4 10h16M4 15h12M4 20h6",
  large: "M2 19 8 4l6 15M4.200 14h7.600M15 19l3.500-9 3.500 9M16.300 16h4.400",
  high: "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zM12 2v20M15 3v18M18 5v14",
  dark: "M20 14.500A8.500 8.500 0 1 1 9.500 4a7 7 0 0 0 10.500 10.500z",
  low: "M4 3h16v18H4zM12 6v7M9 10l3 3 3-3M7 17h10",
  still: "M8 5v14M16 5v14",
  private: "M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM4 3l16 18",
  louder: "M3 9v6h4l5 4V5L7 9zM16 9a4 4 0 0 1 0 6M18.500 6a8 8 0 0 1 0 12",
  quieter: "M3 9v6h4l5 4V5L7 9zM16 9a4 4 0 0 1 0 6",
  faster: "M3 6l8 6-8 6zM12 6l8 6-8 6z",
  slower: "M7 6l8 6-8 6z",
  language: "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zM2 12h20M12 2c6 6 6 14 0 20-6-6-6-14 0-20z",
};

const SAME: Record<string, string> = {
  "thumb-up": "up", "thumbs-up": "up", thumbs_up: "up", good: "up",
  "thumb-down": "down", "thumbs-down": "down", thumbs_down: "down", bad: "down",
  id: "card", "id-card": "card", id_card: "card", identity_card: "card", passport: "card",
  opening_hours: "clock", hours: "clock", time: "clock",
  directions: "map", location: "map", way: "map",
  queue_ticket: "ticket", number: "ticket",
  request_staff: "staff", person: "staff", people: "staff", call_staff: "staff",
  end: "stop", cancel: "close", yes: "check", ok: "check", done: "check", no: "close",
  forward: "next", continue: "next", submit: "next", mic: "microphone", fees: "euro", money: "euro",
};

/** Arrows along the line of reading: they turn round where one reads from the right. */
const MIRRORED = new Set(["back", "next", "forward"]);

/** A decorative picture; unknown names draw nothing. */
export function Icon({ name }: { name: string }): ReactElement | null {
  const path = PATHS[SAME[name] ?? name];
  if (!path) return null;
  return (
    <svg className={MIRRORED.has(name) ? "icon icon--mirrored" : "icon"} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={path} fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}

/** Whether there is a picture of this name. */
export function hasIcon(name: string): boolean {
  return (SAME[name] ?? name) in PATHS;
}
