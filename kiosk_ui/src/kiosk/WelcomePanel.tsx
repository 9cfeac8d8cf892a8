import type { ReactElement } from "react";
import type { Welcome } from "../contract";
import { Icon } from "../shared/icons";
import { Frame, Options, type Props } from "./Frame";
import { Told } from "./Told";

/** The first screen: whether it is open, how long one waits, what there is to know, and what one can do here. */
export function WelcomePanel({ panel, actions, words }: Props<Welcome>): ReactElement {
  return (
    <Frame title={panel.title} text={panel.text} actions={actions} words={words}>
      {(panel.opening || panel.waiting) && (
        <ul className="today">
          {panel.opening && (
            <li className="today__fact" data-part="opening">
              <Icon name="clock" />
              {panel.opening}
            </li>
          )}
          {panel.waiting && (
            <li className="today__fact" data-part="waiting">
              <Icon name="staff" />
              {panel.waiting}
            </li>
          )}
        </ul>
      )}
      {panel.messages.length > 0 && (
        <ul className="news" aria-label={words("news")} data-part="messages">
          {panel.messages.map((message) => (
            <li className="news__message" key={message} data-part="message" dir="auto">
              <Icon name="info" />
              <Told text={message} />
            </li>
          ))}
        </ul>
      )}
      <Options buttons={panel.services} actions={actions} words={words} />
    </Frame>
  );
}
