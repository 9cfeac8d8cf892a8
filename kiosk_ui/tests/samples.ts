import type { CaseDetail, KioskView, Me, StaffView } from "../src/contract";
import kiosk from "./fixtures/kiosk.json";
import staff from "./fixtures/staff.json";

/** A sample screen; tests/kiosk_ui/test_samples.py checks them against the robot's models. */
export function screenOf(name: keyof typeof kiosk.screens, change: Partial<KioskView> = {}): KioskView {
  return { ...kiosk.base, ...kiosk.screens[name], ...change } as unknown as KioskView;
}

export const screenNames = Object.keys(kiosk.screens) as (keyof typeof kiosk.screens)[];
export const clerk = staff.me as Me;
export const staffView = staff.view as StaffView;
export const caseDetail = staff.detail as CaseDetail;
