import { act, fireEvent, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Button, KioskView } from "../src/contract";
import type { Actions } from "../src/kiosk/channel";
import { asDate } from "../src/kiosk/Field";
import { questionOf } from "../src/kiosk/Panels";
import { Screen } from "../src/kiosk/Screen";
import { screenNames, screenOf } from "./samples";

/** Writes down what the page sends, in order. */
function recorder(): Actions & { sent: unknown[][] } {
  const sent: unknown[][] = [];
  const note =
    (kind: string) =>
    (...values: unknown[]) =>
      void sent.push([kind, ...values]);
  return {
    sent,
    tap: note("tap"),
    set: note("set"),
    flush: note("flush"),
    check: note("check"),
    say: note("say"),
  };
}

function show(view: KioskView, connected = true) {
  const actions = recorder();
  const at = performance.now();
  const page = render(<Screen shown={{ view, at }} actions={actions} connected={connected} />);
  const find = (selector: string) => page.container.querySelector<HTMLElement>(selector);
  const again = (next: KioskView) =>
    page.rerender(<Screen shown={{ view: next, at }} actions={actions} connected={connected} />);
  return { ...page, find, again, sent: actions.sent };
}

function buttonsOf(view: KioskView): Button[] {
  const { panel } = view;
  const own = panel.kind === "welcome" ? panel.services : panel.kind === "choices" ? panel.options : panel.actions;
  const edits = panel.kind === "review" ? panel.groups.flatMap(({ edit }) => edit ?? []) : [];
  const asked = view.warning ? [view.warning.extend, view.warning.end] : [];
  return [...own, ...edits, ...view.nav, ...view.offers, ...(view.aside?.actions ?? []), ...asked];
}

describe.each(screenNames)("the screen %s", (name) => {
  const view = screenOf(name);

  it("says what it is", () => {
    const { find } = show(view);
    const main = find("main");
    expect(main?.dataset).toMatchObject({
      state: view.state,
      panel: view.panel.kind,
      seq: String(view.seq),
      face: view.face,
    });
    expect(find("[data-part=badge]")?.textContent).toBe(view.badge);
    expect(find("[data-part=caption]")?.textContent).toBe(view.caption);
    expect(screen.getByRole("heading", { level: 1, hidden: true }).textContent).toBe(view.panel.title);
  });

  it("lets the visitor tap everything that the robot offers", () => {
    const { find, sent } = show(view);
    for (const { id } of buttonsOf(view)) {
      const button = find(`button[data-id="${id}"]`);
      expect(button, id).not.toBeNull();
      fireEvent.click(button as HTMLElement);
      expect(sent.at(-1)).toEqual(["tap", id]);
    }
  });
});

describe("what the visitor hears and says", () => {
  it("follows the voice in the caption, also through signs outside of the basic plane", () => {
    const { find } = show(screenOf("welcome", { caption: "😀 Guten Tag", spoken: 7 }));
    expect(find(".caption__spoken")?.textContent).toBe("😀 Guten");
    expect(find(".caption__rest")?.textContent).toBe(" Tag");
  });

  it("shows words while they are recognised and then for good", () => {
    const { find, again } = show(screenOf("partial"));
    expect(find("[data-part=heard]")?.dataset["final"]).toBe("false");
    expect(find("[data-part=heard]")?.closest("[aria-live=polite]")).not.toBeNull();
    again(screenOf("choices"));
    expect(find("[data-part=heard]")?.dataset["final"]).toBe("true");
  });

  it("sends a typed sentence and forgets it", async () => {
    const { find, sent } = show(screenOf("choices"));
    const line = find("[data-part=type] input") as HTMLInputElement;
    await userEvent.type(line, "Was kostet das?{Enter}");
    expect(sent.at(-1)).toEqual(["say", "Was kostet das?"]);
    expect(line.value).toBe("");
  });

  it("forgets at the end of a visit what was written and not sent", async () => {
    const { find, again } = show(screenOf("choices"));
    await userEvent.type(find("[data-part=type] input") as HTMLInputElement, "mein Name ist");
    again(screenOf("idle", { visitor: 1 }));
    expect((find("[data-part=type] input") as HTMLInputElement).value).toBe("");
  });

  it("names the steps and where the visitor is", () => {
    const { find } = show(screenOf("checklist"));
    const current = find("[data-part=progress] [data-state=current]");
    expect(current?.textContent).toBe("Unterlagen");
    expect(current?.getAttribute("aria-current")).toBe("step");
  });

  it("answers a question in between above the question that stays", () => {
    const { find } = show(screenOf("aside"));
    expect(find("[data-part=aside]")?.textContent).toContain("46,00 €");
    expect(find("[data-question=reason]")).not.toBeNull();
  });

  it("shows a sentence for each notice", () => {
    const { find } = show(screenOf("notices"));
    expect(find("[data-part=notice][data-id=help]")?.textContent).toContain("Bürgerbüro");
    expect(find("[data-part=notice][data-id=hearing]")?.dataset["kind"]).toBe("error");
  });

  it("tells by the options which question they answer", () => {
    const button = (id: string) => ({ id }) as Button;
    expect(questionOf([button("reason:a"), button("reason:b")])).toBe("reason");
    expect(questionOf([button("reason:a"), button("age:b")])).toBeUndefined();
    expect(questionOf([button("a"), button("b")])).toBeUndefined();
    expect(questionOf([])).toBeUndefined();
  });
});

describe("the checklist", () => {
  it("marks a document as brought or missing", async () => {
    const { find, sent } = show(screenOf("checklist"));
    const item = within(find("[data-item=photo_code]") as HTMLElement);
    await userEvent.click(item.getByRole("button", { name: "Habe ich dabei" }));
    await userEvent.click(item.getByRole("button", { name: "Fehlt noch" }));
    expect(sent).toEqual([
      ["check", "photo_code", true],
      ["check", "photo_code", false],
    ]);
    expect(find("[data-item=old_card] [data-brought=true]")?.getAttribute("aria-pressed")).toBe("true");
  });
});

describe("the form", () => {
  it("sends what is typed and keeps it while the robot has not answered", async () => {
    const { find, sent, again } = show(screenOf("form"));
    const field = find("[data-field=street] input") as HTMLInputElement;
    await userEvent.type(field, "Am");
    again(screenOf("form", { seq: 8 }));
    expect(field.value).toBe("Am");
    await userEvent.tab();
    expect(sent).toContainEqual(["set", "street", "Am"]);
    expect(sent.at(-1)).toEqual(["flush"]);
  });

  it("takes the robot's value when the field has lost the focus", async () => {
    const { find, again } = show(screenOf("form"));
    const field = find("[data-field=street] input") as HTMLInputElement;
    await userEvent.type(field, "xyz");
    fireEvent.blur(field);
    again(screenOf("form_select"));
    again(screenOf("form"));
    expect((find("[data-field=street] input") as HTMLInputElement).value).toBe("");
  });

  it("says beside the field what is wrong, in words", () => {
    const { find } = show(screenOf("form"));
    const field = find("[data-field=birth_place] input");
    expect(field?.getAttribute("aria-invalid")).toBe("true");
    const told = field?.getAttribute("aria-describedby")?.split(" ").map((id) => document.getElementById(id)?.textContent);
    expect(told).toContain("Bitte geben Sie den Ort der Geburt an.");
  });

  it("tells where a value comes from and which signs are doubtful", () => {
    const { find } = show(screenOf("form"));
    const field = find("[data-field=surname]") as HTMLElement;
    expect(field.querySelector(".origin")?.textContent).toBe("aus dem Ausweis gelesen");
    expect(Array.from(field.querySelectorAll("mark"), (mark) => mark.textContent)).toEqual(["S", "A"]);
  });

  it("offers the ways to write a name that was read, none of them chosen while it is doubtful", async () => {
    const view = screenOf("form");
    if (view.panel.kind !== "form") throw new Error("the sample is a form");
    const [group, ...groups] = view.panel.groups;
    const fields = group!.fields.map((field) =>
      field.id === "surname" ? { ...field, value: "Mueller", doubtful: [1, 2], spellings: ["Müller", "Mueller"] } : field,
    );
    const { find, sent } = show({ ...view, panel: { ...view.panel, groups: [{ ...group!, fields }, ...groups] } });
    const offered = [...(find("[data-field=surname]") as HTMLElement).querySelectorAll<HTMLElement>("[data-spelling]")];
    expect(offered.map((button) => button.textContent)).toEqual(["Müller", "Mueller"]);
    expect(offered.map((button) => button.getAttribute("aria-pressed"))).toEqual(["false", "false"]);
    await userEvent.click(offered[0] as HTMLElement);
    expect(sent).toContainEqual(["set", "surname", "Müller"]);
  });

  it("offers choices as buttons, and other words where they are allowed", async () => {
    const { find, sent } = show(screenOf("form"));
    const colours = find("[data-field=eye_colour]") as HTMLElement;
    expect(colours.querySelector("[data-id=grün]")?.getAttribute("aria-pressed")).toBe("true");
    await userEvent.click(colours.querySelector("[data-id=blau]") as HTMLElement);
    expect(sent).toContainEqual(["set", "eye_colour", "blau"]);
    await userEvent.type(colours.querySelector("input") as HTMLElement, "b");
    expect(sent).toContainEqual(["set", "eye_colour", "b"]);
  });

  it("offers many choices as a list", async () => {
    const { find, sent } = show(screenOf("form_select"));
    await userEvent.selectOptions(find("[data-field=country] select") as HTMLElement, "Utopia");
    expect(sent).toContainEqual(["set", "country", "c10"]);
  });

  it("ticks with true and false", async () => {
    const { find, sent } = show(screenOf("form"));
    await userEvent.click(find("[data-field=braille] input") as HTMLElement);
    expect(sent).toContainEqual(["set", "braille", "false"]);
  });

  it.each([
    ["12", "12"],
    ["120", "12.0"],
    ["12.081", "12.08.1"],
    ["12081964", "12.08.1964"],
    ["1.2.1964", "1.2.1964"],
    ["12.08.1964", "12.08.1964"],
    ["gestern", "gestern"],
  ])("writes the date %s as %s", (typed, shown) => expect(asDate(typed)).toBe(shown));
});

describe("the keys on the screen", () => {
  it("come with a text field, write where the caret is, and go", async () => {
    const { find, sent } = show(screenOf("form"));
    const field = find("[data-field=birth_place] input") as HTMLInputElement;
    await userEvent.click(field);
    const press = (id: string) => userEvent.click(find(`[data-id="key:${id}"]`) as HTMLElement);
    for (const key of ["K", "ö", "l", "n", "l"]) await press(key);
    await press("back");
    await press("space");
    await press("accents");
    await press("é");
    expect(field.value).toBe("Köln é");
    expect(document.activeElement).toBe(field);
    expect(sent).toContainEqual(["set", "birth_place", "Köln é"]);
    await press("done");
    expect(find("[data-part=keyboard]")).toBeNull();
  });

  it("are digits for a number, and no more than fit", async () => {
    const { find } = show(screenOf("form", { seq: 9 }));
    const field = find("[data-field=postcode] input") as HTMLInputElement;
    await userEvent.click(field);
    expect(find('[data-id="key:q"]')).toBeNull();
    for (const key of ["1", "2", "3", "4", "5", "6"]) {
      await userEvent.click(find(`[data-id="key:${key}"]`) as HTMLElement);
    }
    expect(field.value).toBe("12345");
  });

  it("lead to the next field", async () => {
    const { find } = show(screenOf("form"));
    await userEvent.click(find("[data-field=street] input") as HTMLElement);
    await userEvent.click(find('[data-id="key:next"]') as HTMLElement);
    expect(document.activeElement?.closest("[data-field]")?.getAttribute("data-field")).toBe("postcode");
  });
});

describe("camera, review and ticket", () => {
  it("draws where the lines were found on the live picture", () => {
    const { find } = show(screenOf("camera"));
    expect(find("[data-part=camera] img")?.getAttribute("src")).toBe("/kiosk/picture/desk");
    expect(find("polygon")?.getAttribute("points")).toBe("0.2,0.62 0.82,0.6 0.83,0.78 0.21,0.8");
  });

  it("shows how much of the chip is read, for eyes and for screen readers", () => {
    const { find } = show(screenOf("chip"));
    const bar = find("[role=progressbar]");
    expect(bar?.getAttribute("aria-valuenow")).toBe("64");
    expect(bar?.getAttribute("aria-label")).toBe("Gelesen");
    expect((find(".chip__done") as HTMLElement).style.width).toBe("64%");
    expect(find("[data-part=percent]")?.textContent).toContain("64 %");
  });

  it("says what is amiss with the document on the reader, without a bar", () => {
    const { find } = show(screenOf("chip_hint"));
    expect(find("[data-part=hint]")?.textContent).toContain("noch einmal");
    expect(find("[role=progressbar]")).toBeNull();
  });

  it("says so when the camera shows nothing", () => {
    const { find } = show(screenOf("camera"));
    fireEvent.error(find("[data-part=camera] img") as HTMLElement);
    expect(find("[data-part=camera]")?.textContent).toContain("kein Bild");
  });

  it("lists each fee with its paragraph and the total", () => {
    const { find } = show(screenOf("review"));
    const fees = find("[data-part=fees]")?.textContent;
    expect(fees).toContain("PAuswGebV § 1 Abs. 1 Nr. 2");
    expect(find("[data-part=total]")?.textContent).toContain("61,00 €");
  });

  it("shows the number, and asks to write it down when the printer could not", () => {
    const { find, again } = show(screenOf("ticket"));
    expect(find("[data-part=ticket-number]")?.textContent).toBe("A 017");
    expect(find("[data-part=qr] path")?.getAttribute("d")).toMatch(/^M0 0h1v1h-1z/);
    again(screenOf("ticket_not_printed"));
    expect(find("[data-part=printed]")?.textContent).toContain("schreiben Sie sich die Nummer auf");
  });
});

describe("the time limit", () => {
  afterEach(() => void vi.useRealTimers());

  it("counts the seconds down and takes the focus", () => {
    vi.useFakeTimers();
    const { find } = show(screenOf("warning"));
    const dialog = screen.getByRole("alertdialog");
    expect(dialog.contains(document.activeElement)).toBe(true);
    expect(find("[data-part=seconds]")?.textContent).toContain("30");
    act(() => void vi.advanceTimersByTime(4000));
    expect(find("[data-part=seconds]")?.textContent).toContain("26");
    act(() => void vi.advanceTimersByTime(60_000));
    expect(find("[data-part=seconds]")?.textContent).toContain("0 Sekunden");
  });

  it("keeps Tab inside and the rest of the page out of reach", async () => {
    const { find } = show(screenOf("warning"));
    expect(find(".stage")?.hasAttribute("inert")).toBe(true);
    await userEvent.tab();
    await userEvent.tab();
    expect(document.activeElement?.getAttribute("data-id")).toBe("extend");
  });
});

describe("without a line to the robot", () => {
  it("asks for a moment and takes no taps", () => {
    const { find } = show(screenOf("choices"), false);
    expect(find("[data-part=connecting]")?.textContent).toBe("Einen Moment, ich verbinde mich neu …");
    expect(find(".stage")?.hasAttribute("inert")).toBe(true);
  });

  it("switches camera and microphone of a talk off: nobody could end it", () => {
    expect(show(screenOf("human_talk")).find("[data-part=human]")?.dataset["mode"]).toBe("video");
    expect(show(screenOf("human_talk"), false).find("[data-part=human]")?.dataset["mode"]).toBe("text");
  });

  it("uses the robot's words in the visit's language", () => {
    const { find } = show(screenOf("choices", { lang: "en", labels: { reconnect: "One moment …" } }), false);
    expect(find("[data-part=connecting]")?.textContent).toBe("One moment …");
    expect(document.documentElement.lang).toBe("en-GB");
  });
});
