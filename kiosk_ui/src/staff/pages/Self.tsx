import type { ReactElement } from "react";
import { useWords } from "../language";

const WORDS = { de: { title: "Mein Konto" }, en: { title: "My account" } };

export function Self(): ReactElement {
  const words = useWords(WORDS);
  return <h2 className="kern-heading-medium">{words.title}</h2>;
}
