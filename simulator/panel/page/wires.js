// What goes over the wires: one line each, repeated ones counted in place.

import { button, byId, element } from "./act.js";

const WIRES = ["card", "body", "printer", "camera", "sound", "panel"];
const KEEP = 600;

const list = byId("trace");
const rows = new Map();
let follow = true;

for (const wire of WIRES) {
  const box = element("input", { type: "checkbox", checked: true });
  box.addEventListener("change", () => list.classList.toggle(`without-${wire}`, !box.checked));
  const label = element("label", { className: "chip" }, box, ` ${wire}`);
  label.dataset.wire = wire;
  byId("filter").append(label);
}
button("follow").addEventListener("click", (event) => {
  follow = !follow;
  event.currentTarget.setAttribute("aria-checked", String(follow));
});
button("empty").addEventListener("click", () => {
  rows.clear();
  list.replaceChildren();
});
button("copy").addEventListener("click", () => navigator.clipboard.writeText(list.innerText));

function row(line) {
  const made = element(
    "li",
    {},
    element("time", {}),
    element("b", { textContent: line.wire }),
    element("span", { className: "what" }),
    element("i", {}),
  );
  made.dataset.wire = line.wire;
  list.append(made);
  rows.set(line.n, made);
  return made;
}

export function showLines(lines) {
  for (const line of lines) {
    const [time, , what, count] = (rows.get(line.n) ?? row(line)).children;
    time.textContent = line.at.toFixed(2);
    what.textContent = line.text;
    count.textContent = line.count > 1 ? `×${line.count}` : "";
  }
  while (list.children.length > KEEP) {
    const oldest = rows.keys().next().value;
    rows.get(oldest).remove();
    rows.delete(oldest);
  }
  if (follow) list.scrollTop = list.scrollHeight;
}
