import type { ReactElement } from "react";
import { useWords } from "../language";

const WORDS = { de: { title: "Inhalte" }, en: { title: "Content" } };

export function Content(): ReactElement {
  const words = useWords(WORDS);
  return <h2 className="kern-heading-medium">{words.title}</h2>;
}
