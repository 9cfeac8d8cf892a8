import { useCallback, useState } from "react";

/**
 * What is being typed, in memory only: it stays while one signs in again, while the network is away, and
 * while another case is looked at. Somebody else at the same machine does not find it.
 */
const drafts = new Map<string, string>();
let owner = "";

/** Forgets what somebody else has typed. */
export function draftsOf(who: string): void {
  if (owner !== who) drafts.clear();
  owner = who;
}

/** A text that is being typed, under a key such as "note:<case>"; setting "" forgets it. */
export function useDraft(key: string): [string, (text: string) => void] {
  const [, redraw] = useState(0);
  const set = useCallback(
    (text: string) => {
      if (text) drafts.set(key, text);
      else drafts.delete(key);
      redraw((count) => count + 1);
    },
    [key],
  );
  return [drafts.get(key) ?? "", set];
}

const counters = "lotse-counter";
const services = "lotse-services";

function kept(key: string): string {
  try {
    return sessionStorage.getItem(key) ?? "";
  } catch {
    return "";
  }
}

/** Something that this browser window keeps until it is closed. */
function useKept(key: string): [string, (value: string) => void] {
  const [value, setValue] = useState(() => kept(key));
  const set = useCallback(
    (fresh: string) => {
      setValue(fresh);
      try {
        sessionStorage.setItem(key, fresh);
      } catch {
        // a browser that keeps nothing: it holds until the page is closed
      }
    },
    [key],
  );
  return [value, set];
}

/** The counter or room to which one calls: "Platz 3". */
export const useCounter = () => useKept(counters);
/** The service that this desk serves; "" for all. */
export const useServed = () => useKept(services);
