import { useEffect, useRef, useState, type ReactElement } from "react";
import type { FormField } from "../contract";
import { Icon } from "../shared/icons";
import type { Actions } from "./channel";
import type { Words } from "./labels";

/** More answers than this are a list to open, not buttons. */
const MOST_BUTTONS = 8;
const DATE_LENGTH = 10;
/** What is typed with a number pad. */
const NUMERIC = new Set<FormField["keys"]>(["numeric", "date", "phone", "money"]);

interface Props {
  field: FormField;
  actions: Actions;
  words: Words;
}

/** Digits become TT.MM.JJJJ while they are typed; what has dots already is left alone. */
export function asDate(typed: string): string {
  if (!/^(\d{3,8}|\d\d\.\d{3,6})$/.test(typed)) return typed;
  const digits = typed.replace(".", "");
  return [digits.slice(0, 2), digits.slice(2, 4), digits.slice(4)].filter(Boolean).join(".");
}

/** One field: label, origin, input, help, error in words beside it. */
export function Field({ field, actions, words }: Props): ReactElement {
  const id = `field-${field.id}`;
  const described = [field.error && `${id}-error`, field.help && `${id}-help`].filter(Boolean).join(" ");
  const grouped = field.type === "choice" && field.options.length <= MOST_BUTTONS;
  const caption = (
    <>
      {field.label}
      {!field.required && <span className="field__optional"> ({words("optional")})</span>}
    </>
  );
  return (
    <div
      className={`field field--${field.type} ${field.error ? "field--wrong" : ""} ${wide(field) ? "field--wide" : ""}`}
      data-field={field.id}
    >
      <div className="field__head">
        {grouped ? (
          <span className="field__label" id={`${id}-label`}>
            {caption}
          </span>
        ) : (
          <label className="field__label" htmlFor={id}>
            {caption}
          </label>
        )}
        {field.origin && <span className="origin">{field.origin}</span>}
      </div>
      {grouped ? (
        <div
          className={`field__options ${field.widget === "swatches" ? "field__options--swatches" : ""}`}
          role="group"
          aria-labelledby={`${id}-label`}
          aria-describedby={described || undefined}
          data-personal={field.personal}
        >
          {field.options.map((option) => (
            <button
              key={option.id}
              type="button"
              data-id={option.id}
              className="option"
              aria-pressed={option.id === field.value}
              onClick={() => {
                actions.set(field.id, option.id);
                actions.flush();
              }}
            >
              {option.colour && <Swatch colour={option.colour} />}
              {option.label}
            </button>
          ))}
          {field.max_length > 0 && (
            <Input id={id} described={described} field={ownWords(field)} actions={actions} words={words} />
          )}
        </div>
      ) : (
        <Input id={id} described={described} field={field} actions={actions} words={words} />
      )}
      {field.doubtful.length > 0 && (
        <p className="field__doubt">
          {words("check_characters")}{" "}
          <span className="field__read" data-personal={field.personal}>
            {Array.from(field.value, (sign, index) =>
              field.doubtful.includes(index) ? <mark key={index}>{sign}</mark> : sign,
            )}
          </span>
        </p>
      )}
      {field.spellings.length > 0 && (
        <div
          className="field__options"
          role="group"
          aria-label={`${field.label}: ${words("choose_spelling")}`}
          data-personal={field.personal}
        >
          <span className="field__ask">{words("choose_spelling")}</span>
          {field.spellings.map((spelling) => (
            <button
              key={spelling}
              type="button"
              data-spelling={spelling}
              className="option"
              aria-pressed={spelling === field.value && field.doubtful.length === 0}
              onClick={() => {
                actions.set(field.id, spelling);
                actions.flush();
              }}
            >
              {spelling}
            </button>
          ))}
        </div>
      )}
      {field.help && (
        <p className="field__help" id={`${id}-help`}>
          {field.help}
        </p>
      )}
      {field.error && (
        <p className="field__error" id={`${id}-error`} role="alert">
          <Icon name="error" />
          {field.error}
        </p>
      )}
    </div>
  );
}

/** The colour of an option, drawn as an eye: of two colours the second is the inner ring. */
function Swatch({ colour }: { colour: string }): ReactElement {
  const [outer, inner = outer] = colour.split(" ");
  return (
    <svg className="swatch" viewBox="0 0 40 40" aria-hidden="true" focusable="false">
      <circle cx="20" cy="20" r="18.5" fill={outer} stroke="#1d1512" strokeWidth="2" />
      <circle cx="20" cy="20" r="11.5" fill={inner} />
      <circle cx="20" cy="20" r="6" fill="#0b0807" />
      <circle cx="16.5" cy="15.5" r="2.2" fill="#fff" />
    </svg>
  );
}

/** A choice with a length takes other words, too: they are typed into a field beside the buttons. */
function ownWords(field: FormField): FormField {
  const chosen = field.options.some(({ id }) => id === field.value);
  return { ...field, type: "text", value: chosen ? "" : field.value };
}

function Input({ id, described, field, actions, words }: Props & { id: string; described: string }): ReactElement {
  // What is typed is kept here only while the field has the focus; then the robot's value counts again.
  const [local, setLocal] = useState<string | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const asked = field.suggestions.length > 0;
  useEffect(() => {
    // what is offered below must not lie under the keys
    if (asked && document.activeElement === input.current) {
      input.current?.closest("[data-field]")?.scrollIntoView({ block: "nearest" });
    }
  }, [asked]);
  const common = {
    id,
    "aria-label": field.type === "text" && field.options.length > 0 ? `${field.label}: ${words("other")}` : undefined,
    "aria-invalid": field.error ? true : undefined,
    "aria-describedby": described || undefined,
    "aria-required": field.required,
    "data-personal": field.personal,
  };
  if (field.type === "choice") {
    return (
      <div className="select">
        <select
          {...common}
          className="input"
          value={field.value}
          onChange={(event) => {
            actions.set(field.id, event.target.value);
            actions.flush();
          }}
        >
          <option value="">{words("please_choose")}</option>
          {field.options.map((option) => (
            <option key={option.id} value={option.id}>
              {option.label}
            </option>
          ))}
        </select>
        <Icon name="more" />
      </div>
    );
  }
  if (field.type === "checkbox") {
    return (
      <input
        {...common}
        type="checkbox"
        className="tick"
        checked={field.value === "true"}
        onChange={(event) => {
          actions.set(field.id, event.target.checked ? "true" : "false");
          actions.flush();
        }}
      />
    );
  }
  const longest = field.type === "date" ? DATE_LENGTH : field.max_length;
  const choose = (suggestion: string) => {
    // room for the house number, if it is still to come
    const value = /\d/.test(suggestion) ? suggestion : `${suggestion} `;
    if (local !== null) setLocal(value);
    actions.set(field.id, value);
    actions.flush();
  };
  const box = (
    <input
      {...common}
      ref={input}
      className="input"
      type="text"
      dir="auto"
      inputMode={NUMERIC.has(field.keys) ? "numeric" : "text"}
      data-keys={field.keys}
      data-years={field.years?.join(" ")}
      autoComplete={field.autocomplete}
      autoCorrect="off"
      spellCheck={false}
      placeholder={field.type === "date" ? words("date_hint") : field.options.length > 0 ? words("other") : undefined}
      maxLength={longest > 0 ? longest : undefined}
      value={local ?? field.value}
      onFocus={() => setLocal(field.value)}
      onChange={(event) => {
        const typed = event.target.value;
        const erased = typed.length < (local ?? field.value).length;
        const value = field.type === "date" && !erased ? asDate(typed) : typed;
        setLocal(value);
        actions.set(field.id, value);
      }}
      onBlur={() => {
        if (local !== null && local !== field.value) actions.set(field.id, local);
        actions.flush();
        setLocal(null);
      }}
      onKeyDown={(event) => {
        if (event.key === "Enter") event.currentTarget.blur();
      }}
    />
  );
  if (!asked) return box;
  return (
    <>
      {box}
      <div
        className="field__options field__options--suggested"
        role="group"
        aria-label={`${field.label}: ${words("did_you_mean")}`}
        aria-live="polite"
        data-personal={field.personal}
        onPointerDown={(event) => event.preventDefault()}
        onMouseDown={(event) => event.preventDefault()}
      >
        <span className="field__ask">{words("did_you_mean")}</span>
        {field.suggestions.map((suggestion) => (
          <button
            key={suggestion}
            type="button"
            data-suggestion={suggestion}
            className="option"
            onClick={() => choose(suggestion)}
          >
            {suggestion}
          </button>
        ))}
      </div>
    </>
  );
}

function wide(field: FormField): boolean {
  return field.type === "choice" || field.type === "checkbox";
}
