import type { ReactElement } from "react";
import { useWords } from "../language";

const WORDS = { de: { title: "Protokoll" }, en: { title: "Audit log" } };

export function Audit(): ReactElement {
  const words = useWords(WORDS);
  return <h2 className="kern-heading-medium">{words.title}</h2>;
}
