import type { EmergencyRow, ForgetKiosk, NewEmergency } from "../../contract";
import { post } from "../api";

/** Says that one sees to an alarm; Refused 404 when it is over. */
export const acknowledge = (alarm: string, csrf: string) =>
  post(`alarms/${encodeURIComponent(alarm)}/acknowledge`, {}, csrf);
/** Puts a notice on all kiosks. */
export const announce = (notice: NewEmergency, csrf: string) =>
  post("emergency", notice, csrf) as Promise<EmergencyRow>;
export const withdraw = (csrf: string) => post("emergency/withdraw", {}, csrf);
/** Tests the devices of this kiosk; Refused 409 while somebody stands there. */
export const selfTest = (csrf: string) => post("kiosk/self-test", {}, csrf);
/** Takes a kiosk off the list that is there no more. */
export const forgetKiosk = (kiosk: ForgetKiosk, csrf: string) => post("kiosks/forget", kiosk, csrf);
