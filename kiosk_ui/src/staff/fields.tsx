import type { InputHTMLAttributes, ReactElement, SelectHTMLAttributes } from "react";

interface Field extends InputHTMLAttributes<HTMLInputElement> {
  label: string;
  name: string;
  hint?: string;
}

/** A labelled line to write in. */
export function Line({ label, hint, ...input }: Field): ReactElement {
  return (
    <label className="kern-form-input">
      <span className="kern-label">{label}</span>
      {hint && <span className="kern-hint">{hint}</span>}
      <input className="kern-form-input__input" maxLength={200} {...input} />
    </label>
  );
}

interface Choices extends SelectHTMLAttributes<HTMLSelectElement> {
  label: string;
  name: string;
  options: [value: string, label: string][];
}

/** A labelled list to choose from. */
export function Choice({ label, options, ...select }: Choices): ReactElement {
  return (
    <label className="kern-form-input">
      <span className="kern-label">{label}</span>
      <select className="kern-form-input__input" {...select}>
        {options.map(([value, name]) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
