import type { ReactElement } from "react";
import { useWords } from "../language";

const WORDS = { de: { title: "Zahlen" }, en: { title: "Figures" } };

export function Figures(): ReactElement {
  const words = useWords(WORDS);
  return <h2 className="kern-heading-medium">{words.title}</h2>;
}
