/** What a page does with its connection. */
export interface SocketHandlers {
  /** The connection is open; send the first message here. */
  open?: (socket: LiveSocket) => void;
  /** A message has arrived, parsed from JSON. */
  message: (data: unknown) => void;
  /** The connection was lost (or could not be made). It is tried again: soon, slowly, or never. */
  closed?: (code: number) => "soon" | "slowly" | "never";
  /**
   * Milliseconds after which a line that brings nothing is taken for dead: a machine that has slept does not
   * know that its line is gone. Only where the robot sends something more often.
   */
  silentMs?: number;
}

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5000;
/** How often (ms) it is looked whether the line still brings something. */
const LOOK_EVERY_MS = 2000;
/** The close code for a line on which nothing came. */
export const SILENT = 4408;

/** A websocket to the robot that reconnects with growing pauses, a little different for each page. */
export class LiveSocket {
  private socket: WebSocket | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private heardAt = Date.now();
  private looking: ReturnType<typeof setInterval> | undefined;
  private stopped = false;

  constructor(
    private readonly path: string,
    private readonly handlers: SocketHandlers,
  ) {
    this.connect();
    if (handlers.silentMs) {
      this.looking = setInterval(this.look, LOOK_EVERY_MS);
      document.addEventListener("visibilitychange", this.look);
      window.addEventListener("online", this.look);
    }
  }

  /** Sends `data` as JSON; false when there is no connection (nothing is kept for later). */
  send(data: unknown): boolean {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(data));
    return true;
  }

  /** Closes for good. */
  stop(): void {
    this.end();
    clearTimeout(this.timer);
    this.socket?.close();
  }

  private connect(): void {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}${this.path}`);
    this.socket = socket;
    this.heardAt = Date.now();
    socket.onopen = () => {
      this.handlers.open?.(this);
    };
    socket.onmessage = (event: MessageEvent<string>) => {
      if (this.socket !== socket) return;
      this.failures = 0;
      this.heardAt = Date.now();
      this.handlers.message(JSON.parse(event.data));
    };
    socket.onclose = (event) => {
      if (this.socket === socket) this.lost(event.code);
    };
  }

  private end(): void {
    this.stopped = true;
    clearInterval(this.looking);
    document.removeEventListener("visibilitychange", this.look);
    window.removeEventListener("online", this.look);
  }

  /** Whether the line still lives; a dead one is left at once, its own end may be told only much later. */
  private readonly look = (): void => {
    const dead = this.socket;
    if (!dead || Date.now() - this.heardAt < (this.handlers.silentMs ?? Infinity)) return;
    this.socket = null;
    dead.close();
    this.lost(SILENT);
  };

  private lost(code: number): void {
    if (this.stopped) return;
    this.socket = null;
    const again = this.handlers.closed?.(code) ?? "soon";
    if (again === "never") {
      this.end();
      return;
    }
    const wait = again === "slowly" ? LONGEST_WAIT_MS : pause(this.failures++);
    this.timer = setTimeout(() => this.connect(), wait);
  }
}

/** Milliseconds to wait before the next attempt after `failures` failed ones. */
export function pause(failures: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures) * (0.8 + 0.4 * Math.random());
}
