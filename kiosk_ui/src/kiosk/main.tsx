import "@kern-ux/native/dist/kern.min.css";
import "../shared/fonts.css";
import "./kiosk.css";
import "./styles/devices.css";
import "./styles/emergency.css";
import "./styles/forms.css";
import "./styles/human.css";
import "./styles/idle.css";
import "./styles/keypad.css";
import { StrictMode, useSyncExternalStore, type ReactElement } from "react";
import { createRoot } from "react-dom/client";
import { Channel } from "./channel";
import { watchFinger } from "./finger";
import { Keypad } from "./keypad/keypad";
import { wordsOf } from "./labels";
import { lockDown } from "./lock";
import { Connecting, Screen } from "./Screen";

const channel = new Channel();
new Keypad(channel).start();

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
watchFinger(window, channel.hold);
lockDown(window);

createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <Kiosk />
  </StrictMode>,
);
