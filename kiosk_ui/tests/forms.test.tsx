import { act, fireEvent, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { FormField, FormPanel, KioskView } from "../src/contract";
import type { Actions } from "../src/kiosk/channel";
import { capital } from "../src/kiosk/Keyboard";
import { Screen } from "../src/kiosk/Screen";
import { partsOf, turned, written } from "../src/kiosk/Wheels";
import { screenOf } from "./samples";

function show(view: KioskView) {
  const sent: unknown[][] = [];
  const note =
    (kind: string) =>
    (...values: unknown[]) =>
      void sent.push([kind, ...values]);
  const actions = {
    tap: note("tap"),
    set: note("set"),
    flush: note("flush"),
    check: note("check"),
    say: note("say"),
    read: note("read"),
  } as Actions;
  const draw = (next: KioskView) => (
    <Screen shown={{ view: next, at: performance.now() }} actions={actions} connected={true} />
  );
  const page = render(draw(view));
  const find = (selector: string) => page.container.querySelector<HTMLElement>(selector);
  const input = (field: string) => find(`[data-field="${field}"] input`) as HTMLInputElement;
  const key = (id: string) => userEvent.click(find(`[data-id="key:${id}"]`) as HTMLElement);
  return { ...page, find, input, key, sent, again: (next: KioskView) => page.rerender(draw(next)) };
}

/** The sample form with other values in one of its fields. */
function formWith(id: string, change: Partial<FormField>, sample = "form_address"): KioskView {
  const view = screenOf(sample);
  const panel = view.panel as FormPanel;
  const groups = panel.groups.map((group) => ({
    ...group,
    fields: group.fields.map((field) => (field.id === id ? { ...field, ...change } : field)),
  }));
  return { ...view, panel: { ...panel, groups } };
}

const shownKeys = (page: ReturnType<typeof show>) =>
  [...page.container.querySelectorAll<HTMLElement>("[data-part=keyboard] .key")].map(({ dataset }) =>
    dataset["id"]?.replace("key:", ""),
  );

describe("the keys that come with a field", () => {
  it("are letters without digits for a name", async () => {
    const page = show(screenOf("form_address"));
    await userEvent.click(page.input("birth_name"));
    expect(shownKeys(page)).toEqual(expect.arrayContaining(["Q", "Ü", "ß", "-", "'"]));
    expect(shownKeys(page)).not.toContain("1");
  });

  it("are letters and digits for a street", async () => {
    const page = show(screenOf("form_address"));
    await userEvent.click(page.input("street"));
    expect(shownKeys(page)).toEqual(expect.arrayContaining(["1", "ß", "/", "space"]));
  });

  it("are an at sign, a dot and no umlaut for a mail address, and never capitals", async () => {
    const page = show(formWith("birth_name", { type: "email", keys: "email" }));
    await userEvent.click(page.input("birth_name"));
    expect(shownKeys(page)).toEqual(expect.arrayContaining(["e", "@", ".", "_", ".de"]));
    expect(shownKeys(page)).not.toContain("ü");
    for (const sign of ["e", "@", "b", ".de"]) await page.key(sign);
    expect(page.input("birth_name").value).toBe("e@b.de");
  });

  it("are capitals for a number plate", async () => {
    const page = show(formWith("birth_name", { type: "plate", keys: "code" }));
    await userEvent.click(page.input("birth_name"));
    for (const sign of ["B", "M", "-", "Ä", "1"]) await page.key(sign);
    expect(page.input("birth_name").value).toBe("BM-Ä1");
  });

  it.each([
    ["numeric", ["0"], [".", ",", "+"]],
    ["money", [","], ["."]],
    ["phone", ["+"], [",", "."]],
  ] as const)("are digits for %s, with what belongs to it", async (keys, has, lacks) => {
    const page = show(formWith("height", { keys }));
    await userEvent.click(page.input("height"));
    expect(shownKeys(page)).toEqual(expect.arrayContaining([...has]));
    for (const sign of lacks) expect(shownKeys(page)).not.toContain(sign);
    expect(page.input("height").inputMode).toBe("numeric");
  });

  it("write each word of a name with a capital", async () => {
    const page = show(screenOf("form_address"));
    await userEvent.click(page.input("birth_name"));
    for (const sign of ["A", "n", "-", "B", "space", "C", "d"]) await page.key(sign);
    expect(page.input("birth_name").value).toBe("An-B Cd");
  });

  it.each([
    ["names", "Anna ", true],
    ["names", "Anna", false],
    ["address", "Am ", true],
    ["address", "Heidestraße 12 ", false],
    ["text", "", true],
    ["text", "Am ", false],
    ["email", "", false],
  ] as const)("begin with a capital where it fits: %s after “%s”", (keys, before, expected) =>
    expect(capital(keys, before)).toBe(expected),
  );
});

describe("the wheels of a date", () => {
  it.each([
    ["", null, null, null],
    ["12", 12, null, null],
    ["12.08", 12, 8, null],
    ["12.08.19", 12, 8, null],
    ["12.08.1983", 12, 8, 1983],
    ["45.13.1983", null, null, 1983],
    ["gestern", null, null, null],
  ])("stand as is written in “%s”", (text, day, month, year) => expect(partsOf(text)).toEqual({ day, month, year }));

  it("go round for days and months and end with the years", () => {
    const years = [1901, 2026, 1986];
    expect(turned("day", 31, 1, years)).toBe(1);
    expect(turned("month", 1, -1, years)).toBe(12);
    expect(turned("year", 2026, 5, years)).toBe(2026);
    expect(turned("year", null, 1, years)).toBe(1986);
    expect(turned("day", null, -1, years)).toBe(1);
  });

  it("write nothing before all three are turned, and no 31st of February", () => {
    expect(written({ day: 31, month: 2, year: null })).toBe("");
    expect(written({ day: 31, month: 2, year: 2024 })).toBe("29.02.2024");
    expect(written({ day: 31, month: 2, year: 2023 })).toBe("28.02.2023");
  });

  it("are turned with buttons and with the finger, and the field has the date", async () => {
    const page = show(formWith("birth_date", { value: "", years: [1901, 2026, 1986] }));
    await userEvent.click(page.input("birth_date"));
    for (const id of ["day+", "day+", "month+", "year+"]) await page.key(id);
    expect(page.input("birth_date").value).toBe("02.01.1986");
    expect(page.sent).toContainEqual(["set", "birth_date", "02.01.1986"]);
    const drum = page.find("[data-wheel=year] .wheel__drum") as HTMLElement;
    drum.getBoundingClientRect = () => new DOMRect(0, 0, 100, 120);
    fireEvent.pointerDown(drum, { clientY: 60, pointerId: 1 });
    fireEvent.pointerMove(drum, { clientY: -20, pointerId: 1 }); // two rows
    await act(() => new Promise((resolve) => setTimeout(resolve, 80))); // the finger rests before it leaves
    fireEvent.pointerUp(drum, { clientY: -20, pointerId: 1 });
    expect(page.input("birth_date").value).toBe("02.01.1988");
    expect(document.activeElement).toBe(page.input("birth_date"));
  });

  it("take a tap on the row below for one on", async () => {
    const page = show(formWith("birth_date", { value: "12.08.1983" }));
    await userEvent.click(page.input("birth_date"));
    const drum = page.find("[data-wheel=month] .wheel__drum") as HTMLElement;
    drum.getBoundingClientRect = () => new DOMRect(0, 0, 100, 120);
    fireEvent.pointerDown(drum, { clientY: 110, pointerId: 1 });
    fireEvent.pointerUp(drum, { clientY: 110, pointerId: 1 });
    expect(page.input("birth_date").value).toBe("12.09.1983");
    expect(page.find("[data-wheel=month] output")?.textContent).toBe("September");
  });

  it("follow the digits", async () => {
    const page = show(formWith("birth_date", { value: "" }));
    await userEvent.click(page.input("birth_date"));
    for (const id of ["0", "7", "1", "1", "1", "9", "6", "4"]) await page.key(id);
    expect(page.input("birth_date").value).toBe("07.11.1964");
    const rows = [...page.container.querySelectorAll("[data-wheel] output")].map((row) => row.textContent);
    expect(rows).toEqual(["7", "November", "1964"]);
  });
});

describe("a street", () => {
  it("is offered as the town writes it; the chosen one stands in the field", async () => {
    const page = show(screenOf("form_address"));
    await userEvent.click(page.input("street"));
    const box = within(screen.getByRole("group", { name: /Straße und Hausnummer: Meinen Sie/ }));
    await userEvent.click(box.getByRole("button", { name: "Südring 7" }));
    expect(page.sent.slice(-2)).toEqual([["set", "street", "Südring 7"], ["flush"]]);
    expect(page.input("street").value).toBe("Südring 7");
    expect(document.activeElement).toBe(page.input("street")); // the keys stay for what is to be added
  });

  it("leaves room for the house number that is still to come", async () => {
    const page = show(formWith("street", { value: "ring", suggestions: ["Nordring"] }));
    await userEvent.click(page.input("street"));
    await userEvent.click(page.find("[data-suggestion=Nordring]") as HTMLElement);
    await page.key("7");
    expect(page.input("street").value).toBe("Nordring 7");
  });
});

describe("what is wrong in a form", () => {
  it("has the focus, once, until the robot leads elsewhere", () => {
    const page = show(screenOf("form_faults"));
    expect(document.activeElement).toBe(page.input("birth_place"));
    page.input("surname").focus();
    page.again(structuredClone(screenOf("form_faults", { seq: 99 })));
    expect(document.activeElement).toBe(page.input("surname"));
  });

  it("has the focus again when the form is sent again", async () => {
    const page = show(screenOf("form_faults"));
    page.input("birth_place").blur();
    await userEvent.click(page.find("[data-id=submit]") as HTMLElement);
    page.again(structuredClone(screenOf("form_faults", { seq: 99 }))); // as every view comes over the wire
    expect(document.activeElement).toBe(page.input("birth_place"));
  });
});

describe("personal values", () => {
  it("are marked wherever they are shown, so that private mode can hide them", () => {
    const form = show(screenOf("form_address"));
    for (const field of ["surname", "birth_date", "street"]) {
      expect(form.input(field).dataset["personal"]).toBe("true");
    }
    expect(form.find("[data-field=eye_colour] [role=group]")?.dataset["personal"]).toBe("true");
    form.unmount();
    const review = show(screenOf("review_edit"));
    const values = [...review.container.querySelectorAll<HTMLElement>(".rows__value")];
    const hidden = values.filter(({ dataset }) => dataset["personal"] === "true").map(({ textContent }) => textContent);
    expect(hidden).toContain("Mustermann");
    expect(hidden).not.toContain("Abholen");
  });
});

describe("eye colours", () => {
  it("are seen before they are chosen", () => {
    const page = show(screenOf("form_address"));
    const brown = page.find("[data-field=eye_colour] [data-id=braun]") as HTMLElement;
    expect(brown.querySelector("circle")?.getAttribute("fill")).toMatch(/^#[0-9a-f]{6}$/);
    const mixed = page.find("[data-field=eye_colour] [data-id=graugrün]") as HTMLElement;
    const rings = [...mixed.querySelectorAll("circle")].slice(0, 2).map((ring) => ring.getAttribute("fill"));
    expect(new Set(rings).size).toBe(2);
    expect(brown.textContent).toBe("Braun"); // and read, by those who do not see colours
  });
});

describe("the review", () => {
  it("leads from every value to where it is entered, and says so to those who do not see the line", async () => {
    const page = show(screenOf("review_edit"));
    await userEvent.click(screen.getByRole("button", { name: "Ändern: Ort der Geburt" }));
    expect(page.sent.at(-1)).toEqual(["tap", "edit:field:person:birth_place"]);
    await userEvent.click(screen.getByRole("button", { name: "Ändern: Übergabe" }));
    expect(page.sent.at(-1)).toEqual(["tap", "edit:choice:delivery"]);
    await userEvent.click(page.find("[data-id='edit:group:voluntary']") as HTMLElement);
    expect(page.sent.at(-1)).toEqual(["tap", "edit:group:voluntary"]);
  });

  it("tells of every value where it comes from", () => {
    const page = show(screenOf("review_edit"));
    const rows = [...page.container.querySelectorAll(".rows__row--edit")];
    expect(rows.length).toBeGreaterThan(10);
    for (const row of rows) expect(row.querySelector(".origin")?.textContent).toBeTruthy();
  });
});
