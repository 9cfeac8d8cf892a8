import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { CameraPanel, KioskView, NewClosing, NewMessage } from "../src/contract";
import { Screen } from "../src/kiosk/Screen";
import { Kiosk } from "../src/staff/Kiosk";
import { screenOf, staffView } from "./samples";

const nothing = () => undefined;
const actions = { tap: nothing, set: nothing, flush: nothing, check: nothing, say: nothing };

function show(view: KioskView) {
  const page = render(<Screen shown={{ view, at: performance.now() }} actions={actions} connected />);
  const find = (selector: string) => page.container.querySelector<HTMLElement>(selector);
  const all = (selector: string) => [...page.container.querySelectorAll<HTMLElement>(selector)];
  return { find, all };
}

describe("the first screen", () => {
  it("says whether it is open, how long one waits, and what there is to know", () => {
    const { find, all } = show(screenOf("idle_news"));
    expect(find("[data-part=opening]")?.textContent).toBe("Heute geöffnet bis 12:30 Uhr und von 14:00 bis 16:00 Uhr.");
    expect(find("[data-part=waiting]")?.textContent).toBe("Wartezeit zurzeit: etwa 10 Minuten.");
    expect(all("[data-part=message]")).toHaveLength(3);
  });

  it("says nothing of what is not known", () => {
    const { find } = show(screenOf("idle_quiet"));
    expect(find("[data-part=waiting]")).toBeNull();
    expect(find("[data-part=messages]")).toBeNull();
  });
});

describe("a kiosk that is out of order", () => {
  it("says why, and where to go", () => {
    const { find, all } = show(screenOf("closed_store"));
    expect(find("main")?.dataset["state"]).toBe("out_of_order");
    expect(find("[data-part=reason]")?.textContent).toContain("nichts speichern");
    expect(all("[data-part=fact]")[0]?.textContent).toContain("Zimmer 12");
    expect(find("[data-part=type]")).toBeNull();
  });
});

describe("the document camera", () => {
  const panel = screenOf("camera").panel as CameraPanel;

  it("marks the corners of what was found, or of where to lay it", () => {
    const found = show(screenOf("camera"));
    expect(found.find("svg[data-found=true] polygon")?.getAttribute("points")).toBe("0.2,0.62 0.82,0.6 0.83,0.78 0.21,0.8");
    const searching = show(screenOf("camera_searching"));
    expect(searching.find("svg[data-found=false] path")).not.toBeNull();
    expect(searching.find("polygon")).toBeNull();
  });

  it("shows a hint as a picture beside its words", () => {
    const { find } = show(screenOf("camera_turned"));
    expect(find("[data-part=hint] svg")?.dataset["sign"]).toBe("turned");
    expect(find("[data-part=hint]")?.textContent).toBe("Bitte drehen Sie den Ausweis gerade.");
  });

  it("draws nothing over a page that was taken", () => {
    const { find } = show(screenOf("camera", { panel: { ...panel, taken: true, outline: [] } }));
    expect(find(".camera__outline")).toBeNull();
  });
});

describe("the other devices", () => {
  it("show a passport as a book and a card as a card, above the reader or on it", () => {
    expect(show(screenOf("chip_lay")).find("svg[data-document=card]")?.dataset["reading"]).toBe("false");
    expect(show(screenOf("chip_passport")).find("svg[data-document=passport]")?.dataset["reading"]).toBe("true");
  });

  it("show the paper coming, the paper to take, or that there is none", () => {
    for (const [name, printed] of [
      ["ticket_printing", "null"],
      ["ticket", "true"],
      ["ticket_not_printed", "false"],
    ] as const) {
      expect(show(screenOf(name)).find("[data-part=printed] svg")?.dataset["printed"]).toBe(printed);
    }
  });
});

describe("the clerk's part of the kiosk", () => {
  function open(leads: boolean, done = true) {
    const sent: { shown: NewMessage[]; closed: NewClosing[]; removed: string[]; opened: number } = {
      shown: [],
      closed: [],
      removed: [],
      opened: 0,
    };
    const part = (closing: typeof staffView.closing) => (
      <Kiosk
        messages={staffView.messages}
        closing={closing}
        leads={leads}
        busy={false}
        now={Date.parse(staffView.now)}
        show={async (message) => (sent.shown.push(message), done)}
        close={async (closing) => (sent.closed.push(closing), done)}
        remove={(id) => void sent.removed.push(id)}
        open={() => void sent.opened++}
      />
    );
    const page = render(part(null));
    return { sent, page, part };
  }

  it("shows a message from today on, and keeps what was written when that was refused", async () => {
    const { sent } = open(false, false);
    await userEvent.click(screen.getByText("Neue Meldung"));
    await userEvent.type(screen.getByLabelText("Meldung"), "Heute kein Aufzug.");
    await userEvent.click(screen.getByRole("button", { name: "Auf dem Kiosk zeigen" }));
    expect(sent.shown).toEqual([
      { text: "Heute kein Aufzug.", english: "", plain: "", first: "2026-11-22", last: "2026-11-22" },
    ]);
    expect(screen.getByLabelText<HTMLInputElement>("Meldung").value).toBe("Heute kein Aufzug.");
  });

  it("takes a message away", async () => {
    const { sent } = open(false);
    await userEvent.click(screen.getByRole("button", { name: /^Wegnehmen/ }));
    expect(sent.removed).toEqual(["m1"]);
  });

  it("lets only the head of the office close the kiosk and open it again", async () => {
    const clerk = open(false);
    expect(screen.queryByText("Kiosk schließen")).toBeNull();
    clerk.page.unmount();
    const { sent, page, part } = open(true);
    await userEvent.click(screen.getByText("Kiosk schließen"));
    await userEvent.selectOptions(screen.getByLabelText("Grund"), "event");
    await userEvent.click(within(page.container).getByRole("button", { name: "Schließen" }));
    expect(sent.closed).toEqual([{ cause: "event", note: "" }]);
    page.rerender(part({ cause: "event", note: "", since: "2026-11-22T09:00:00+01:00", by: "amt" }));
    await userEvent.click(screen.getByRole("button", { name: "Wieder öffnen" }));
    expect(sent.opened).toBe(1);
  });
});
