/** What a page does with its connection. */
export interface SocketHandlers {
  /** The connection is open; send the first message here. */
  open?: (socket: LiveSocket) => void;
  /** A message has arrived, parsed from JSON. */
  message: (data: unknown) => void;
  /** The connection was lost (or could not be made). It is tried again: soon, slowly, or never. */
  closed?: (code: number) => "soon" | "slowly" | "never";
}

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5000;

/** A websocket to the robot that reconnects with growing pauses, a little different for each page. */
export class LiveSocket {
  private socket: WebSocket | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private stopped = false;

  constructor(
    private readonly path: string,
    private readonly handlers: SocketHandlers,
  ) {
    this.connect();
  }

  /** Sends `data` as JSON; false when there is no connection (nothing is kept for later). */
  send(data: unknown): boolean {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(data));
    return true;
  }

  /** Closes for good. */
  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    this.socket?.close();
  }

  private connect(): void {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}${this.path}`);
    this.socket = socket;
    socket.onopen = () => {
      this.handlers.open?.(this);
    };
    socket.onmessage = (event: MessageEvent<string>) => {
      this.failures = 0;
      this.handlers.message(JSON.parse(event.data));
    };
    socket.onclose = (event) => {
      if (this.stopped) return;
      const again = this.handlers.closed?.(event.code) ?? "soon";
      if (again === "never") {
        this.stopped = true;
        return;
      }
      const wait = again === "slowly" ? LONGEST_WAIT_MS : pause(this.failures++);
      this.timer = setTimeout(() => this.connect(), wait);
    };
  }
}

/** Milliseconds to wait before the next attempt after `failures` failed ones. */
export function pause(failures: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures) * (0.8 + 0.4 * Math.random());
}
