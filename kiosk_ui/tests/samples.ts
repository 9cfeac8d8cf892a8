import type { CaseDetail, KioskView, Me, StaffView } from "../src/contract";
import kiosk from "./fixtures/kiosk.json";
import staff from "./fixtures/staff.json";

type Screens = Record<string, Partial<KioskView>>;

/** Screens of one part of the house each, beside those of kiosk.json. */
const more = import.meta.glob<Screens>("./fixtures/screens/*.json", { eager: true, import: "default" });
const screens: Screens = Object.assign({}, kiosk.screens as unknown as Screens, ...Object.values(more));

/** A sample screen; tests/kiosk_ui/test_samples.py checks them against the robot's models. */
export function screenOf(name: string, change: Partial<KioskView> = {}): KioskView {
  const sample = screens[name];
  if (!sample) throw new Error(`there is no sample screen ${name}`);
  return { ...kiosk.base, ...sample, ...change } as unknown as KioskView;
}

export const screenNames = Object.keys(screens);
export const clerk = staff.me as Me;
export const staffView = staff.view as StaffView;
export const caseDetail = staff.detail as CaseDetail;
