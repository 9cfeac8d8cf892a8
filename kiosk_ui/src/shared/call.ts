import type { IceServer, Signal, Talking } from "../contract";

type Payload = Partial<Pick<Signal, "sdp" | "candidate" | "mid" | "line">>;

/** What one end of a voice or video talk is told and given. */
export interface CallOptions {
  /** The number of the talk: what is signalled for another one is not ours. */
  number: number;
  mode: Talking["mode"];
  ice: IceServer[];
  /** Whether this end offers; the other one answers. */
  offers: boolean;
  signal: (signal: Signal) => void;
  own: (stream: MediaStream) => void;
  theirs: (stream: MediaStream) => void;
}

/** What a small computer sends and shows without sweat. */
const PICTURE = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 15, max: 24 } };

/** A connection by way of these servers; by none where the browser does not take them. */
function connection(ice: IceServer[]): RTCPeerConnection {
  try {
    return new RTCPeerConnection({
      iceServers: ice.map(({ urls, username, credential }) => ({ urls, ...(username ? { username, credential } : {}) })),
    });
  } catch {
    return new RTCPeerConnection();
  }
}

/** A connection that is interrupted for so long (ms) counts as lost. */
const INTERRUPTED_MS = 6000;

/**
 * One end of a voice or video talk from browser to browser (WebRTC). Nothing is recorded. What cannot be done
 * is signalled as "failed", once; camera and microphone are off after `stop`.
 */
export class Call {
  private readonly peer: RTCPeerConnection;
  private readonly incoming = new MediaStream();
  private stream: MediaStream | null = null;
  private steps: Promise<void>;
  private interrupted: ReturnType<typeof setTimeout> | undefined;
  private stopped = false;
  private told = false;

  constructor(private readonly options: CallOptions) {
    this.peer = connection(options.ice);
    this.peer.onicecandidate = ({ candidate }) => {
      if (!candidate) return;
      this.send("candidate", {
        candidate: candidate.candidate,
        mid: candidate.sdpMid ?? "",
        line: candidate.sdpMLineIndex ?? 0,
      });
    };
    this.peer.ontrack = ({ track }) => {
      this.incoming.addTrack(track);
      options.theirs(this.incoming);
    };
    this.peer.onconnectionstatechange = () => this.moved();
    this.steps = this.begin().catch(() => this.fail());
  }

  /** What the other end has signalled, in the order in which it came. */
  take(signal: Signal): void {
    if (signal.talk !== this.options.number) return;
    this.steps = this.steps.then(() => this.taken(signal)).catch(() => this.fail());
  }

  /** Camera and microphone off, connection closed. */
  stop(): void {
    this.stopped = true;
    clearTimeout(this.interrupted);
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.peer.close();
  }

  private async begin(): Promise<void> {
    const video = this.options.mode === "video" && PICTURE;
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video });
    this.stream = stream;
    if (this.stopped) {
      this.stop();
      return;
    }
    for (const track of stream.getTracks()) this.peer.addTrack(track, stream);
    this.options.own(stream);
    if (this.options.offers) await this.describe("offer");
  }

  private async taken({ kind, sdp, candidate, mid, line }: Signal): Promise<void> {
    if (this.stopped) return;
    if (kind === "candidate") {
      await this.peer.addIceCandidate({ candidate, sdpMid: mid, sdpMLineIndex: line });
    } else if (kind === "offer" || kind === "answer") {
      await this.peer.setRemoteDescription({ type: kind, sdp });
      if (kind === "offer") await this.describe("answer");
    }
  }

  private async describe(kind: "offer" | "answer"): Promise<void> {
    await this.peer.setLocalDescription();
    this.send(kind, { sdp: this.peer.localDescription?.sdp ?? "" });
  }

  private moved(): void {
    clearTimeout(this.interrupted);
    switch (this.peer.connectionState) {
      case "connected":
        this.send("connected");
        break;
      case "disconnected":
        this.interrupted = setTimeout(() => this.fail(), INTERRUPTED_MS);
        break;
      case "failed":
        this.fail();
    }
  }

  private fail(): void {
    if (this.stopped || this.told) return;
    this.told = true;
    this.send("failed");
  }

  private send(kind: Signal["kind"], payload: Payload = {}): void {
    this.options.signal({
      type: "signal",
      talk: this.options.number,
      kind,
      sdp: "",
      candidate: "",
      mid: "",
      line: 0,
      ...payload,
    });
  }
}
