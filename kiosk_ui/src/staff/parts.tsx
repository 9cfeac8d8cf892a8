import type { ReactElement, ReactNode } from "react";
import { useWords } from "./language";

const WORDS = { de: { close: "Schließen" }, en: { close: "Close" } };

interface ActProps {
  id: string;
  children: ReactNode;
  style?: "primary" | "secondary" | "tertiary";
  onClick?: () => void;
  disabled?: boolean;
  type?: "button" | "submit";
  label?: string;
  /** The key that does the same, shown in the button. */
  shortcut?: string | undefined;
}

/** A button in KERN's look. */
export function Act({ id, children, style = "secondary", onClick, disabled, type = "button", label, shortcut }: ActProps) {
  return (
    <button
      type={type}
      data-id={id}
      className={`kern-btn kern-btn--${style}`}
      onClick={onClick}
      disabled={disabled}
      aria-label={label}
      aria-keyshortcuts={shortcut}
    >
      <span className="kern-label">
        {children}
        {shortcut && <kbd aria-hidden="true">{shortcut}</kbd>}
      </span>
    </button>
  );
}

/** A coloured word. */
export function Badge({ kind, children }: { kind: string; children: ReactNode }): ReactElement {
  return (
    <span className={`kern-badge kern-badge--${kind}`}>
      <span className="kern-label kern-label--small">{children}</span>
    </span>
  );
}

/** One sentence about what did not work. */
export function Problem({ text, close }: { text: string; close?: () => void }): ReactElement | null {
  const words = useWords(WORDS);
  if (!text) return null;
  return (
    <div className="problem" role="alert" data-part="problem">
      <p>{text}</p>
      {close && (
        <Act id="close-problem" style="tertiary" onClick={close}>
          {words.close}
        </Act>
      )}
    </div>
  );
}
