import { useEffect, useRef, type ReactElement } from "react";
import type { FormPanel } from "../contract";
import { Field } from "./Field";
import { Frame, type Props } from "./Frame";

/** Fields in groups; where the robot says so, one of them has the focus. */
export function Form({ panel, actions, words }: Props<FormPanel>): ReactElement {
  const led = useRef("");
  useEffect(() => {
    if (panel.focus && panel.focus !== led.current) lead(panel.focus);
    led.current = panel.focus;
  }, [panel]);
  const tap = (id: string) => {
    led.current = ""; // whoever sends the form twice is led to the same field twice
    actions.tap(id);
  };
  return (
    <Frame
      title={panel.title}
      text={panel.text}
      actions={{ ...actions, tap }}
      words={words}
      buttons={panel.actions}
    >
      {panel.groups.map((group) => (
        <fieldset className="group" key={group.id} data-group={group.id}>
          <legend className="group__label">{group.label}</legend>
          <div className="group__fields">
            {group.fields.map((field) => (
              <Field key={field.id} field={field} actions={actions} words={words} />
            ))}
          </div>
        </fieldset>
      ))}
    </Frame>
  );
}

/** Puts the focus into the field, and the field where it is seen. */
function lead(id: string): void {
  const box = [...document.querySelectorAll<HTMLElement>("[data-field]")].find(({ dataset }) => dataset["field"] === id);
  box?.querySelector<HTMLElement>("input, select, button")?.focus({ preventScroll: true });
  box?.scrollIntoView({ block: "center" });
}
