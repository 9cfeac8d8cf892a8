import { render, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { PlanPanel } from "../src/contract";
import { PlanFloors } from "../src/kiosk/Plan";
import { Screen } from "../src/kiosk/Screen";
import { screenOf } from "./samples";

const plan = screenOf("plan").panel as PlanPanel;

function pictures(floors = plan.floors) {
  const { container } = render(<PlanFloors floors={floors} />);
  return [...container.querySelectorAll("svg")];
}

describe("the floor plan", () => {
  it("has a title and a description for every picture", () => {
    const found = pictures();
    expect(found).toHaveLength(plan.floors.length);
    found.forEach((picture, index) => {
      const ids = picture.getAttribute("aria-labelledby")?.split(" ") ?? [];
      const words = ids.map((id) => document.getElementById(id)?.textContent);
      expect(words).toEqual([plan.floors[index]?.title, plan.floors[index]?.desc]);
      expect(picture.getAttribute("role")).toBe("img");
    });
  });

  it("draws every room with its number and marks the goal", () => {
    const [, upper] = pictures();
    const rooms = [...(upper?.querySelectorAll("[data-room]") ?? [])];
    expect(rooms.map((room) => room.getAttribute("data-room"))).toEqual(
      plan.floors[1]?.rooms.map(({ label }) => label),
    );
    expect(upper?.querySelector('[data-goal="true"]')?.textContent).toContain("104");
  });

  it("draws the way from the kiosk as a line", () => {
    const [ground] = pictures();
    expect(ground?.querySelector("[data-part=way]")?.getAttribute("points")).toBe(
      plan.floors[0]?.way.map(([x, y]) => `${x * 25},${y * 25}`).join(" "),
    );
    expect(ground?.querySelector("[data-mark=kiosk]")?.textContent).toBe("Sie sind hier");
  });

  it("writes a name only where it fits into its room", () => {
    const floor = plan.floors[1];
    if (!floor) throw new Error("no upper floor");
    const rooms = floor.rooms.map((room) => ({ ...room, name: "Amt für Stadtentwicklung und Denkmalpflege" }));
    const [picture] = pictures([{ ...floor, rooms }]);
    expect(picture?.querySelector(".plan__name")).toBeNull();
  });

  it("draws no line where one only steps out of the lift", () => {
    const floor = plan.floors[1];
    if (!floor) throw new Error("no upper floor");
    const [picture] = pictures([{ ...floor, way: [[22, 8.5]] }]);
    expect(picture?.querySelector("[data-part=way]")).toBeNull();
    expect(picture?.querySelector("[data-part=goal]")).not.toBeNull();
  });

  it("marks the goal on the last floor only", () => {
    expect(pictures().map((picture) => picture.querySelector("[data-part=goal]") !== null)).toEqual([false, true]);
  });

  it("can be closed", async () => {
    const sent: string[] = [];
    const note = () => undefined;
    const actions = { tap: (id: string) => void sent.push(id), set: note, flush: note, check: note, say: note };
    const shown = { view: screenOf("plan"), at: performance.now() };
    const { container } = render(<Screen shown={shown} actions={actions} connected={true} />);
    const panel = container.querySelector<HTMLElement>("[data-part=panel]") as HTMLElement;
    await userEvent.click(within(panel).getByRole("button", { name: "Plan schließen" }));
    expect(sent).toEqual(["plan:close"]);
  });
});
