import { useEffect, useState, type ReactElement } from "react";
import { Icon } from "../shared/icons";
import type { Words } from "./labels";

const LETTERS = ["1234567890ß", "qwertzuiopü", "asdfghjklöä", "yxcvbnm,.-'"];
const ACCENTS = ["áàâãåāăąæćčç", "ďđðéèêëēėęěğ", "ģíìîïīįıķłļľ", "ñńňņóòôõøőœř", "śšşșťțþúùûūůű", "ųýÿźžż/&+()@"];
const NUMBERS = ["123", "456", "789", ".0"];

type TextInput = HTMLInputElement;

/** The text field that has the focus and wants keys: `data-keys` is "text" or "numeric". */
function wanting(): TextInput | null {
  const active = document.activeElement;
  return active instanceof HTMLInputElement && active.dataset.keys ? active : null;
}

/** Puts `text` where the caret is, as typing would: React and everybody else hear an input event. */
function insert(field: TextInput, text: string, eraseBefore = 0): void {
  const start = field.selectionStart ?? field.value.length;
  const end = field.selectionEnd ?? start;
  const from = start === end ? Math.max(0, start - eraseBefore) : start;
  const value = field.value.slice(0, from) + text + field.value.slice(end);
  if (field.maxLength >= 0 && text && value.length > field.maxLength) return;
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(field, value);
  const caret = from + text.length;
  field.setSelectionRange(caret, caret);
  field.dispatchEvent(new InputEvent("input", { bubbles: true, data: text || null }));
}

function neighbour(field: TextInput): TextInput | undefined {
  const all = [...document.querySelectorAll<TextInput>("[data-field] input[data-keys]")];
  return all[all.indexOf(field) + 1];
}

/** The field to type into, kept until a running tap is over: keys must not vanish under a finger. */
export function useTypingField(): TextInput | null {
  const [field, setField] = useState<TextInput | null>(null);
  useEffect(() => {
    let down = false;
    const look = () => setField(wanting());
    const focused = () => {
      if (wanting() || !down) look();
    };
    const lost = () => {
      if (!down) queueMicrotask(look);
    };
    const press = () => {
      down = true;
    };
    const release = () => {
      down = false;
      setTimeout(look, 0); // after the click that belongs to this tap
    };
    document.addEventListener("focusin", focused);
    document.addEventListener("focusout", lost);
    window.addEventListener("pointerdown", press, true);
    window.addEventListener("pointerup", release, true);
    window.addEventListener("pointercancel", release, true);
    return () => {
      document.removeEventListener("focusin", focused);
      document.removeEventListener("focusout", lost);
      window.removeEventListener("pointerdown", press, true);
      window.removeEventListener("pointerup", release, true);
      window.removeEventListener("pointercancel", release, true);
    };
  }, []);
  return field;
}

/** Keys for touch: German letters with accents on a second page, or a number pad. */
export function Keyboard({ field, words }: { field: TextInput; words: Words }): ReactElement {
  const [accents, setAccents] = useState(false);
  const [shift, setShift] = useState<boolean | null>(null);
  const [, heard] = useState(0);
  useEffect(() => {
    const again = () => heard((count) => count + 1);
    field.addEventListener("input", again);
    requestAnimationFrame(() => field.scrollIntoView({ block: "center" }));
    return () => field.removeEventListener("input", again);
  }, [field]);

  const numeric = field.dataset.keys === "numeric";
  const upper = !numeric && (shift ?? field.value === "");
  const rows = numeric ? NUMBERS : accents ? ACCENTS : LETTERS;
  const press = (act: (target: TextInput) => void) => () => {
    const target = wanting();
    if (target) act(target);
  };
  const letter = (sign: string) =>
    press((target) => {
      insert(target, sign);
      setShift(null);
    });
  const leave = press((target) => target.blur());
  const next = press((target) => {
    const following = neighbour(target);
    if (following) following.focus();
    else target.blur();
  });

  return (
    <div
      className={`keys ${numeric ? "keys--numeric" : ""}`}
      data-part="keyboard"
      dir="ltr"
      role="group"
      aria-label={words("keyboard")}
      onPointerDown={(event) => event.preventDefault()}
      onMouseDown={(event) => event.preventDefault()}
    >
      {rows.map((row, index) => (
        <div className="keys__row" key={row}>
          {!numeric && !accents && index === 3 && (
            <Key id="shift" name={words("key_shift")} wide pressed={upper} onPress={() => setShift(!upper)}>
              <Icon name="shift" />
            </Key>
          )}
          {[...row].map((sign) => {
            const shown = upper && sign !== "ß" ? sign.toLocaleUpperCase("de") : sign;
            return (
              <Key key={sign} id={shown} onPress={letter(shown)}>
                {shown}
              </Key>
            );
          })}
          {index === (numeric ? 3 : accents ? rows.length - 1 : 3) && (
            <Key id="back" name={words("key_back")} wide={!numeric} onPress={press((target) => insert(target, "", 1))}>
              <Icon name="erase" />
            </Key>
          )}
        </div>
      ))}
      <div className="keys__row">
        {!numeric && (
          <>
            <Key id="accents" wide pressed={accents} onPress={() => setAccents(!accents)}>
              {accents ? words("key_letters") : words("key_accents")}
            </Key>
            <Key id="space" name={words("key_space")} space onPress={letter(" ")}>
              {" "}
            </Key>
          </>
        )}
        <Key id="next" name={words("key_next")} wide={!numeric} onPress={next}>
          {numeric ? <Icon name="next" /> : words("key_next")}
        </Key>
        <Key id="done" wide onPress={leave}>
          {words("key_done")}
        </Key>
      </div>
    </div>
  );
}

interface KeyProps {
  id: string;
  name?: string;
  wide?: boolean;
  space?: boolean;
  pressed?: boolean;
  onPress: () => void;
  children: React.ReactNode;
}

function Key({ id, name, wide, space, pressed, onPress, children }: KeyProps): ReactElement {
  return (
    <button
      type="button"
      tabIndex={-1}
      data-id={`key:${id}`}
      className={`key ${wide ? "key--wide" : ""} ${space ? "key--space" : ""}`}
      aria-label={name}
      aria-pressed={pressed}
      onClick={onPress}
    >
      {children}
    </button>
  );
}
