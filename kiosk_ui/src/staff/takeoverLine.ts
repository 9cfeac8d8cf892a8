import { useEffect, useMemo, useRef, useState } from "react";
import type { Contract, Signal, TakeoverView, Told } from "../contract";
import { LiveSocket } from "../shared/socket";

type ClerkDoing = Contract["ClerkDoing"];
type TakeoverMessage = Contract["TakeoverMessage"];

const SIGN_IN_AGAIN = 4401;
const FOREIGN = 4403;
/** The robot sends at least every five seconds. */
const SILENT_MS = 12_000;
/** After so long (ms) without a line the robot has ended the talk, or is away: camera and microphone are off. */
const TALK_ENDS_MS = 5000;

/** The line to one visit. */
export interface TakeoverLine {
  view: TakeoverView | null;
  live: boolean;
  /** What happened last, with a number that grows: the same may happen twice. */
  told: { what: Told["what"]; number: number } | null;
  /** Whether it went out: nothing is kept for later. */
  send: (doing: ClerkDoing) => boolean;
  listen: (listener: (signal: Signal) => void) => () => void;
}

/**
 * Opens the line to a visit as long as the page is shown, and tells every second that somebody is there. With
 * another `session` (its token) it is opened anew.
 */
export function useTakeover(id: string, session: string): TakeoverLine {
  const [view, setView] = useState<TakeoverView | null>(null);
  const [live, setLive] = useState(false);
  const [told, setTold] = useState<TakeoverLine["told"]>(null);
  const socket = useRef<LiveSocket | null>(null);
  const ends = useRef(new Set<(signal: Signal) => void>());
  useEffect(() => {
    let hangUp: ReturnType<typeof setTimeout> | undefined;
    const line = new LiveSocket(`/ws/staff/visits/${encodeURIComponent(id)}`, {
      message: (data) => {
        const message = data as TakeoverMessage;
        if (message.type === "view") {
          clearTimeout(hangUp);
          setView(message);
          setLive(true);
        } else if (message.type === "told") {
          setTold((old) => ({ what: message.what, number: (old?.number ?? 0) + 1 }));
        } else {
          for (const end of ends.current) end(message);
        }
      },
      closed: (code) => {
        setLive(false);
        clearTimeout(hangUp);
        hangUp = setTimeout(() => setView((old) => old && { ...old, talk: null }), TALK_ENDS_MS);
        return code === SIGN_IN_AGAIN || code === FOREIGN ? "never" : "soon";
      },
      silentMs: SILENT_MS,
    });
    socket.current = line;
    const beat = new Worker(new URL("./beat.ts", import.meta.url), { type: "module" });
    beat.onmessage = () => line.send({ type: "alive" } satisfies ClerkDoing);
    return () => {
      beat.terminate();
      line.stop();
      clearTimeout(hangUp);
      setView(null);
      setTold(null);
    };
  }, [id, session]);
  const ways = useMemo(
    () => ({
      send: (doing: ClerkDoing) => socket.current?.send(doing) ?? false,
      listen: (listener: (signal: Signal) => void) => {
        ends.current.add(listener);
        return () => {
          ends.current.delete(listener);
        };
      },
    }),
    [],
  );
  return { view, live, told, ...ways };
}
