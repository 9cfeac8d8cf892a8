import { useEffect, useId, useRef, useState, type ReactElement, type ReactNode } from "react";

interface Props {
  /** Names the part and its button: data-part and data-id. */
  id: string;
  label: string;
  face: ReactNode;
  /** What to focus when it opens. */
  first: string;
  /** The list; `close` shuts it and gives the focus back. */
  children: (close: () => void) => ReactNode;
}

/** A button of the foot with a list that opens above it: closed by a touch beside it and by Escape. */
export function Popup({ id, label, face, first, children }: Props): ReactElement {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const list = useId();
  useEffect(() => {
    if (!open) return;
    box.current?.querySelector<HTMLElement>(first)?.focus();
    const outside = (event: PointerEvent) => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [open, first]);
  const close = () => {
    setOpen(false);
    box.current?.querySelector<HTMLElement>("button")?.focus();
  };
  return (
    <div
      className={`popup popup--${id}`}
      data-part={id}
      ref={box}
      onKeyDown={(event) => {
        if (!open || event.key !== "Escape") return;
        event.stopPropagation();
        close();
      }}
    >
      <button
        type="button"
        className="option tool"
        data-id={id}
        aria-expanded={open}
        aria-controls={list}
        aria-label={label}
        onClick={() => setOpen(!open)}
      >
        {face}
      </button>
      <div className="popup__list" id={list} role="group" aria-label={label} hidden={!open}>
        {open && children(close)}
      </div>
    </div>
  );
}
