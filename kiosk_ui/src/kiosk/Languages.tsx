import type { ReactElement } from "react";
import type { KioskView } from "../contract";
import { Icon } from "../shared/icons";
import type { Words } from "./labels";
import { Popup } from "./Popup";

interface Props {
  languages: KioskView["languages"];
  tap: (id: string) => void;
  words: Words;
}

const PLAIN = "lang:leicht";
const GERMAN = "lang:de";

/** Leichte Sprache, one tap away on every screen; another tap leads back to German as usual. */
export function PlainLanguage({ languages, tap }: Omit<Props, "words">): ReactElement | null {
  const plain = languages.find(({ id }) => id === PLAIN);
  if (!plain) return null;
  return (
    <button
      type="button"
      className="option tool tool--plain"
      data-id="plain"
      lang={plain.tag}
      dir={plain.direction}
      aria-pressed={plain.active}
      onClick={() => tap(plain.active ? GERMAN : PLAIN)}
    >
      <Icon name="plain" />
      <span>{plain.name}</span>
    </button>
  );
}

/** The language menu of every screen: each language under its own name, to be found by who speaks it. */
export function Languages({ languages, tap, words }: Props): ReactElement | null {
  const active = languages.find((language) => language.active);
  if (!active) return null;
  const name = `${words("language")}: ${active.name}`;
  return (
    <Popup
      id="languages"
      label={name}
      first="[aria-pressed=true]"
      face={
        <>
          <Icon name="language" />
          <span lang={active.tag} dir={active.direction}>
            {active.name}
          </span>
        </>
      }
    >
      {(close) =>
        languages.map((language) => (
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
        ))
      }
    </Popup>
  );
}

/** The page's language as BCP 47 writes it. */
export function pageLanguage(view: Pick<KioskView, "lang" | "languages">): string {
  return view.languages.find(({ id }) => id === `lang:${view.lang}`)?.tag ?? view.lang;
}
