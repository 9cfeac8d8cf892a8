// The desk under the document camera: a document is laid, dragged, turned, blurred, dazzled.

import { act, button, byId, latest } from "./act.js";

const desk = byId("desk");
const picture = byId("desk-picture");
const hold = byId("hold");
const sliders = ["turn", "size", "blur", "glare"];
const lay = latest("document");
let place = { x: 0.5, y: 0.5 };
let lies = null;
let shown = -1;
let grabbed = null;
// what was sent from here comes back with the state, perhaps when the hand is elsewhere already
const sent = new Set();

function hand() {
  const held = { ...place };
  for (const name of sliders) held[name] = Number(byId(name).value);
  return held;
}

function put() {
  const level = byId("level").value;
  const wish = { persona: byId("persona").value, document: byId("document").value };
  if (level) {
    lay({ ...wish, level });
    return;
  }
  const held = hand();
  sent.add(JSON.stringify(held));
  lay({ ...wish, hand: held });
}

function move(dx, dy) {
  place = { x: Math.min(1.1, Math.max(-0.1, place.x + dx)), y: Math.min(1.1, Math.max(-0.1, place.y + dy)) };
}

function turn(by) {
  const slider = byId("turn");
  slider.value = String(((Number(slider.value) + by + 540) % 360) - 180);
  tell();
}

function tell() {
  for (const name of sliders) {
    const value = Number(byId(name).value);
    byId(`o-${name}`).value = name === "turn" ? `${value}°` : value.toFixed(1);
  }
}

function again() {
  if (lies) {
    byId("level").value = "";
    put();
  }
}

for (const name of sliders)
  byId(name).addEventListener("input", () => {
    tell();
    again();
  });
for (const id of ["level", "document"]) byId(id).addEventListener("change", () => lies && put());
byId("persona").addEventListener("change", () => lies && put());
button("lay").addEventListener("click", put);
button("clear").addEventListener("click", () => act("document", { persona: null }));

desk.addEventListener("pointerdown", (event) => {
  if (!lies || event.button) return;
  desk.setPointerCapture(event.pointerId);
  grabbed = { x: event.clientX, y: event.clientY };
  hold.hidden = false;
});
desk.addEventListener("pointermove", (event) => {
  if (!grabbed) return;
  const box = desk.getBoundingClientRect();
  move((event.clientX - grabbed.x) / box.width, (event.clientY - grabbed.y) / box.height);
  grabbed = { x: event.clientX, y: event.clientY };
  aim();
  again();
});
for (const end of ["pointerup", "pointercancel"])
  desk.addEventListener(end, () => {
    grabbed = null;
    hold.hidden = true;
  });
desk.addEventListener(
  "wheel",
  (event) => {
    if (!lies) return;
    event.preventDefault();
    turn(event.deltaY > 0 ? 5 : -5);
    again();
  },
  { passive: false },
);
desk.addEventListener("keydown", (event) => {
  const steps = { ArrowLeft: [-0.02, 0], ArrowRight: [0.02, 0], ArrowUp: [0, -0.03], ArrowDown: [0, 0.03] };
  const turns = { ",": -5, ".": 5 };
  if (event.key in steps) move(...steps[event.key]);
  else if (event.key in turns) turn(turns[event.key]);
  else return;
  event.preventDefault();
  again();
});

function aim() {
  hold.style.left = `${place.x * 100}%`;
  hold.style.top = `${place.y * 100}%`;
}

export function showDesk(state) {
  const before = lies;
  lies = state.document;
  desk.dataset.document = lies ? lies.document : "";
  button("clear").disabled = !lies;
  if (lies?.hand && !sent.has(JSON.stringify(lies.hand))) {
    place = { x: lies.hand.x, y: lies.hand.y };
    for (const name of sliders) byId(name).value = String(lies.hand[name]);
    tell();
    aim();
  }
  if (lies && !before && lies.document) byId("document").value = lies.document;
  if (state.desk !== shown) {
    shown = state.desk;
    picture.src = `/desk.jpg?${shown}`;
  }
}
