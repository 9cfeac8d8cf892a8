import { cleanup, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { AlarmRow, Me, StaffView } from "../src/contract";
import { Emergency } from "../src/kiosk/Emergency";
import { LiveSocket, SILENT } from "../src/shared/socket";
import { AlarmBar } from "../src/staff/Alarms";
import { AGAIN_MS, due } from "../src/staff/bell";
import { EmergencyForm } from "../src/staff/EmergencyCard";
import { speak } from "../src/staff/language";
import { House } from "../src/staff/pages/House";
import { Visits } from "../src/staff/Visits";
import { AtTheDesk } from "./desk";
import { clerk, screenOf, staffView } from "./samples";

const lead: Me = { ...clerk, role: "lead", rights: [...clerk.rights, "kiosk"] };
const call = staffView.alarms.find(({ kind }) => kind === "help") as AlarmRow;

function posts(): string[] {
  const found: string[] = [];
  vi.stubGlobal("fetch", (path: string, init?: RequestInit) => {
    found.push(`${path} ${String(init?.body)}`);
    return Promise.resolve(new Response(null, { status: 204 }));
  });
  return found;
}

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.useRealTimers();
  speak("de");
  localStorage.clear();
});

describe("who stands before the kiosks", () => {
  it("puts first who needs help and has nobody coming", async () => {
    const asked = posts();
    const { container } = render(<Visits />, { wrapper: AtTheDesk });
    const visits = [...container.querySelectorAll<HTMLElement>("[data-part=visit]")];
    expect(visits.map((visit) => visit.dataset["id"])).toEqual(["v1", "v3", "v2"]);
    expect(visits[0]?.textContent).toContain("seit 7 Min.");
    expect(visits[1]?.textContent).toContain("amt kommt");
    await userEvent.click(screen.getByRole("button", { name: /Ich komme/ }));
    expect(asked).toEqual(["/api/staff/visits/v1/help {}"]);
  });

  it("says how much was understood, and who is talking to them", () => {
    const visits = staffView.visits.map((visit) => ({ ...visit, understood: 0.75, taken_by: "Amt 33" }));
    const { container } = render(
      <AtTheDesk change={{ view: { ...staffView, visits } }}>
        <Visits />
      </AtTheDesk>,
    );
    expect(container.textContent).toContain("75 % verstanden");
    expect(container.textContent).toContain("Amt 33 spricht mit der Person");
  });

  it("calls others to who is in danger, though somebody speaks with them from afar", () => {
    const visit = staffView.visits.find(({ needs_help, help_accepted_by }) => needs_help && !help_accepted_by);
    const visits = visit ? [{ ...visit, urgent: true, taken_by: "Amt 33" }] : [];
    render(
      <AtTheDesk change={{ view: { ...staffView, visits } }}>
        <Visits />
      </AtTheDesk>,
    );
    expect(screen.getAllByRole("button").map((button) => button.textContent)).toEqual(["Ich komme"]);
  });

  it("offers to take over only where nobody has: whoever has goes back to their conversation", () => {
    const acts = (taken_by: string) => {
      const visits = staffView.visits.slice(0, 1).map((visit) => ({ ...visit, needs_help: true, taken_by }));
      const { container } = render(
        <AtTheDesk change={{ view: { ...staffView, visits } }}>
          <Visits />
        </AtTheDesk>,
      );
      const ids = [...container.querySelectorAll<HTMLElement>(".visit__acts [data-id]")].map((act) => act.dataset["id"]);
      cleanup();
      return ids;
    };
    expect(acts("")).toContain("take-over");
    expect(acts("Amt 34")).toEqual([]);
    expect(acts(lead.name)).toEqual(["resume"]);
  });
});

describe("the board", () => {
  const board = (change: Partial<StaffView> = {}, me = lead) =>
    render(
      <AtTheDesk change={{ me, view: { ...staffView, ...change } }}>
        <House />
      </AtTheDesk>,
    ).container;

  it("tells at one glance whether all is well", () => {
    const kiosks = staffView.kiosks.slice(0, 1);
    const well = board({ alarms: [], kiosks });
    expect(well.querySelector("[data-part=glance]")?.textContent).toContain("Alles in Ordnung");
    cleanup();
    const kiosk = { ...(kiosks[0] as StaffView["kiosks"][number]), state: "closed" as const, cause: "event" };
    expect(board({ alarms: [], kiosks: [kiosk] }).querySelector("[data-state=quiet]")).not.toBeNull();
    cleanup();
    const glance = board().querySelector("[data-part=glance]") as HTMLElement;
    expect(glance.dataset["state"]).toBe("alarm");
    const alarms = [...glance.querySelectorAll<HTMLElement>("[data-part=alarm]")];
    expect(alarms.map(({ dataset }) => dataset["acknowledged"])).toEqual(["false", "false", "false", "true"]);
  });

  it("shows each kiosk with its visits, its troubles, its paper and its last self-test", () => {
    const page = board();
    const foyer = page.querySelector("[data-part=kiosk][data-id=Foyer]") as HTMLElement;
    expect(foyer.textContent).toContain("in Betrieb");
    expect(foyer.querySelector("[data-part=device][data-id=printer]")?.textContent).toContain("Papier: leer");
    expect(foyer.textContent).toMatch(/Selbsttest \d\d:00: nicht bestanden/);
    const annex = page.querySelector("[data-part=kiosk][data-id=Anbau]") as HTMLElement;
    expect(annex.textContent).toContain("nicht erreichbar");
    expect(annex.textContent).toContain("zuletzt gesehen");
  });

  it("tests the devices and takes kiosks off the list for whoever may", async () => {
    const asked = posts();
    const page = board();
    await userEvent.click(page.querySelector("[data-id=self-test]") as HTMLElement);
    await userEvent.click(page.querySelector("[data-id=forget]") as HTMLElement);
    expect(asked).toEqual(["/api/staff/kiosk/self-test {}", '/api/staff/kiosks/forget {"kiosk":"Anbau"}']);
    cleanup();
    expect(board({}, clerk).querySelector("[data-id=self-test]")).toBeNull();
  });

  it("is there in English, too", () => {
    speak("en");
    const page = board();
    expect(page.textContent).toContain("3 alarms are waiting for you");
    expect(page.textContent).toContain("There is no paper. Please put in a new roll.");
    expect(page.textContent).not.toMatch(/Papier:|Gerät|kümmert|Selbsttest/);
  });
});

describe("alarms", () => {
  const bar = (alarms: AlarmRow[]) =>
    render(
      <AtTheDesk change={{ view: { ...staffView, alarms } }}>
        <AlarmBar />
      </AtTheDesk>,
    ).container;

  it("are counted in the page's title, whoever writes it", async () => {
    document.head.innerHTML = "<title>Rathauslotse</title>";
    bar(staffView.alarms);
    expect(document.title).toBe("(3) Rathauslotse");
    document.title = "Kioske";
    await vi.waitFor(() => expect(document.title).toBe("(3) Kioske"));
    cleanup();
    bar([]);
    expect(document.title).toBe("Kioske");
  });

  it("are seen to with one tap, a call for help by coming", async () => {
    const asked = posts();
    const page = bar(staffView.alarms);
    const rows = [...page.querySelectorAll<HTMLElement>("[data-part=alarm]")];
    for (const row of rows) {
      const button = within(row).queryByRole("button");
      if (button) await userEvent.click(button);
    }
    expect(asked).toEqual([
      `/api/staff/visits/${call.subject}/help {}`,
      "/api/staff/alarms/paper-1/acknowledge {}",
      "/api/staff/alarms/lost-1/acknowledge {}",
    ]);
  });

  it("say that somebody is in danger, and are answered by coming", () => {
    const page = bar([{ ...call, id: "emergency-1", kind: "emergency" }]);
    expect(page.textContent).toContain("NOTFALL: jemand ist in Gefahr");
    expect(within(page).getByRole("button", { name: `Ich komme: ${call.kiosk}` })).toBeTruthy();
    expect(within(page).queryByText("Ich kümmere mich")).toBeNull();
    cleanup();
    const over = bar([{ ...call, id: "emergency-1", kind: "emergency", subject: "gone" }]);
    expect(within(over).getByText("Ich kümmere mich")).toBeTruthy();
  });

  it("ring once each, and a call for help again until somebody comes", () => {
    const alarms = staffView.alarms;
    const first = due(alarms, {}, 1000);
    expect(first.map(({ alarm }) => alarm.kind)).toEqual(["help", "paper", "kiosk"]);
    const rung = Object.fromEntries(first.map(({ alarm }) => [alarm.id, 1000]));
    expect(due(alarms, rung, 1000 + AGAIN_MS - 1)).toEqual([]);
    expect(due(alarms, rung, 1000 + AGAIN_MS)).toEqual([{ alarm: call, first: false }]);
    const coming = alarms.map((alarm) => ({ ...alarm, acknowledged_by: "Amt 33" }));
    expect(due(coming, {}, 9000)).toEqual([]);
    const danger = { ...call, id: "emergency-1", kind: "emergency" as const };
    expect(due([danger], { "emergency-1": 1000 }, 1000 + AGAIN_MS)).toEqual([{ alarm: danger, first: false }]);
  });

  it("are notified in the background with the kiosk and nothing else, once for all tabs", () => {
    const shown: [string, NotificationOptions | undefined][] = [];
    class Shown {
      static permission = "granted";
      onclick = null;
      constructor(title: string, options?: NotificationOptions) {
        shown.push([title, options]);
      }
    }
    vi.stubGlobal("Notification", Shown);
    vi.spyOn(document, "hidden", "get").mockReturnValue(true);
    bar([call]);
    cleanup();
    bar([call]); // another tab, or the page loaded again
    expect(shown).toEqual([["Jemand braucht Hilfe", { body: call.kiosk, tag: call.id }]]);
    vi.restoreAllMocks();
  });
});

describe("a notice to all kiosks", () => {
  it("that ends visits asks once more, any other one goes out at once", async () => {
    const asked = posts();
    HTMLDialogElement.prototype.showModal = function () {
      this.open = true;
    };
    HTMLDialogElement.prototype.close = function () {
      this.open = false;
    };
    const page = render(<EmergencyForm />, { wrapper: AtTheDesk }).container;
    await userEvent.click(page.querySelector("[value=leave]") as HTMLElement);
    await userEvent.click(page.querySelector("[data-id=announce]") as HTMLElement);
    expect(asked).toEqual([]);
    await userEvent.click(page.querySelector("[data-id=announce-sure]") as HTMLElement);
    expect(asked).toEqual(['/api/staff/emergency {"kind":"leave"}']);
    await userEvent.click(page.querySelector("[value=own]") as HTMLElement);
    await userEvent.type(page.querySelector("[name=text]") as HTMLElement, "Wasser im Keller");
    await userEvent.type(page.querySelector("[name=en]") as HTMLElement, "Water");
    await userEvent.click(page.querySelector("[data-id=announce]") as HTMLElement);
    expect(JSON.parse((asked[1] ?? "").split(" ").slice(1).join(" "))).toEqual({
      kind: "own",
      text: "Wasser im Keller",
      translations: { en: "Water" },
      leave: false,
    });
  });

  it("stands in every language where everybody has to leave", () => {
    const notice = screenOf("emergency_leave").emergency;
    if (!notice) throw new Error("no notice in the sample");
    render(<Emergency notice={notice} />);
    const shown = screen.getByRole("alert");
    expect(shown.dataset["leave"]).toBe("true");
    expect(shown.querySelector("[lang=ar]")?.getAttribute("dir")).toBe("rtl");
  });
});

describe("a line on which nothing comes", () => {
  it("is left and made anew, and what comes late on the old one is not heard", () => {
    vi.useFakeTimers();
    const made: Line[] = [];
    class Line {
      static OPEN = 1;
      onmessage: ((event: { data: string }) => void) | null = null;
      onclose: ((event: { code: number }) => void) | null = null;
      onopen: (() => void) | null = null;
      closed = false;
      constructor() {
        made.push(this);
      }
      close() {
        this.closed = true;
      }
    }
    vi.stubGlobal("WebSocket", Line);
    const heard: unknown[] = [];
    const lost: number[] = [];
    const socket = new LiveSocket("/ws/staff", {
      message: (data) => heard.push(data),
      closed: (code) => {
        lost.push(code);
        return "soon";
      },
      silentMs: 40_000,
    });
    made[0]?.onmessage?.({ data: "1" });
    vi.advanceTimersByTime(39_000);
    expect(lost).toEqual([]);
    vi.advanceTimersByTime(5_000);
    expect([lost, made[0]?.closed]).toEqual([[SILENT], true]);
    vi.advanceTimersByTime(1_000);
    expect(made).toHaveLength(2);
    made[0]?.onmessage?.({ data: "2" });
    made[1]?.onmessage?.({ data: "3" });
    expect(heard).toEqual([1, 3]);
    socket.stop();
  });
});
