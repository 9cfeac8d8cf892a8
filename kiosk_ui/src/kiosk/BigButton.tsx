import type { ReactElement } from "react";
import type { Button } from "../contract";
import { hasIcon, Icon } from "../shared/icons";

interface Props {
  button: Button;
  tap: (id: string) => void;
  /** Shows what can be said instead, with these words before it. */
  say?: string;
  pressed?: boolean;
}

/** Something to tap, as the robot describes it. */
export function BigButton({ button, tap, say, pressed }: Props): ReactElement {
  const icon = button.icon || (hasIcon(button.id) ? button.id : "");
  const phrase = button.say.split("|")[0]?.trim() ?? "";
  return (
    <button
      type="button"
      data-id={button.id}
      className={`kern-btn kern-btn--${button.style === "danger" ? "secondary" : button.style} big big--${button.style}`}
      aria-pressed={pressed}
      onClick={() => tap(button.id)}
    >
      <Icon name={icon} />
      <span className="big__text">
        <span className="big__label">{button.label}</span>
        {button.hint && <span className="big__hint">{button.hint}</span>}
        {say && phrase && phrase !== button.label && (
          <span className="big__hint">
            {say}: <q>{phrase}</q>
          </span>
        )}
      </span>
    </button>
  );
}

/** A row of buttons in the given order; nothing when there are none. */
export function ButtonRow({ buttons, tap, part }: { buttons: Button[]; tap: (id: string) => void; part?: string }) {
  if (buttons.length === 0) return null;
  return (
    <div className="row" data-part={part}>
      {buttons.map((button) => (
        <BigButton key={button.id} button={button} tap={tap} />
      ))}
    </div>
  );
}
