import type { ReactElement } from "react";
import type { Toggle } from "../contract";
import { Icon } from "../shared/icons";
import type { Words } from "./labels";
import { Popup } from "./Popup";

interface Props {
  toggles: Toggle[];
  tap: (id: string) => void;
  words: Words;
}

const SWITCH = "display:";

/** How the screen looks and the voice sounds. It stays open: one tries, looks, and tries again. */
export function DisplayMenu({ toggles, tap, words }: Props): ReactElement | null {
  if (toggles.length === 0) return null;
  return (
    <Popup
      id="display"
      label={words("display")}
      first=".popup__list button"
      face={
        <>
          <Icon name="display" />
          <span>{words("display")}</span>
        </>
      }
    >
      {(close) => (
        <>
          {toggles.map((toggle) => (
            <button
              key={toggle.id}
              type="button"
              className="option switch"
              data-id={toggle.id}
              aria-pressed={toggle.id.startsWith(SWITCH) ? toggle.on : undefined}
              onClick={() => tap(toggle.id)}
            >
              <Icon name={toggle.icon} />
              <span className="switch__label">{toggle.label}</span>
              {toggle.id.startsWith(SWITCH) && <span className="switch__knob" aria-hidden="true" />}
            </button>
          ))}
          <button type="button" className="option option--done" data-id="display:close" onClick={close}>
            <Icon name="check" />
            {words("key_done")}
          </button>
        </>
      )}
    </Popup>
  );
}
