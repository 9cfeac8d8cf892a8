import type { ReactElement } from "react";
import type {
  Button,
  Checklist,
  Choices,
  Consent,
  Feedback,
  Info,
  InfoPanel,
  KioskView,
  PlanPanel,
} from "../contract";
import { Icon } from "../shared/icons";
import { BigButton } from "./BigButton";
import { Camera } from "./Camera";
import { Chip } from "./Chip";
import { ClosedPanel } from "./ClosedPanel";
import { Form } from "./Form";
import { Facts, Frame, Law, Lines, Options, QrCode, type Props } from "./Frame";
import { PlanFloors } from "./Plan";
import { ReviewPanel } from "./Review";
import { Ticket } from "./Ticket";
import { WelcomePanel } from "./WelcomePanel";

/** What is asked or shown now; its buttons stay below, outside of what scrolls. */
export function Panel({ panel, actions, words }: Props<KioskView["panel"]>): ReactElement {
  switch (panel.kind) {
    case "welcome":
      return <WelcomePanel {...{ panel, actions, words }} />;
    case "choices":
      return <ChoicesPanel {...{ panel, actions, words }} />;
    case "checklist":
      return <ChecklistPanel {...{ panel, actions, words }} />;
    case "consent":
      return <ConsentPanel {...{ panel, actions, words }} />;
    case "camera":
      return <Camera {...{ panel, actions, words }} />;
    case "chip":
      return <Chip {...{ panel, actions, words }} />;
    case "form":
      return <Form {...{ panel, actions, words }} />;
    case "review":
      return <ReviewPanel {...{ panel, actions, words }} />;
    case "ticket":
      return <Ticket {...{ panel, actions, words }} />;
    case "feedback":
      return <FeedbackPanel {...{ panel, actions, words }} />;
    case "guide":
      return <Guide {...{ panel, actions, words }} />;
    case "plan":
      return <Way {...{ panel, actions, words }} />;
    case "closed":
      return <ClosedPanel {...{ panel, actions, words }} />;
    case "info":
      return <Answer {...{ panel, actions, words }} />;
  }
}

function ChoicesPanel({ panel, actions, words }: Props<Choices>): ReactElement {
  return (
    <Frame title={panel.title} text={panel.text} actions={actions} words={words} question={questionOf(panel.options)}>
      <Options buttons={panel.options} actions={actions} words={words} />
    </Frame>
  );
}

/** What stands before the colon of every option's id, when it is the same. */
export function questionOf(options: readonly Button[]): string | undefined {
  const [first, ...others] = new Set(options.map(({ id }) => (id.includes(":") ? id.slice(0, id.indexOf(":")) : "")));
  return others.length === 0 && first ? first : undefined;
}

function ChecklistPanel({ panel, actions, words }: Props<Checklist>): ReactElement {
  return (
    <Frame title={panel.title} text={panel.text} actions={actions} words={words} buttons={panel.actions}>
      <ul className="items">
        {panel.items.map((item) => (
          <li className="item" key={item.id} data-item={item.id} data-state={String(item.brought)}>
            <div className="item__text">
              <span className="item__label">
                {item.label}
                {!item.required && <span className="item__optional"> ({words("optional_document")})</span>}
              </span>
              {item.detail && <span className="item__detail">{item.detail}</span>}
              {item.law && <Law law={item.law} />}
            </div>
            <div className="item__marks" role="group" aria-label={item.label}>
              {[true, false].map((brought) => (
                <button
                  key={String(brought)}
                  type="button"
                  data-id={`brought:${item.id}:${brought}`}
                  data-brought={brought}
                  className="option"
                  aria-pressed={item.brought === brought}
                  onClick={() => actions.check(item.id, brought)}
                >
                  <Icon name={brought ? "check" : "close"} />
                  {words(brought ? "brought" : "missing")}
                </button>
              ))}
            </div>
          </li>
        ))}
      </ul>
    </Frame>
  );
}

function ConsentPanel({ panel, actions, words }: Props<Consent>): ReactElement {
  return (
    <Frame title={panel.title} text={panel.text} actions={actions} words={words} buttons={panel.actions}>
      {panel.law && <Law law={panel.law} />}
    </Frame>
  );
}

function FeedbackPanel({ panel, actions, words }: Props<Feedback>): ReactElement {
  return (
    <Frame title={panel.title} text={panel.text} actions={actions} words={words}>
      <div className="thumbs" data-part="actions">
        {panel.actions.map((button) => (
          <BigButton key={button.id} button={button} tap={actions.tap} />
        ))}
      </div>
    </Frame>
  );
}

/** The way from the kiosk: in words first, then the picture of each floor. */
function Way({ panel, actions, words }: Props<PlanPanel>): ReactElement {
  return (
    <Frame title={panel.title} text={panel.text} actions={actions} words={words} buttons={panel.actions}>
      <Lines lines={panel.lines} />
      <PlanFloors floors={panel.floors} />
    </Frame>
  );
}

/** What one should know about a service, what one looks up, and a code that opens the online way on a phone. */
function Guide({ panel, actions, words }: Props<InfoPanel>): ReactElement {
  return (
    <Frame title={panel.title} text={panel.text} actions={actions} words={words} buttons={panel.actions}>
      <Lines lines={panel.lines} />
      <Facts facts={panel.facts} />
      <QrCode path={panel.qr} size={panel.qr_size} label={words("qr_online")} />
    </Frame>
  );
}

function Answer({ panel, actions, words }: Props<Info>): ReactElement {
  return (
    <Frame title={panel.title} text={panel.text} actions={actions} words={words} buttons={panel.actions}>
      <Lines lines={panel.lines} />
    </Frame>
  );
}
