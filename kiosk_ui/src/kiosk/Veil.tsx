import { useEffect, useId, useRef, type KeyboardEvent, type ReactElement, type ReactNode } from "react";

interface Props {
  part: string;
  text: string;
  /** The buttons, and what stands above them. */
  children: ReactNode;
}

/** A question over everything else: the focus goes to its first button, stays inside, and back when it is gone. */
export function Veil({ part, text, children }: Props): ReactElement {
  const box = useRef<HTMLDivElement>(null);
  const name = useId();
  useEffect(() => {
    const before = document.activeElement;
    box.current?.querySelector<HTMLElement>("button")?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <div className="veil">
      <div
        ref={box}
        className="warning"
        data-part={part}
        role="alertdialog"
        aria-modal="true"
        aria-labelledby={name}
        onKeyDown={keepInside}
      >
        <p className="warning__text" id={name}>
          {text}
        </p>
        {children}
      </div>
    </div>
  );
}

/** Tab goes round inside the dialog. */
function keepInside(event: KeyboardEvent<HTMLDivElement>): void {
  if (event.key !== "Tab") return;
  const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>("button")];
  const edge = event.shiftKey ? buttons[0] : buttons.at(-1);
  if (document.activeElement !== edge) return;
  event.preventDefault();
  (event.shiftKey ? buttons.at(-1) : buttons[0])?.focus();
}
