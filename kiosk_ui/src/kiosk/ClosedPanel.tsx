import type { ReactElement } from "react";
import type { Closed } from "../contract";
import { Icon } from "../shared/icons";
import { Facts, Frame, type Props } from "./Frame";
import { Told } from "./Told";

/** Out of order: why, and where to go instead. */
export function ClosedPanel({ panel, actions, words }: Props<Closed>): ReactElement {
  return (
    <Frame title={panel.title} actions={actions} words={words} buttons={panel.actions}>
      <p className="closed__reason" data-part="reason">
        <Icon name="warning" />
        <span>
          <Told text={panel.text} />
        </span>
      </p>
      {panel.facts.length > 0 && <Facts facts={panel.facts} />}
    </Frame>
  );
}
