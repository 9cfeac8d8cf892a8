import { useEffect, useState, type ReactElement, type ReactNode } from "react";
import type { FormField } from "../contract";
import { Icon } from "../shared/icons";
import type { Words } from "./labels";
import { Wheels } from "./Wheels";

type Keys = FormField["keys"];

const DIGITS = "1234567890";
const ACCENTS = ["áàâãåāăąæćčç", "ďđðéèêëēėęěğ", "ģíìîïīįıķłļľ", "ñńňņóòôõøőœř", "śšşșťțþúùûūůű", "ųýÿźžż/&+()@"];
/** The rows of letters by what is typed; shift stands before the last row, the eraser behind it. */
const LETTERS: Partial<Record<Keys, string[]>> = {
  text: [`${DIGITS}ß`, "qwertzuiopü", "asdfghjklöä", "yxcvbnm,.-'"],
  address: [`${DIGITS}ß`, "qwertzuiopü", "asdfghjklöä", "yxcvbnm.-/"],
  names: ["qwertzuiopü", "asdfghjklöä", "yxcvbnmß-'."],
  email: [DIGITS, "qwertzuiop", "asdfghjkl@", "yxcvbnm.-_"],
  code: [DIGITS, "QWERTZUIOPÜ", "ASDFGHJKLÖÄ", "YXCVBNM-/"],
};
/** Beside the nought of a number pad. */
const BESIDE: Partial<Record<Keys, string>> = { numeric: "", date: ".", money: ",", phone: "+" };

type TextInput = HTMLInputElement;

/** The text field that has the focus and wants keys; `data-keys` says which (`FormField.keys`). */
function wanting(): TextInput | null {
  const active = document.activeElement;
  return active instanceof HTMLInputElement && active.dataset.keys ? active : null;
}

function keysOf(field: TextInput): Keys {
  const keys = field.dataset.keys as Keys;
  return keys in LETTERS || keys in BESIDE ? keys : "text";
}

/** Makes `value` what stands in the field, as typing would: React and everybody else hear an input event. */
function write(field: TextInput, value: string, caret: number, typed: string | null): void {
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(field, value);
  field.setSelectionRange(caret, caret);
  field.dispatchEvent(new InputEvent("input", { bubbles: true, data: typed }));
}

/** Puts `text` where the caret is. */
export function insert(field: TextInput, text: string, eraseBefore = 0): void {
  const start = field.selectionStart ?? field.value.length;
  const end = field.selectionEnd ?? start;
  const from = start === end ? Math.max(0, start - eraseBefore) : start;
  const value = field.value.slice(0, from) + text + field.value.slice(end);
  if (field.maxLength >= 0 && text && value.length > field.maxLength) return;
  write(field, value, from + text.length, text || null);
}

function neighbour(field: TextInput): TextInput | undefined {
  const all = [...document.querySelectorAll<TextInput>("[data-field] input[data-keys]")];
  return all[all.indexOf(field) + 1];
}

/** Whether the next letter is likely a capital: words of a name, the first of anything else. */
export function capital(keys: Keys, before: string): boolean {
  switch (keys) {
    case "email":
    case "code":
      return false;
    case "names":
      return /(^|[\s\-.'])$/.test(before);
    case "address": // but "12 a"
      return /(^|[^\d\s]\s|-)$/.test(before);
    default:
      return before === "";
  }
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
    look(); // a panel may have put the focus into its field already
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

/** With its name above and what is wrong below, as far as there is room. */
function showWhole(field: TextInput): void {
  const box = field.closest<HTMLElement>("[data-field]") ?? field;
  const room = field.closest(".panel__body")?.clientHeight ?? Infinity;
  box.scrollIntoView({ block: box.offsetHeight > room ? "start" : "center" });
}

/** Keys for touch, as the field needs them: letters, a number pad, or a date's wheels beside one. */
export function Keyboard({ field, words }: { field: TextInput; words: Words }): ReactElement {
  const [, heard] = useState(0);
  useEffect(() => {
    const again = () => heard((count) => count + 1);
    field.addEventListener("input", again);
    requestAnimationFrame(() => showWhole(field));
    return () => field.removeEventListener("input", again);
  }, [field]);
  const keys = keysOf(field);
  const isPad = keys in BESIDE;
  return (
    <div
      className={`keys keys--${isPad ? "pad" : "letters"} keys--${keys}`}
      data-part="keyboard"
      data-keys={keys}
      dir="ltr"
      role="group"
      aria-label={words("keyboard")}
      onPointerDown={(event) => event.preventDefault()}
      onMouseDown={(event) => event.preventDefault()}
    >
      {keys === "date" ? (
        <DateKeys key={field.id} field={field} words={words} />
      ) : isPad ? (
        <Pad beside={BESIDE[keys] ?? ""} words={words} />
      ) : (
        <Letters key={field.id} keys={keys} field={field} words={words} />
      )}
    </div>
  );
}

/** Acts on the field that has the focus then. */
const press = (act: (target: TextInput) => void) => () => {
  const target = wanting();
  if (target) act(target);
};
const erase = press((target) => insert(target, "", 1));
const leave = press((target) => target.blur());
const next = press((target) => {
  const following = neighbour(target);
  if (following) following.focus();
  else target.blur();
});

function Letters({ keys, field, words }: { keys: Keys; field: TextInput; words: Words }): ReactElement {
  const [accents, setAccents] = useState(false);
  const [shift, setShift] = useState<boolean | null>(null);
  const hasCase = keys !== "email" && keys !== "code";
  const before = field.value.slice(0, field.selectionStart ?? field.value.length);
  const upper = shift ?? capital(keys, before);
  const rows = accents ? ACCENTS : (LETTERS[keys] ?? []);
  const last = rows.length - 1;
  const letter = (sign: string) =>
    press((target) => {
      insert(target, sign);
      setShift(null);
    });
  return (
    <>
      {rows.map((row, index) => (
        <div className="keys__row" key={row}>
          {!accents && hasCase && index === last && (
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
          {index === last && <Eraser wide words={words} />}
        </div>
      ))}
      <div className="keys__row">
        {hasCase && (
          <Key id="accents" wide pressed={accents} onPress={() => setAccents(!accents)}>
            {accents ? words("key_letters") : words("key_accents")}
          </Key>
        )}
        {keys === "email" ? (
          <Key id=".de" wide onPress={letter(".de")}>
            .de
          </Key>
        ) : (
          <Key id="space" name={words("key_space")} space onPress={letter(" ")}>
            {" "}
          </Key>
        )}
        <Key id="next" wide onPress={next}>
          {words("key_next")}
        </Key>
        <Key id="done" wide onPress={leave}>
          {words("key_done")}
        </Key>
      </div>
    </>
  );
}

/** Digits as on a telephone; `beside` the nought what else the number may have. */
function Pad({ beside, words }: { beside: string; words: Words }): ReactElement {
  const digit = (sign: string) => (
    <Key key={sign} id={sign} onPress={press((target) => insert(target, sign))}>
      {sign}
    </Key>
  );
  return (
    <div className="pad">
      {["123", "456", "789"].map((row) => (
        <div className="keys__row" key={row}>
          {[...row].map(digit)}
        </div>
      ))}
      <div className="keys__row">
        {beside ? digit(beside) : <span className="key key--none" />}
        {digit("0")}
        <Eraser words={words} />
      </div>
      <div className="keys__row">
        <Key id="next" name={words("key_next")} onPress={next}>
          <Icon name="next" />
        </Key>
        <Key id="done" wide onPress={leave}>
          {words("key_done")}
        </Key>
      </div>
    </div>
  );
}

/** Wheels and digits side by side; where there is no room for both, a key changes between them. */
function DateKeys({ field, words }: { field: TextInput; words: Words }): ReactElement {
  const [shown, setShown] = useState<"digits" | "wheels">("digits");
  const other = shown === "digits" ? "wheels" : "digits";
  return (
    <div className="datekeys" data-shown={shown}>
      <Wheels field={field} write={(date) => write(field, date, date.length, null)} words={words} />
      <Pad beside={BESIDE.date ?? ""} words={words} />
      <div className="keys__row datekeys__other">
        <Key id={other} wide onPress={() => setShown(other)}>
          {words(`key_${other}`)}
        </Key>
      </div>
    </div>
  );
}

function Eraser({ wide, words }: { wide?: boolean; words: Words }): ReactElement {
  return (
    <Key id="back" name={words("key_back")} wide={wide} onPress={erase}>
      <Icon name="erase" />
    </Key>
  );
}

interface KeyProps {
  id: string;
  name?: string | undefined;
  wide?: boolean | undefined;
  space?: boolean | undefined;
  pressed?: boolean | undefined;
  onPress: () => void;
  children: ReactNode;
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
