import { render } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { Shreds } from "../src/staff/Overview";
import { clock, day, euro, language, minutes } from "../src/staff/words";
import { pause } from "../src/shared/socket";
import { staffView } from "./samples";

const now = Date.parse(staffView.now);

describe("what the clerk sees of the house", () => {
  it("tells what was wiped", () => {
    const { container } = render(<Shreds shreds={staffView.shreds} now={now} />);
    expect(container.querySelector("[data-part=shred]")?.textContent).toContain("Gelöscht: Angaben, Antworten");
  });
});

describe("words and numbers", () => {
  it("are German", () => {
    expect(euro(4600)).toBe("46,00\u00a0€");
    expect(day("2026-02-07")).toBe("7. Februar 2026");
    expect(language("en")).toBe("Englisch");
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
