import "@kern-ux/native/dist/kern.min.css";
import "../shared/fonts.css";
import "./staff.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";

createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
