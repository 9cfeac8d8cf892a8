import "@kern-ux/native/dist/kern.min.css";
import "../shared/fonts.css";
import "./kiosk.css";
import { StrictMode, useSyncExternalStore, type ReactElement } from "react";
import { createRoot } from "react-dom/client";
import { Channel } from "./channel";
import { wordsOf } from "./labels";
import { Connecting, Screen } from "./Screen";

const channel = new Channel();

function Kiosk(): ReactElement {
  const shown = useSyncExternalStore(channel.subscribe, channel.current);
  const connected = useSyncExternalStore(channel.subscribe, channel.connected);
  if (!shown) {
    return (
      <main className="screen" data-state="connecting">
        <Connecting words={wordsOf(null)} />
      </main>
    );
  }
  return <Screen shown={shown} actions={channel} connected={connected} />;
}

for (const kind of ["pointerdown", "keydown"]) window.addEventListener(kind, channel.touch, { capture: true });
// A kiosk: no menu under a long press, nothing to drag, no zoom by wheel or keys.
for (const kind of ["contextmenu", "dragstart"]) window.addEventListener(kind, (event) => event.preventDefault());
window.addEventListener("wheel", (event) => event.ctrlKey && event.preventDefault(), { passive: false });
window.addEventListener("keydown", (event) => {
  if (event.ctrlKey && ["+", "-", "0"].includes(event.key)) event.preventDefault();
});

createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <Kiosk />
  </StrictMode>,
);
