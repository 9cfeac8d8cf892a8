import { act, fireEvent, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { KioskView } from "../src/contract";
import { lockDown } from "../src/kiosk/lock";
import { Screen } from "../src/kiosk/Screen";
import { beats } from "../src/kiosk/voicing";
import { screenOf } from "./samples";

function show(view: KioskView, connected = true) {
  const tap = vi.fn();
  const actions = { tap, set: vi.fn(), flush: vi.fn(), check: vi.fn(), say: vi.fn(), read: vi.fn() };
  const at = performance.now();
  const page = render(<Screen shown={{ view, at }} actions={actions} connected={connected} />);
  const find = (selector: string) => page.container.querySelector<HTMLElement>(selector);
  const again = (next: KioskView) =>
    page.rerender(<Screen shown={{ view: next, at: performance.now() }} actions={actions} connected={connected} />);
  return { ...page, tap, find, again };
}

const SENTENCE = "Guten Tag! Das kostet 46,00 €.";
const voiced = (change: Partial<KioskView> = {}) =>
  screenOf("choices", {
    caption: SENTENCE,
    spoken: SENTENCE.length,
    face: "speaking",
    voicing: { start: 11, end: SENTENCE.length, seconds: 3 },
    ...change,
  });

describe("the caption and the mouth", () => {
  afterEach(() => void vi.useRealTimers());

  it("shares the time of a sentence between its words, and the mouth opens in each", () => {
    const plan = beats(Array.from(SENTENCE), { start: 11, end: SENTENCE.length, seconds: 3 });
    const words = [...new Set(plan.map(({ start, end }) => SENTENCE.slice(start, end)))];
    expect(words).toEqual(["Das", "kostet", "46,00", "€."]);
    expect(plan.map(({ at }) => at)).toEqual(plan.map(({ at }) => at).toSorted((one, other) => one - other));
    expect(plan.every(({ at }) => at >= 0 && at < 3)).toBe(true);
    const figure = plan.filter(({ start }) => SENTENCE.startsWith("46", start));
    expect(Math.max(...figure.map(({ at }) => at)) - Math.min(...figure.map(({ at }) => at))).toBeGreaterThan(0.8);
    for (const word of ["Das", "kostet", "46,00"]) {
      expect(plan.some((beat) => SENTENCE.startsWith(word, beat.start) && beat.mouth !== "closed"), word).toBe(true);
    }
  });

  it.each(["Добрий день, торкніться екрана.", "مرحبا المس الشاشة", "§ 9", "", "   "])("can say %j", (text) => {
    const signs = Array.from(text);
    const plan = beats(signs, { start: 0, end: signs.length, seconds: 2 });
    expect(new Set(plan.map(({ start }) => start)).size).toBe(text.trim().split(/\s+/).filter(Boolean).length);
  });

  it("follow the voice word by word, also when other views come in between", () => {
    vi.useFakeTimers();
    const { find, again } = show(voiced());
    const now = () => find(".caption__now")?.textContent;
    expect(now()).toBe("Das");
    expect(find(".caption__spoken")?.textContent).toBe("Guten Tag! ");
    act(() => void vi.advanceTimersByTime(700));
    again(voiced({ seq: 99 }));
    act(() => void vi.advanceTimersByTime(900));
    expect(now()).toBe("46,00");
    expect(find("[data-part=caption]")?.textContent).toBe(SENTENCE);
    expect(find(".face")?.dataset["mouth"]).toBeDefined();
    again(voiced({ voicing: null, face: "listening" }));
    expect(now()).toBeUndefined();
    expect(find(".caption__spoken")?.textContent).toBe(SENTENCE);
    expect(find(".face")?.dataset["mouth"]).toBeUndefined();
  });

  it("go sentence by sentence and without a moving mouth for who wants nothing to move", () => {
    vi.useFakeTimers();
    const display = { ...voiced().display, still: true };
    const { find } = show(voiced({ display }));
    act(() => void vi.advanceTimersByTime(1500));
    expect(find(".caption__now")?.textContent).toBe("Das kostet 46,00 €.");
    expect(find(".face")?.dataset["mouth"]).toBeUndefined();
    act(() => void vi.advanceTimersByTime(20_000));
    expect(find(".face")?.dataset["blink"]).toBe("false");
    expect(find("main")?.dataset["still"]).toBe("true");
  });
});

describe("the foot", () => {
  it("has Leichte Sprache one tap away on every screen, and the way back", async () => {
    for (const name of ["idle", "choices", "form", "review", "ticket", "feedback", "camera"] as const) {
      const { find, tap, unmount } = show(screenOf(name));
      await userEvent.click(find("[data-part=tools] [data-id=plain]") as HTMLElement);
      expect(tap).toHaveBeenCalledExactlyOnceWith("lang:leicht");
      unmount();
    }
    const languages = screenOf("choices").languages.map((language) => ({ ...language, active: language.id === "lang:leicht" }));
    const { find, tap } = show(screenOf("choices", { languages }));
    expect(find("[data-id=plain]")?.getAttribute("aria-pressed")).toBe("true");
    await userEvent.click(find("[data-id=plain]") as HTMLElement);
    expect(tap).toHaveBeenCalledExactlyOnceWith("lang:de");
  });

  it("turns the display's switches over and keeps them at hand", async () => {
    const { find, tap, again } = show(screenOf("choices"));
    await userEvent.click(find("[data-id=display]") as HTMLElement);
    await userEvent.click(screen.getByRole("button", { name: "Große Schrift" }));
    await userEvent.click(screen.getByRole("button", { name: "Lauter" }));
    expect(tap.mock.calls).toEqual([["display:large"], ["voice:louder"]]);
    const display_menu = screenOf("choices").display_menu.map((toggle) => ({ ...toggle, on: toggle.id === "display:large" }));
    again(screenOf("choices", { display_menu, display: { text: "large", contrast: "dark", low: true, still: false } }));
    const menu = within(find("[data-part=display]") as HTMLElement);
    expect(menu.getByRole("button", { name: "Große Schrift" }).getAttribute("aria-pressed")).toBe("true");
    expect(menu.getByRole("button", { name: "Lauter" }).hasAttribute("aria-pressed")).toBe(false);
    expect(find("main")?.dataset).toMatchObject({ text: "large", contrast: "dark", low: "true", still: "false" });
    await userEvent.click(menu.getByRole("button", { name: "Fertig" }));
    expect(screen.queryByRole("button", { name: "Große Schrift" })).toBeNull();
    expect(document.activeElement?.getAttribute("data-id")).toBe("display");
  });

  it("stands in the same order on every screen of a visit", () => {
    const orders = (["welcome", "choices", "form", "ticket"] as const).map((name) => {
      const { find, unmount } = show(screenOf(name));
      const bar = [...(find(".bar") as HTMLElement).querySelectorAll<HTMLElement>("button")].map((button) => button.dataset["id"]);
      unmount();
      return bar.join(" ");
    });
    expect(new Set(orders)).toEqual(new Set(["nav:go_back nav:repeat nav:help nav:stop plain languages display"]));
  });
});

describe("the face", () => {
  it.each(["camera", "card", "printer"] as const)("looks at the %s and shows which device it means", (gaze) => {
    const { find } = show(screenOf("choices", { gaze }));
    expect(find(".face")?.dataset["gaze"]).toBe(gaze);
    expect(find(".face__device")).not.toBeNull();
  });

  it("looks at the citizen otherwise", () => {
    expect(show(screenOf("choices")).find(".face__device")).toBeNull();
  });
});

describe("without a line to the robot", () => {
  afterEach(() => void vi.useRealTimers());

  it("says after a while where else one is helped", () => {
    vi.useFakeTimers();
    const { find } = show(screenOf("choices"), false);
    expect(find("[data-part=connecting]")?.textContent).not.toContain("Schalter");
    act(() => void vi.advanceTimersByTime(13_000));
    expect(find("[data-part=connecting]")?.textContent).toContain("Schalter");
  });
});

describe("the locked page", () => {
  lockDown(window);

  it.each([
    { key: "F12" },
    { key: "F1" },
    { key: "p", ctrlKey: true },
    { key: "I", ctrlKey: true, shiftKey: true },
    { key: "ArrowLeft", altKey: true },
    { key: "+", ctrlKey: true },
  ])("keeps the browser's own key $key from working", (keys) => {
    expect(fireEvent.keyDown(document.body, keys)).toBe(false);
  });

  it.each([{ key: "a" }, { key: "Enter" }, { key: "ArrowDown" }, { key: "Escape" }, { key: "Tab" }, { key: "a", ctrlKey: true }])(
    "leaves the citizen's key $key alone",
    (keys) => expect(fireEvent.keyDown(document.body, keys)).toBe(true),
  );

  it("opens no menu, selects nothing, and takes no file", () => {
    for (const kind of ["contextmenu", "dragstart", "dragover", "drop", "selectstart"]) {
      expect(document.body.dispatchEvent(new Event(kind, { bubbles: true, cancelable: true })), kind).toBe(false);
    }
  });

  it("stays when somebody goes back", () => {
    const before = history.length;
    window.dispatchEvent(new PopStateEvent("popstate"));
    expect(history.length).toBeGreaterThanOrEqual(before);
    expect(location.pathname).toBe("/");
  });
});
