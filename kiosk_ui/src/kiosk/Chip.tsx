import type { ReactElement } from "react";
import type { ChipPanel } from "../contract";
import { Frame, type Props } from "./Frame";

/** The document on the card reader: where it goes, what is amiss, or how much of it is read. */
export function Chip({ panel, actions, words }: Props<ChipPanel>): ReactElement {
  return (
    <Frame title={panel.title} text={panel.text} actions={actions} words={words} buttons={panel.actions}>
      <div className="chip" data-part="chip" data-reading={panel.reading} data-amiss={panel.hint !== ""}>
        <ReaderPicture document={panel.document} reading={panel.reading} />
        {panel.reading && (
          <>
            <div
              className="chip__bar"
              role="progressbar"
              aria-label={panel.label}
              aria-valuemin={0}
              aria-valuemax={100}
              aria-valuenow={panel.percent}
            >
              <div className="chip__done" style={{ width: `${panel.percent}%` }} />
            </div>
            <p data-part="percent">
              {panel.label}: {panel.percent} %
            </p>
          </>
        )}
        {panel.hint && (
          <p className="camera__hint" data-part="hint" aria-live="polite">
            <span>{panel.hint}</span>
          </p>
        )}
      </div>
    </Frame>
  );
}

/** The reader before the screen; the document comes down on it, or lies there while it is read. */
function ReaderPicture({ document, reading }: { document: ChipPanel["document"]; reading: boolean }): ReactElement {
  return (
    <svg
      className="reader"
      data-document={document}
      data-reading={reading}
      viewBox="0 0 480 330"
      aria-hidden="true"
      focusable="false"
    >
      <path className="reader__top" d="M96 196h288l66 84H30z" />
      <path className="reader__front" d="M30 280h420v26a10 10 0 0 1-10 10H40a10 10 0 0 1-10-10z" />
      <circle className="reader__lamp" cx="240" cy="298" r="8" />
      <path className="reader__place" d="M158 210h164l30 54H128z" />
      <g className="reader__waves">
        <path d="M196 188q44-30 88 0" />
        <path d="M172 164q68-46 136 0" />
        <path d="M148 140q92-62 184 0" />
      </g>
      <g className="reader__document">
        {document === "passport" ? (
          <>
            <path className="reader__paper" d="M150 206h180l30 58H120z" />
            <path className="reader__lines" d="M240 206v58M164 222h52M158 234h56M152 246h60" />
            <circle className="reader__lines" cx="296" cy="234" r="13" />
          </>
        ) : (
          <>
            <path className="reader__paper" d="M166 212h148l26 48H140z" />
            <path className="reader__lines" d="M180 222h36l-6 24h-40zM238 224h66M238 236h76M238 248h50" />
          </>
        )}
      </g>
      <path className="reader__arrow" d="M240 10v64M216 52l24 26 24-26" />
    </svg>
  );
}
