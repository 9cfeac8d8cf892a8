// The panel: everything a developer can do to the world around a kiosk, and all that can be seen of it.

import { act, button, byId, complain, element, options } from "./act.js";
import { showDesk } from "./desk.js";
import { offerKeys, showScreen } from "./screen.js";
import { showLines } from "./wires.js";

const RETRY_MS = 1000;
const DEVICES = { reader: "Card reader", printer: "Printer", body: "Body", camera: "Camera", voice: "Sound" };

let offered = "";
let tickets = 0;
let recorded = null;

function switched(id, on) {
  button(id).setAttribute("aria-checked", String(on));
}
const isOn = (id) => button(id).getAttribute("aria-checked") === "true";

// --- what there is to choose from ---------------------------------------------------------------

function offer(can) {
  const now = JSON.stringify(can);
  if (now === offered) return;
  offered = now;
  options(byId("persona"), Object.entries(can.persona).map(([id, name]) => [id, `${name} (${id})`]));
  options(byId("card"), Object.entries(can.card).map(([id, title]) => [id, `${id}: ${title}`]));
  for (const [id, values] of Object.entries({ voice: can.voice, noise: can.noise, document: can.document, level: can.level, scenario: can.scenario }))
    options(byId(id), values.map((value) => [value, value]));
  offerKeys(can.key);
  const groups = {};
  for (const [id, fault] of Object.entries(can.fault)) {
    const made = element("button", { type: "button", className: "switch", textContent: fault.title, title: fault.description });
    made.setAttribute("role", "switch");
    made.dataset.fault = id;
    made.addEventListener("click", () => act("fault", { id, on: made.getAttribute("aria-checked") !== "true" }));
    (groups[fault.device] ??= []).push(made);
  }
  byId("faults").replaceChildren(
    ...Object.entries(groups).map(([device, switches]) => {
      const group = element("div", { className: "faults__device" }, element("h3", { textContent: DEVICES[device] ?? device }), ...switches);
      group.setAttribute("role", "group");
      group.setAttribute("aria-label", DEVICES[device] ?? device);
      return group;
    }),
  );
}

// --- what is seen -------------------------------------------------------------------------------

function show(state) {
  offer(state.can);
  switched("presence", state.present);
  switched("headset", state.headset);
  byId("kiosk").href = state.kiosk;
  byId("card-now").textContent = state.card ? `${state.card} lies there` : "empty";
  byId("card-picture").dataset.card = String(!!state.card);
  button("card-out").disabled = button("pull").disabled = !state.card;
  byId("body").dataset.light = state.light;
  byId("body").setAttribute("aria-label", `Light: ${state.light}`);
  byId("light").textContent = state.light;
  byId("sound").textContent = !state.sound ? "no sound server" : state.speaking ? "the kiosk speaks" : "quiet";
  byId("sensor").textContent = state.present ? "somebody" : "nobody";
  let broken = 0;
  for (const [id, on] of Object.entries(state.faults)) {
    document.querySelector(`[data-fault="${id}"]`)?.setAttribute("aria-checked", String(on));
    broken += on ? 1 : 0;
  }
  byId("faults-on").textContent = broken ? `${broken} on` : "";
  byId("paper").textContent = `paper ${state.paper}`;
  print(state.receipts);
  showDesk(state);
  showScreen(state);
  const recording = !!state.recording;
  button("record").setAttribute("aria-pressed", String(recording));
  button("record").lastChild.data = recording ? `Stop (${state.recording.acts})` : "Record";
  button("replay").disabled = recording || !!state.playing;
  button("replay").textContent = state.playing ? "Playing …" : "Play";
  document.body.dataset.light = state.light;
}

function print(receipts) {
  if (receipts.length === tickets) return;
  tickets = receipts.length;
  byId("receipts").replaceChildren(
    ...receipts.map((text, at) => element("img", { src: `/receipts/${at + 1}.png`, alt: `Ticket ${at + 1}: ${text}` })).reverse(),
  );
}

function showRecorded({ name, text, doubts }) {
  byId("recorded-text").textContent = text;
  byId("recorded-file").href = `/recordings/${name}.yml`;
  byId("doubts").replaceChildren(...doubts.map((doubt) => element("li", { textContent: doubt })));
  byId("recorded").showModal();
}

// --- what is done -------------------------------------------------------------------------------

button("presence").addEventListener("click", () => act("presence", { present: !isOn("presence") }));
button("headset").addEventListener("click", () => act("headset", { plugged: !isOn("headset") }));
button("card-in").addEventListener("click", () =>
  act("card", { profile: byId("card").value, persona: byId("card-own").checked ? "" : byId("persona").value }),
);
button("card-out").addEventListener("click", () => act("card", { profile: null }));
button("pull").addEventListener("click", () => act("pull"));
button("reset").addEventListener("click", () => act("reset"));
byId("say").addEventListener("submit", async (event) => {
  event.preventDefault();
  const noise = byId("noise").value;
  const wish = { text: byId("text").value, voice: byId("voice").value, speed: Number(byId("speed").value) };
  button("say").disabled = true;
  await act("say", noise ? { ...wish, noise, noise_db: Number(byId("noise_db").value) } : wish);
  button("say").disabled = false;
});
byId("text").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey) return;
  event.preventDefault();
  byId("say").requestSubmit();
});
byId("record").addEventListener("submit", async (event) => {
  event.preventDefault();
  const on = button("record").getAttribute("aria-pressed") !== "true";
  recorded = on ? null : "wanted";
  const state = await act("record", { on, title: byId("title").value, persona: byId("persona").value });
  if (recorded && state?.recorded) showRecorded(state.recorded);
});
button("replay").addEventListener("click", () => act("replay", { scenario: byId("scenario").value, by: byId("by").value }));
button("recorded-close").addEventListener("click", () => byId("recorded").close());

// --- live ---------------------------------------------------------------------------------------

function live(text, how) {
  byId("live").textContent = text;
  byId("live").dataset.live = how;
}

function connect() {
  const channel = new WebSocket(`ws://${location.host}/live`);
  channel.addEventListener("open", () => live("live", "yes"));
  channel.addEventListener("message", ({ data }) => {
    const message = JSON.parse(data);
    if (message.type === "state") show(message);
    else showLines(message.lines);
  });
  channel.addEventListener("close", () => {
    live("the world is away, trying again …", "no");
    setTimeout(connect, RETRY_MS);
  });
}

addEventListener("unhandledrejection", ({ reason }) => complain(String(reason)));
connect();
