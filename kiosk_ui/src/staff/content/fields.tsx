import { createContext, useContext, useId, type ReactElement } from "react";
import type { ContentFault } from "../../contract";

/** What is said beside the fields of one draft. */
export const Remarks = createContext<{ faults: ContentFault[]; hints: ContentFault[] }>({ faults: [], hints: [] });

/** The faults and hints of one field. */
function useRemarks(field: string) {
  const { faults, hints } = useContext(Remarks);
  const mine = ({ field: at }: ContentFault) => at === field;
  return { faults: faults.filter(mine), hints: hints.filter(mine) };
}

/** The sentences beside a field. */
export function Said({ id, field }: { id?: string; field: string }): ReactElement {
  const { faults, hints } = useRemarks(field);
  return (
    <span id={id} className="said" aria-live="polite">
      {faults.map(({ says }) => (
        <span key={says} className="said__fault" data-fault={field}>
          {says}
        </span>
      ))}
      {hints.map(({ says }) => (
        <span key={says} className="said__hint" data-hint={field}>
          {says}
        </span>
      ))}
    </span>
  );
}

interface InputProps {
  field: string;
  label: string;
  value: string;
  change: (value: string) => void;
  type?: "text" | "date" | "time" | "tel" | "email" | "url";
  max?: number;
  min?: string;
  mode?: "decimal";
  /** Read aloud instead of the label, where the label alone would be ambiguous. */
  name?: string;
  lines?: boolean;
}

/** A field with its label and what is wrong with it. */
export function Field(props: InputProps): ReactElement {
  const { field, label, value, change, type = "text", max = 200, min, mode, name, lines } = props;
  const said = useId();
  const wrong = useRemarks(field).faults.length > 0;
  const shared = {
    className: `kern-form-input__input${wrong ? " kern-form-input__input--error" : ""}`,
    "data-field": field,
    value,
    "aria-describedby": said,
    "aria-invalid": wrong,
    "aria-label": name,
  };
  return (
    <label className="kern-form-input field">
      <span className="kern-label">{label}</span>
      {lines ? (
        <textarea {...shared} rows={3} maxLength={max} onChange={(event) => change(event.target.value)} />
      ) : (
        <input
          {...shared}
          type={type}
          min={min}
          maxLength={type === "date" || type === "time" ? undefined : max}
          inputMode={mode}
          autoComplete="off"
          onChange={(event) => change(event.target.value)}
        />
      )}
      <Said id={said} field={field} />
    </label>
  );
}

/** One of several. */
export function Choose({
  id,
  label,
  value,
  change,
  options,
}: {
  id: string;
  label: string;
  value: string;
  change: (value: string) => void;
  options: [string, string][];
}): ReactElement {
  return (
    <label className="kern-form-input field">
      <span className="kern-label">{label}</span>
      <select
        className="kern-form-input__input"
        data-choose={id}
        value={value}
        onChange={(event) => change(event.target.value)}
      >
        {options.map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
