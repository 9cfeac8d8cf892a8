import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { Screen } from "../src/kiosk/Screen";
import { screenOf } from "./samples";

function show(name: Parameters<typeof screenOf>[0]) {
  const tap = vi.fn();
  const actions = { tap, set: vi.fn(), flush: vi.fn(), check: vi.fn(), say: vi.fn() };
  const page = render(<Screen shown={{ view: screenOf(name), at: 0 }} actions={actions} connected={true} />);
  const again = (next: Parameters<typeof screenOf>[0]) =>
    page.rerender(<Screen shown={{ view: screenOf(next), at: 0 }} actions={actions} connected={true} />);
  return { ...page, tap, again };
}

describe("the language menu", () => {
  it("names every language in itself, marked for a screen reader", async () => {
    const user = userEvent.setup();
    const { container } = show("choices");
    await user.click(screen.getByRole("button", { name: "Sprache: Deutsch" }));
    const menu = within(container.querySelector("[data-part=languages] [role=group]") as HTMLElement);
    for (const language of screenOf("choices").languages) {
      const button = menu.getByRole("button", { name: language.name });
      expect(button.lang).toBe(language.tag);
      expect(button.dir).toBe(language.direction);
    }
    expect(container.querySelector("[data-id='lang:de']")?.getAttribute("aria-pressed")).toBe("true");
  });

  it("sends the language that is tapped and closes", async () => {
    const user = userEvent.setup();
    const { tap } = show("choices");
    const toggle = screen.getByRole("button", { name: "Sprache: Deutsch" });
    await user.click(toggle);
    await user.click(screen.getByRole("button", { name: "العربية" }));
    expect(tap).toHaveBeenCalledExactlyOnceWith("lang:ar");
    expect(toggle.getAttribute("aria-expanded")).toBe("false");
    expect(document.activeElement).toBe(toggle);
  });

  it("closes with Escape and with a touch beside it, and sends nothing", async () => {
    const user = userEvent.setup();
    const { tap } = show("choices");
    const toggle = screen.getByRole("button", { name: "Sprache: Deutsch" });
    await user.click(toggle);
    await user.keyboard("{Escape}");
    expect(toggle.getAttribute("aria-expanded")).toBe("false");
    await user.click(toggle);
    await user.click(screen.getByRole("heading", { level: 1 }));
    expect(toggle.getAttribute("aria-expanded")).toBe("false");
    expect(tap).not.toHaveBeenCalled();
  });

  it("stands on every screen of a visit", () => {
    for (const name of ["welcome", "checklist", "form", "review", "ticket", "feedback"] as const) {
      const { unmount } = show(name);
      expect(screen.getByRole("button", { name: "Sprache: Deutsch" })).toBeTruthy();
      unmount();
    }
  });
});

describe("the page's own language", () => {
  it("follows the visit, with its direction", () => {
    const { again } = show("arabic");
    expect(document.documentElement.lang).toBe("ar");
    expect(document.documentElement.dir).toBe("rtl");
    again("choices");
    expect(document.documentElement.lang).toBe("de");
    expect(document.documentElement.dir).toBe("ltr");
  });

  it("keeps laws German inside of another language", () => {
    const { container } = show("consent");
    expect(container.querySelector(".law bdi")?.getAttribute("lang")).toBe("de");
  });
});
