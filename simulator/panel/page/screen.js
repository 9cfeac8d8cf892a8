// The citizen's screen as a picture that can be touched, and as a list of its buttons.

import { act, button, byId, element } from "./act.js";

const KEYS = { ArrowUp: "▲ prev", ArrowDown: "▼ next", Enter: "● pick", Escape: "✕ back", F1: "? help" };

const box = byId("screen");
const picture = byId("screen-picture");
let shown = 0;
let names = "";

for (const orientation of ["portrait", "landscape"])
  button(`screen-${orientation}`).addEventListener("click", () => act("screen", { open: true, orientation }));
button("screen-close").addEventListener("click", () => act("screen", { open: false }));

function place(event) {
  const frame = picture.getBoundingClientRect();
  return { x: (event.clientX - frame.left) / frame.width, y: (event.clientY - frame.top) / frame.height };
}

picture.addEventListener("click", (event) => act("touch", place(event)));
picture.addEventListener(
  "wheel",
  (event) => {
    event.preventDefault();
    act("scroll", { ...place(event), by: event.deltaY });
  },
  { passive: false },
);

byId("keys").addEventListener("submit", (event) => {
  event.preventDefault();
  act("type", { text: byId("typed").value });
});
button("enter").addEventListener("click", () => act("enter", { text: byId("typed").value }));

export function offerKeys(keys) {
  byId("keypad").replaceChildren(
    ...keys.map((key) => {
      const made = element("button", { type: "button", textContent: KEYS[key] ?? key });
      made.addEventListener("click", () => act("press", { key }));
      return made;
    }),
  );
}

export function showScreen(state) {
  const screen = state.screen;
  for (const part of [box, byId("by-name"), byId("keys")]) part.hidden = !screen;
  byId("screen-help").hidden = !!screen;
  button("screen-close").disabled = !screen;
  if (!screen) {
    shown = 0;
    return;
  }
  box.dataset.panel = screen.panel;
  box.style.aspectRatio = `${screen.width} / ${screen.height}`;
  if (screen.number !== shown) {
    shown = screen.number;
    picture.src = `/screen.jpg?${shown}`;
  }
  const now = JSON.stringify(screen.buttons);
  if (now === names) return;
  names = now;
  byId("buttons").replaceChildren(
    ...screen.buttons.map(({ id, label }) => {
      const made = element("button", { type: "button", textContent: label || id, title: id });
      made.dataset.tap = id;
      made.addEventListener("click", () => act("tap", { id }));
      return made;
    }),
  );
}
