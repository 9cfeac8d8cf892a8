import { createContext, useContext, type ReactElement } from "react";

/** What of the screen is German although its language is another. */
export const German = createContext<readonly string[]>([]);

/** A text of the robot's; what the staff have written in German only is read out as German. */
export function Told({ text }: { text: string }): ReactElement {
  const german = useContext(German).find((part) => text.includes(part));
  if (!german) return <>{text}</>;
  const at = text.indexOf(german);
  return (
    <>
      {text.slice(0, at)}
      <span lang="de" dir="ltr">
        {german}
      </span>
      <Told text={text.slice(at + german.length)} />
    </>
  );
}
