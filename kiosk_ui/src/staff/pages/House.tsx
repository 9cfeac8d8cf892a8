import type { ReactElement } from "react";
import * as api from "../api";
import { useStaff } from "../context";
import { Kiosk } from "../Kiosk";
import { Devices, Shreds } from "../Overview";

/** The kiosks: what stands on them, how their devices are, what was wiped. */
export function House(): ReactElement {
  const { me, view, now, busy, act } = useStaff();
  return (
    <div className="desk__house" data-part="house">
      <Kiosk
        messages={view.messages}
        closing={view.closing}
        leads={me.rights.includes("kiosk")}
        busy={busy}
        now={now}
        show={(message) => act(() => api.showMessage(message, me.csrf))}
        remove={(id) => void act(() => api.removeMessage(id, me.csrf))}
        close={(closing) => act(() => api.closeKiosk(closing, me.csrf))}
        open={() => void act(() => api.openKiosk(me.csrf))}
      />
      <Devices devices={view.devices} />
      <Shreds shreds={view.shreds} now={now} />
    </div>
  );
}
