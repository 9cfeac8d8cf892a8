import { render, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { CaseView } from "../src/staff/CaseView";
import type { CaseDetail } from "../src/contract";
import { AtTheDesk } from "./desk";
import { caseDetail } from "./samples";

function open(change: Partial<CaseDetail> = {}) {
  const nothing = () => undefined;
  const { container } = render(
    <AtTheDesk>
      <CaseView detail={{ ...caseDetail, ...change }} take={nothing} close={nothing} />
    </AtTheDesk>,
  );
  return [...container.querySelectorAll<HTMLElement>("[data-copy]")];
}

describe("the copies of a case", () => {
  it("open in a page of their own, where the robot writes the look down", () => {
    const [copy] = open();
    const link = within(copy as HTMLElement).getByRole("link", { name: "Als PDF öffnen" });
    expect(link.getAttribute("href")).toBe("/api/staff/cases/c1/copies/5f0c1a2b3c4d5e6f70819203");
    expect(link.getAttribute("target")).toBe("_blank");
    expect(link.getAttribute("rel")).toBe("noopener");
    expect(copy?.textContent).toContain("2 Seiten, 191 Punkte pro Zoll");
  });

  it("say when one could not be made, and what to do", () => {
    const [, failed] = open();
    expect(failed?.textContent).toContain("Die Kopie konnte nicht erstellt werden. Bitte lassen Sie sich das Original zeigen.");
    expect(within(failed as HTMLElement).queryByRole("link")).toBeNull();
  });

  it("say when one is still being made, and what an identity document was copied for", () => {
    const first = caseDetail.copies[0];
    if (!first) throw new Error("the sample has a copy");
    const [copy] = open({ copies: [{ ...first, state: "making", identity: true, pages: 1 }] });
    expect(copy?.textContent).toContain("wird erstellt");
    expect(copy?.textContent).toContain("1 Seite, ");
    expect(copy?.textContent).toContain("mit Einwilligung, nur für: Antrag auf einen Personalausweis");
  });

  it("are not mentioned where there are none", () => {
    expect(open({ copies: [] })).toEqual([]);
  });
});
