import { render, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { Panel } from "../src/kiosk/Panels";
import { wordsOf } from "../src/kiosk/labels";
import type { InfoPanel } from "../src/contract";

const guide: InfoPanel = {
  kind: "guide",
  title: "Personalausweis verloren",
  text: "",
  lines: ["Rufen Sie 116 116 an.", "Melden Sie den Verlust am Schalter."],
  facts: [
    { label: "Wo", lines: ["Bürgerbüro, Erdgeschoss, Zimmer 12", "Die zweite Tür rechts."] },
    { label: "Geöffnet", lines: ["heute: 8:00–12:30"] },
  ],
  qr: "M0 0h1v1h-1z",
  qr_size: 21,
  actions: [{ id: "continue", label: "Weiter", say: "weiter", hint: "", icon: "", style: "primary", colour: "" }],
};

function show(panel: InfoPanel) {
  const actions = { tap: vi.fn(), set: vi.fn(), check: vi.fn(), text: vi.fn(), touch: vi.fn(), flush: vi.fn() };
  return render(<Panel panel={panel} actions={actions as never} words={wordsOf(null)} />);
}

test("what one should know is there to read, with where, when and the online code", () => {
  const { container } = show(guide);
  expect(screen.getByText("Rufen Sie 116 116 an.")).toBeTruthy();
  const facts = [...container.querySelectorAll("[data-part=fact]")].map((fact) => fact.textContent);
  expect(facts[0]).toContain("Bürgerbüro");
  expect(facts[1]).toContain("8:00–12:30");
  expect(screen.getByRole("img").getAttribute("aria-label")).toContain("Online-Adresse");
  expect(screen.getByRole("button", { name: /Weiter/ })).toBeTruthy();
});

test("a service without an online address shows no code", () => {
  const { container } = show({ ...guide, qr: "", qr_size: 0 });
  expect(container.querySelector("[data-part=qr]")).toBeNull();
});
