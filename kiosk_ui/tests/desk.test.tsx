import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CaseDetail, CaseRow, CaseState } from "../src/contract";
import { CaseView } from "../src/staff/CaseView";
import type { Staff } from "../src/staff/context";
import { draftsOf } from "../src/staff/desk/drafts";
import { NextBar } from "../src/staff/desk/NextBar";
import { linesOf, Queue } from "../src/staff/desk/Queue";
import { minutes } from "../src/staff/words";
import { speak } from "../src/staff/language";
import { AtTheDesk } from "./desk";
import { caseDetail, clerk, staffView } from "./samples";

let sent: [string, unknown][] = [];
let answer: unknown = null;

beforeEach(() => {
  sent = [];
  answer = null;
  draftsOf("");
  sessionStorage.clear();
  vi.stubGlobal("fetch", (path: string, init?: RequestInit) => {
    if (init?.method === "POST") sent.push([path, JSON.parse(String(init.body))]);
    return Promise.resolve(new Response(JSON.stringify(answer), { status: 200 }));
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  speak("de");
});

describe("the queue", () => {
  function queue(change: Partial<Staff> = {}, opened: string[] = []) {
    return render(
      <AtTheDesk change={change}>
        <Queue opened="" open={(id) => opened.push(id)} />
      </AtTheDesk>,
    ).container;
  }
  const numbers = (container: HTMLElement) =>
    [...container.querySelectorAll<HTMLElement>("[data-number]")].map((row) => row.dataset["number"]);

  it("has one's own first, then what waits longest, cases and plain numbers alike", async () => {
    const opened: string[] = [];
    const container = queue({}, opened);
    expect(numbers(container)).toEqual(["A 018", "A 017", "B-021", "B 004"]);
    expect(container.querySelector("[data-number='A 017']")?.textContent).toContain("22 Min.");
    await userEvent.click(screen.getByRole("button", { name: "A 017 öffnen" }));
    expect(opened).toEqual(["c1"]);
  });

  it("shows what was finished today, one's own, and one number", async () => {
    const container = queue();
    await userEvent.click(screen.getByRole("button", { name: "Heute fertig" }));
    expect(numbers(container)).toEqual(["A 015", "A 014"]);
    await userEvent.click(screen.getByRole("button", { name: /Für mich/ }));
    expect(numbers(container)).toEqual(["A 018"]);
    await userEvent.type(screen.getByRole("searchbox"), "a14");
    expect(numbers(container)).toEqual([]);
    await userEvent.clear(screen.getByRole("searchbox"));
    await userEvent.type(screen.getByRole("searchbox"), "a-014");
    expect(numbers(container)).toEqual(["A 014"]);
  });

  it("finds nobody by a name or by what stands in a document", () => {
    for (const sought of ["MUSTERMANN", "L01X00T4", "Personal", "amt"]) {
      expect(linesOf(staffView, clerk, "open", "", sought)).toEqual([]);
    }
  });

  it("narrows to the service of this desk", async () => {
    const container = queue();
    await userEvent.selectOptions(screen.getByRole("combobox"), "queue_ticket");
    expect(numbers(container)).toEqual(["B-021", "B 004"]);
  });

  it("goes from line to line with the arrow keys", async () => {
    queue();
    const [first, second] = screen.getAllByRole("button", { name: /öffnen|Aufrufen/ });
    first?.focus();
    await userEvent.keyboard("{ArrowDown}");
    expect(document.activeElement).toBe(second);
    await userEvent.keyboard("{ArrowUp}");
    expect(document.activeElement).toBe(first);
  });

  it("calls a plain number to this desk's counter", async () => {
    sessionStorage.setItem("lotse-counter", "Platz 3");
    queue();
    await userEvent.click(screen.getByRole("button", { name: "B-021: Aufrufen" }));
    expect(sent).toEqual([["/api/staff/tickets/21/call", { place: "Platz 3" }]]);
  });

  it("never counts a wait below zero, whatever the clocks do", () => {
    expect(minutes("2026-11-22T10:30:00Z", Date.parse("2026-11-22T10:00:00Z"))).toBe(0);
  });
});

describe("calling the next one", () => {
  it("takes one click, or one key, and opens the case", async () => {
    const opened: string[] = [];
    answer = { kind: "case", id: "c1", number: "A 017" };
    const { container } = render(
      <AtTheDesk>
        <NextBar open={(id) => opened.push(id)} />
      </AtTheDesk>,
    );
    await userEvent.type(screen.getByRole("textbox"), "Platz <3>");
    await userEvent.click(container.querySelector("[data-id=next]") as HTMLElement);
    await userEvent.keyboard("{F8}");
    const call = ["/api/staff/queue/next", { place: "Platz 3", services: [] }];
    expect(sent).toEqual([call, call]);
    expect(opened).toEqual(["c1", "c1"]);
    expect(screen.getByRole("status").textContent).toBe("A 017 ist aufgerufen: Platz 3.");
  });
});

describe("an opened case", () => {
  const row = (change: Partial<CaseRow>): CaseRow => ({ ...caseDetail.row, ...change });
  function open(change: Partial<CaseRow> = {}, staff: Partial<Staff> = {}, more: Partial<CaseDetail> = {}) {
    const done: unknown[] = [];
    const detail = { ...caseDetail, ...more, row: row(change) };
    const page = render(
      <AtTheDesk change={staff}>
        <CaseView detail={detail} take={(fresh) => done.push(fresh)} close={() => done.push("close")} />
      </AtTheDesk>,
    );
    return { ...page, done };
  }
  const buttons = (container: HTMLElement) =>
    Array.from(container.querySelectorAll<HTMLElement>("[role=group] > [data-id]"), (one) => one.dataset["id"]);

  it("shows every field with its value and where it comes from", () => {
    const { container } = open();
    for (const field of caseDetail.fields) {
      const line = container.querySelector<HTMLElement>(`[data-field-row=${field.id}]`);
      expect(line?.querySelector("[data-part=value]")?.textContent).toBe(field.value);
      expect(line?.dataset["provenance"]).toBe(field.provenance);
    }
    expect(container.querySelector("[data-part=total]")?.textContent).toMatch(/61,00/);
    expect(container.querySelectorAll("[data-part=trail] li")).toHaveLength(3);
  });

  it("puts what differs on top, and explains a spelling without alarm", () => {
    const { container } = open();
    const alarm = container.querySelector("[data-part=differences]");
    expect(alarm?.textContent).toContain("1 Angabe weicht ab");
    expect(Array.from(alarm?.querySelectorAll("mark") ?? [], (mark) => mark.textContent)).toEqual(["4", "1"]);
    const name = container.querySelector<HTMLElement>("[data-field-row=birth_name]");
    expect(name?.dataset["difference"]).toBe("spelling");
    expect(name?.textContent).toContain("MUELLER");
    expect(name?.textContent).toContain("Derselbe Name");
    expect(alarm?.textContent).not.toContain("Geburtsname");
  });

  it("says so when all that was read agrees", () => {
    const { container } = open({}, {}, { differences: [] });
    expect(container.querySelector("[data-part=no-differences]")).not.toBeNull();
  });

  it("goes back only with a reason, and a reason that could not be saved stays", async () => {
    const { container } = open({ state: "called", holder: "amt" }, { act: () => Promise.resolve(false) });
    await userEvent.click(screen.getByRole("button", { name: "Zurückgeben …" }));
    const text = container.querySelector("textarea") as HTMLTextAreaElement;
    expect(document.activeElement).toBe(text);
    await userEvent.type(text, "Urkunde fehlt");
    await userEvent.click(container.querySelector("[data-id=confirm-return]") as HTMLElement);
    expect(text.value).toBe("Urkunde fehlt");
    expect(sent).toEqual([]);
  });

  it("keeps what is being typed while one signs in again, but not for somebody else", async () => {
    draftsOf("amt");
    const first = open({ state: "called", holder: "amt" });
    await userEvent.click(screen.getByRole("button", { name: "Zurückgeben …" }));
    await userEvent.type(first.container.querySelector("textarea") as HTMLElement, "Urkunde fehlt");
    first.unmount();
    draftsOf("amt");
    const again = open({ state: "called", holder: "amt" });
    expect(again.container.querySelector("textarea")?.value).toBe("Urkunde fehlt");
    again.unmount();
    draftsOf("Amt 34");
    expect(open().container.querySelector("dialog")).toBeNull();
  });

  it("is transferred to a colleague with a note", async () => {
    answer = [{ id: "s1", name: "Amt 34", here: true }];
    const { container } = open({ state: "working", holder: "amt", version: 4 });
    await userEvent.click(screen.getByRole("button", { name: "Weitergeben …" }));
    await screen.findByRole("option", { name: "Amt 34 (angemeldet)" });
    await userEvent.type(container.querySelector("dialog textarea") as HTMLElement, "Bitte prüfen");
    answer = caseDetail;
    await userEvent.click(container.querySelector("[data-id=confirm-transfer]") as HTMLElement);
    const [path, body] = sent[0] ?? [];
    expect(path).toBe("/api/staff/cases/c1/transfer");
    expect(body).toMatchObject({ to: "s1", note: "Bitte prüfen", version: 4 });
  });

  it("stores each tick, and shows who has ticked what", async () => {
    const { container } = open();
    expect(container.querySelector("[data-document=old_card] [data-part=ticked]")?.textContent).toContain("amt");
    await userEvent.click(container.querySelector("[data-id='tick:counter:person']") as HTMLElement);
    expect(sent).toEqual([["/api/staff/cases/c1/checks", { item: "counter:person", ticked: true }]]);
  });

  it.each<[CaseState, string[]]>([
    ["waiting", ["call", "claim", "done", "return", "give", "print"]],
    ["called", ["claim", "done", "call", "missed", "return", "give", "release", "print"]],
    ["working", ["done", "return", "give", "call", "release", "print"]],
    ["transferred", ["claim", "call", "return", "give", "waiting", "print"]],
    ["approval", ["approve", "rework", "return", "print"]],
    ["done", ["claim", "call", "return", "print"]],
    ["returned", ["waiting", "claim", "call", "print"]],
    ["missed", ["call", "waiting", "return", "print"]],
  ])("offers what fits when it is %s", (state, ids) => {
    expect(buttons(open({ state, finished_by: state === "approval" ? "Amt 34" : "" }).container)).toEqual(ids);
  });

  it("cannot be changed while somebody else has it; a lead may take it away", () => {
    const other = open({ state: "working", holder: "Amt 34" });
    expect(other.container.querySelector("[data-part=held]")?.textContent).toContain("In Arbeit bei Amt 34");
    expect(buttons(other.container)).toEqual(["print"]);
    expect(other.container.querySelector<HTMLInputElement>("input[type=checkbox]")?.disabled).toBe(true);
    other.unmount();
    const lead = { ...clerk, rights: [...clerk.rights, "assign" as const] };
    expect(buttons(open({ state: "working", holder: "Amt 34" }, { me: lead }).container)).toEqual(["take-away", "print"]);
  });

  it("is approved by a second person, never by the one who has finished it", () => {
    const own = open({ state: "approval", finished_by: "amt" });
    expect(buttons(own.container)).toEqual(["rework", "print"]);
  });

  it("counts the calls before somebody is missing", () => {
    const early = open({ state: "called", holder: "amt", calls: 2 });
    expect(early.container.querySelector<HTMLButtonElement>("[data-id=missed]")?.disabled).toBe(true);
    early.unmount();
    const late = open({ state: "called", holder: "amt", calls: 3 });
    expect(late.container.querySelector<HTMLButtonElement>("[data-id=missed]")?.disabled).toBe(false);
  });

  it("shows the copies page by page, larger and smaller, by keyboard too", async () => {
    const { container } = open();
    await userEvent.click(container.querySelector("[data-id=view-copy]") as HTMLElement);
    const viewer = container.querySelector("[data-part=viewer]") as HTMLElement;
    const source = () => within(viewer).getByRole("img").getAttribute("src");
    expect(source()).toBe("/api/staff/cases/c1/copies/5f0c1a2b3c4d5e6f70819203/pages/1");
    await userEvent.keyboard("{PageDown}++");
    expect(source()).toMatch(/pages\/2$/);
    expect(viewer.dataset["zoom"]).toBe("2");
    await userEvent.keyboard("0{Escape}");
    expect(container.querySelector("[data-part=viewer]")).toBeNull();
  });

  it("closes with Escape and takes the focus when it opens", async () => {
    const { done } = open();
    expect(document.activeElement?.textContent).toBe("A 017");
    await userEvent.keyboard("{Escape}");
    expect(done).toEqual(["close"]);
  });

  it("is there in English, too", () => {
    speak("en");
    open({ state: "called", holder: "amt", calls: 1 });
    for (const name of ["Is here", "Done", "Call again (so far 1)", "Return …"]) {
      expect(screen.getByRole("button", { name })).toBeTruthy();
    }
  });
});
