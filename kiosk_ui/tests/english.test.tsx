import { cleanup, render, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ContentState, TakeoverView } from "../src/contract";
import { CaseView } from "../src/staff/CaseView";
import { Queue } from "../src/staff/desk/Queue";
import { speak } from "../src/staff/language";
import { Content } from "../src/staff/pages/Content";
import { House } from "../src/staff/pages/House";
import { Takeover } from "../src/staff/Takeover";
import { labelled, learn, term } from "../src/staff/terms";
import { Visits } from "../src/staff/Visits";
import { AtTheDesk } from "./desk";
import { caseDetail, clerk, staffView } from "./samples";

const line = vi.hoisted(() => ({ view: null as unknown }));
vi.mock("../src/staff/takeoverLine", () => ({
  useTakeover: () => ({ view: line.view, live: true, told: null, send: () => true, listen: () => () => undefined }),
}));

/** What the robot says in German, whoever looks: each becomes a word of which one sees that nobody translated it. */
const GERMAN = new Set(["service", "step", "label", "group", "help_reason", "purpose", "notes"]);
const glossary: Record<string, string> = {};

function german<Data>(data: Data, at = ""): Data {
  if (typeof data === "string") {
    if (!GERMAN.has(at) || !data) return data;
    const word = `Wort-ß-${data}`;
    glossary[word] = `Word ${Object.keys(glossary).length}`;
    return word as Data;
  }
  if (Array.isArray(data)) return data.map((one: unknown) => german(one, at)) as Data;
  if (typeof data !== "object" || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, german(value, name)])) as Data;
}

const view = german(staffView);
const detail = german(caseDetail);
const shown = { view, me: { ...clerk, rights: [...clerk.rights, "kiosk", "assign", "content"] } } as never;

/** All that is read on a page, and all that is read out. */
function words(page: HTMLElement): string {
  const said = [...page.querySelectorAll("[aria-label], [title], [placeholder]")].flatMap((element) =>
    ["aria-label", "title", "placeholder"].map((name) => element.getAttribute(name) ?? ""),
  );
  return [page.textContent ?? "", ...said].join("\n");
}

beforeEach(() => {
  vi.stubGlobal("fetch", () => Promise.resolve(Response.json([])));
  speak("en");
  learn(glossary);
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  learn({});
  speak("de");
  localStorage.clear();
});

describe("an English page", () => {
  it.each([
    ["the visits", <Visits />],
    ["the kiosks", <House />],
    ["the queue", <Queue opened="" open={() => undefined} />],
    ["a case", <CaseView detail={detail} take={() => undefined} close={() => undefined} />],
  ])("has no German word of the robot's: %s", (_name, page) => {
    const { container } = render(<AtTheDesk change={shown}>{page}</AtTheDesk>);
    expect(words(container)).toContain("Word ");
    expect(words(container)).not.toContain("ß");
  });

  it("has none of a takeover either", () => {
    const visit: Partial<TakeoverView> = {
      visit: "v1",
      kiosk: "Foyer",
      state: "mine",
      service: "Personalausweis",
      step: "Angaben",
      language: "de",
      started: staffView.now,
      help_reason: "Hilfe",
      help_accepted_by: "",
      taken_by: "",
      may_read: true,
      here: true,
      lines: [],
      steps: [{ id: "form", label: "Angaben", here: true }],
      services: [{ id: "passport", label: "Reisepass", here: false }],
      canned: [],
      talk: null,
      ice: [],
    };
    line.view = german(visit);
    learn(glossary);
    for (const state of ["mine", "offered"]) {
      line.view = { ...(line.view as object), state };
      const { container } = render(
        <AtTheDesk change={shown}>
          <Takeover id="v1" />
        </AtTheDesk>,
      );
      expect(words(container)).toContain("Word ");
      expect(words(container)).not.toContain("ß");
    }
  });

  it("has none where contents are edited", async () => {
    const week = { mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] };
    const item = { version: 0, by: "", at: "", origin: "files", withdrawn: false, group: "" };
    const state = {
      today: "2026-11-20",
      items: [
        { ...item, kind: "hours", name: "house", label: "", document: { kind: "hours", rules: [], days: [] } },
        { ...item, kind: "hours", name: "library", label: "Bücherei", document: { kind: "hours", rules: [], days: [] } },
        { ...item, kind: "fee", name: "passport.adult", label: "Pass", group: "Reisepass", document: { kind: "fee", amounts: [] } },
        {
          ...item,
          kind: "office",
          name: "library",
          label: "Bücherei",
          group: "floor_1",
          document: { kind: "office", room: "", way: "", english: "", plain: "", phone: "", email: "", web: "" },
        },
      ],
      weeks: [{ name: "house", week, now: week }],
      fees: [],
      questions: [],
      holidays: [],
      bridges: [],
      rooms: [],
      broken: [],
    } as unknown as ContentState;
    const answer = german(state);
    learn(glossary);
    vi.stubGlobal("fetch", () => Promise.resolve(Response.json(answer)));
    for (const tab of ["hours", "fee", "office", "closure"]) {
      const { container, unmount } = render(
        <AtTheDesk change={shown}>
          <Content rest={tab} />
        </AtTheDesk>,
      );
      await waitFor(() => expect(words(container)).toContain("Word "));
      expect(words(container)).not.toContain("ß");
      unmount();
    }
  });

  it("keeps what nobody has translated, and what a sentence tells of", () => {
    learn({ "Chip: echt. Aussteller: {issuer}.": "Chip: genuine. Issuer: {issuer}.", Bild: "picture" });
    expect(term("Chip: echt. Aussteller: Bild, X.")).toBe("Chip: genuine. Issuer: picture, X.");
    expect(term("Unbekanntes")).toBe("Unbekanntes");
    expect(labelled({ rows: [{ label: "Bild", value: "Bild" }] })).toEqual({ rows: [{ label: "picture", value: "Bild" }] });
    speak("de");
    expect(term("Bild")).toBe("Bild");
  });
});
