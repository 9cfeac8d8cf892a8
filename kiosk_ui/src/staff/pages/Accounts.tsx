import type { ReactElement } from "react";
import { useWords } from "../language";

const WORDS = { de: { title: "Konten" }, en: { title: "Accounts" } };

export function Accounts(): ReactElement {
  const words = useWords(WORDS);
  return <h2 className="kern-heading-medium">{words.title}</h2>;
}
