import { useEffect, useId, useRef, useState, type ReactElement } from "react";
import type { KioskView } from "../contract";
import { Icon } from "../shared/icons";
import type { Words } from "./labels";

interface Props {
  languages: KioskView["languages"];
  tap: (id: string) => void;
  words: Words;
}

/** The language menu in the head of every screen: each language under its own name, to be found by who speaks it. */
export function Languages({ languages, tap, words }: Props): ReactElement | null {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const id = useId();
  const active = languages.find((language) => language.active);
  useEffect(() => {
    if (!open) return;
    box.current?.querySelector<HTMLElement>("[aria-pressed=true]")?.focus();
    const outside = (event: PointerEvent) => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [open]);
  if (!active) return null;
  const close = () => {
    setOpen(false);
    box.current?.querySelector<HTMLElement>("button")?.focus();
  };
  return (
    <div
      className="languages"
      data-part="languages"
      ref={box}
      onKeyDown={(event) => {
        if (open && event.key === "Escape") close();
      }}
    >
      <button
        type="button"
        className="option languages__toggle"
        data-id="languages"
        aria-expanded={open}
        aria-controls={id}
        aria-label={`${words("language")}: ${active.name}`}
        onClick={() => setOpen(!open)}
      >
        <Icon name="language" />
        <span lang={active.tag} dir={active.direction}>
          {active.name}
        </span>
      </button>
      <div className="languages__list" id={id} role="group" aria-label={words("language")} hidden={!open}>
        {languages.map((language) => (
          <button
            key={language.id}
            type="button"
            className="option"
            data-id={language.id}
            lang={language.tag}
            dir={language.direction}
            aria-pressed={language.active}
            onClick={() => {
              close();
              tap(language.id);
            }}
          >
            {language.name}
          </button>
        ))}
      </div>
    </div>
  );
}

/** The page's language as BCP 47 writes it. */
export function pageLanguage(view: Pick<KioskView, "lang" | "languages">): string {
  return view.languages.find(({ id }) => id === `lang:${view.lang}`)?.tag ?? view.lang;
}
