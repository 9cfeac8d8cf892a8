import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { CaseView } from "../src/staff/CaseView";
import { Cases, Devices, Shreds, Visits } from "../src/staff/Overview";
import { clock, day, deviceState, euro, language, minutes } from "../src/staff/words";
import { pause } from "../src/shared/socket";
import type { CaseState } from "../src/contract";
import { caseDetail, staffView } from "./samples";

const now = Date.parse(staffView.now);

describe("what the clerk sees of the house", () => {
  it("puts first who needs help and has nobody coming", async () => {
    const coming: string[] = [];
    const { container } = render(<Visits visits={staffView.visits} now={now} help={(id) => coming.push(id)} />);
    const visits = [...container.querySelectorAll<HTMLElement>("[data-part=visit]")];
    expect(visits.map((visit) => visit.dataset["id"])).toEqual(["v1", "v3", "v2"]);
    expect(visits[0]?.textContent).toContain("seit 7 Min.");
    expect(visits[1]?.textContent).toContain("amt kommt");
    await userEvent.click(screen.getByRole("button", { name: /Ich komme/ }));
    expect(coming).toEqual(["v1"]);
  });

  it("puts first what waits longest, and opens it", async () => {
    const opened: string[] = [];
    const { container } = render(
      <Cases
        cases={staffView.cases}
        tickets={staffView.tickets}
        opened=""
        now={now}
        open={(id) => opened.push(id)}
      />,
    );
    const plain = [...container.querySelectorAll<HTMLElement>("[data-part=ticket]")];
    expect(plain.map((row) => row.dataset["number"])).toEqual(["B-021"]);
    expect(plain[0]?.textContent).toContain("nur Nummer");
    const rows = [...container.querySelectorAll<HTMLElement>("[data-part=case]")];
    expect(rows.map((row) => row.dataset["number"])).toEqual(["A 017", "B 004", "A 018", "A 015", "A 014"]);
    expect(rows[0]?.textContent).toContain("22 Min.");
    await userEvent.click(within(rows[1] as HTMLElement).getByRole("button"));
    expect(opened).toEqual(["c3"]);
  });

  it("tells how each device is and what was wiped", () => {
    const { container } = render(
      <>
        <Devices devices={staffView.devices} />
        <Shreds shreds={staffView.shreds} now={now} />
      </>,
    );
    expect(container.querySelector("[data-part=device][data-id=printer]")?.textContent).toContain("gestört");
    expect(container.querySelector("[data-part=shred]")?.textContent).toContain("Gelöscht: Angaben, Antworten");
  });
});

describe("an opened case", () => {
  function open(state: CaseState = "waiting") {
    const done: unknown[] = [];
    const detail = { ...caseDetail, row: { ...caseDetail.row, state } };
    const page = render(
      <CaseView
        detail={detail}
        now={now}
        busy={false}
        change={(to, reason) => done.push([to, reason])}
        print={() => done.push("print")}
        close={() => done.push("close")}
      />,
    );
    return { ...page, done };
  }

  it("shows every field with its value and where it comes from", () => {
    const { container } = open();
    for (const field of caseDetail.fields) {
      const row = container.querySelector<HTMLElement>(`[data-field-row=${field.id}]`);
      expect(row?.querySelector("[data-part=value]")?.textContent).toBe(field.value);
      expect(row?.dataset["provenance"]).toBe(field.provenance);
    }
    expect(container.querySelector("[data-field-row=birth_date]")?.textContent).toContain("gelesen wurde: 12.08.1961");
    expect(container.querySelector("[data-part=total]")?.textContent).toMatch(/61,00/);
    expect(container.querySelectorAll("[data-part=trail] li")).toHaveLength(3);
  });

  it("is called, done and printed with one button each", async () => {
    const { done } = open();
    for (const name of ["Aufrufen", "Erledigt", "Ticket erneut drucken"]) {
      await userEvent.click(screen.getByRole("button", { name }));
    }
    expect(done).toEqual([["called", ""], ["done", ""], "print"]);
  });

  it("goes back only with a reason", async () => {
    const { container, done } = open("called");
    await userEvent.click(screen.getByRole("button", { name: "Zurückgeben …" }));
    const confirm = container.querySelector("[data-id=confirm-return]") as HTMLElement;
    await userEvent.click(confirm);
    expect(done).toEqual([]);
    await userEvent.type(container.querySelector("textarea") as HTMLElement, "Urkunde fehlt");
    await userEvent.click(confirm);
    expect(done).toEqual([["returned", "Urkunde fehlt"]]);
  });

  it.each([
    ["waiting", ["call", "done", "return", "print"]],
    ["called", ["done", "return", "print"]],
    ["done", ["call", "return", "print"]],
    ["returned", ["call", "print"]],
  ] as const)("offers what fits when it is %s", (state, ids) => {
    const { container } = open(state);
    const shown = Array.from(container.querySelectorAll<HTMLElement>(".acts [data-id]"), (b) => b.dataset["id"]);
    expect(shown).toEqual(ids);
  });

  it("closes with Escape and takes the focus when it opens", async () => {
    const { done } = open();
    expect(document.activeElement?.textContent).toBe("A 017");
    await userEvent.keyboard("{Escape}");
    expect(done).toEqual(["close"]);
  });
});

describe("words and numbers", () => {
  it("are German", () => {
    expect(euro(4600)).toBe("46,00\u00a0€");
    expect(day("2026-02-07")).toBe("7. Februar 2026");
    expect(language("en")).toBe("Englisch");
    expect(deviceState("ready")).toEqual({ text: "bereit", kind: "success" });
    expect(minutes(staffView.now, now - 5000)).toBe(0);
    expect(clock("2026-11-21T10:00:00Z", now)).toMatch(/^21\.11\. /);
  });
});

describe("reconnecting", () => {
  it("waits longer after each failure, never longer than six seconds", () => {
    for (const failures of [0, 1, 5, 50]) {
      expect(pause(failures)).toBeGreaterThanOrEqual(200);
      expect(pause(failures)).toBeLessThanOrEqual(6000);
    }
    expect(pause(4)).toBeGreaterThan(pause(0));
  });
});
