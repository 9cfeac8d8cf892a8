import "../shared/fonts.css";
import "./display.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Display } from "./Display";

createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <Display />
  </StrictMode>,
);
