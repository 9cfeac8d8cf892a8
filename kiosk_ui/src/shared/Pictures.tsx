import { useEffect, useRef, type ReactElement } from "react";

interface Props {
  own: MediaStream | null;
  theirs: MediaStream | null;
  video: boolean;
  /** The names of the two pictures. */
  ownName: string;
  theirName: string;
}

/** What comes in from the other end, and small what goes out; of a voice talk only the sound. */
export function Pictures({ own, theirs, video, ownName, theirName }: Props): ReactElement {
  return (
    <div className="pictures" data-part="pictures" data-video={video}>
      <Stream stream={theirs} name={theirName} part="theirs" shown={video} />
      {video && <Stream stream={own} name={ownName} part="own" shown mute />}
    </div>
  );
}

interface StreamProps {
  stream: MediaStream | null;
  name: string;
  part: string;
  shown: boolean;
  mute?: boolean;
}

function Stream({ stream, name, part, shown, mute = false }: StreamProps): ReactElement {
  const element = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const box = element.current;
    if (!box) return;
    box.muted = mute;
    box.srcObject = stream;
    if (stream) box.play().catch(() => undefined); // a talk that ends before it has begun
  }, [stream, mute]);
  return <video ref={element} className={`pictures__${part}`} data-part={part} aria-label={name} hidden={!shown} autoPlay playsInline />;
}
