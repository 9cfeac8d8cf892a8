import { useId, type ReactElement } from "react";
import type { FiguresReport, Kind } from "../../contract";
import type { FigureChoice } from "../api/figures";
import { useWords } from "../language";
import { WORDS } from "./words";

const PERIODS: Kind[] = ["today", "week", "month", "year", "range"];

interface FiltersProps {
  choice: FigureChoice;
  report: FiguresReport | null;
  choose: (choice: FigureChoice) => void;
}

/** Which figures: period, kiosk, service, language. Every choice shows at once. */
export function Filters({ choice, report, choose }: FiltersProps): ReactElement {
  const words = useWords(WORDS);
  const name = useId();
  const select = (id: "kiosk" | "service" | "language", label: string, options: { id: string; label: string }[]) => (
    <label className="filters__field">
      <span className="kern-label">{label}</span>
      <select
        className="kern-form-input__input filters__input"
        data-id={id}
        value={choice[id]}
        onChange={(event) => choose({ ...choice, [id]: event.target.value })}
      >
        <option value="">{words.all}</option>
        {options.map((option) => (
          <option key={option.id} value={option.id}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  );
  const day = (id: "first" | "last") => (
    <label className="filters__field">
      <span className="kern-label">{words[id]}</span>
      <input
        type="date"
        className="kern-form-input__input filters__input"
        data-id={id}
        value={choice[id]}
        onChange={(event) => choose({ ...choice, [id]: event.target.value })}
      />
    </label>
  );
  return (
    <div className="kern-card card filters" data-part="filters">
      <fieldset className="filters__periods">
        <legend className="kern-label">{words.period}</legend>
        {PERIODS.map((period) => (
          <label key={period} className="filters__period" data-id={period}>
            <input
              type="radio"
              name={name}
              checked={choice.period === period}
              onChange={() => choose({ ...choice, period })}
            />
            <span>{words.periods[period]}</span>
          </label>
        ))}
      </fieldset>
      {choice.period === "range" && day("first")}
      {choice.period === "range" && day("last")}
      {select(
        "kiosk",
        words.kiosk,
        (report?.kiosks ?? []).map((id) => ({ id, label: id })),
      )}
      {select("service", words.service, report?.services ?? [])}
      {select("language", words.language, report?.languages ?? [])}
    </div>
  );
}
