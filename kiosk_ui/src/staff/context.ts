import { createContext, useContext } from "react";
import type { Me, StaffView } from "../contract";

/** What every page of the staff's side has at hand. */
export interface Staff {
  me: Me;
  view: StaffView;
  /** The robot's time, ms; grows every few seconds. */
  now: number;
  /** Whether the channel to the robot stands. */
  live: boolean;
  /** A request is under way: buttons rest. */
  busy: boolean;
  /** Runs a request while the buttons rest; whether it was done. What was refused is told on the page. */
  act: (request: () => Promise<unknown>) => Promise<boolean>;
  /** Runs a request; undefined when it was refused, which is told on the page. */
  attempt: <T>(request: () => Promise<T>) => Promise<T | undefined>;
  /** Tells one sentence about what did not work. */
  tell: (problem: string) => void;
  /** Goes to another page: "cases/abc" → #/cases/abc. */
  go: (path: string) => void;
  /** Asks the robot again who is signed in and what they may do. */
  refresh: () => Promise<void>;
}

export const StaffContext = createContext<Staff | null>(null);

/** The page's surroundings; only below the shell. */
export function useStaff(): Staff {
  const staff = useContext(StaffContext);
  if (!staff) throw new Error("outside of the staff's shell");
  return staff;
}
