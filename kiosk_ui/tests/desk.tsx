import type { ReactElement, ReactNode } from "react";
import { StaffContext, type Staff } from "../src/staff/context";
import { clerk, staffView } from "./samples";

/** What a page of the staff's side has around it; `change`: what is different from the samples. */
export function AtTheDesk({ children, change }: { children: ReactNode; change?: Partial<Staff> }): ReactElement {
  const staff: Staff = {
    me: clerk,
    view: staffView,
    now: Date.parse(staffView.now),
    live: true,
    busy: false,
    act: async (request) => {
      await request();
      return true;
    },
    attempt: (request) => request(),
    tell: () => undefined,
    go: () => undefined,
    refresh: () => Promise.resolve(),
    ...change,
  };
  return <StaffContext value={staff}>{children}</StaffContext>;
}
