import type { ReactElement } from "react";
import type { TicketPanel } from "../contract";
import { Frame, QrCode, type Props } from "./Frame";

/** The number, and where its paper comes out. */
export function Ticket({ panel, actions, words }: Props<TicketPanel>): ReactElement {
  return (
    <Frame title={panel.title} text={panel.text} actions={actions} words={words} buttons={panel.actions}>
      <div className="ticket">
        <div className="ticket__card">
          <div>
            <p className="ticket__caption">{words("number")}</p>
            <p className="ticket__number" data-part="ticket-number" dir="ltr">
              {panel.number}
            </p>
          </div>
          <QrCode path={panel.qr} size={panel.qr_size} label={words("qr")} />
        </div>
        <p className={`ticket__print ticket__print--${panel.printed}`} data-part="printed" data-printed={panel.printed}>
          <PrinterPicture printed={panel.printed} />
          <span>{words(panel.printed === null ? "printing" : panel.printed ? "printed" : "not_printed")}</span>
        </p>
        {panel.bring.length > 0 && (
          <div className="ticket__bring" data-part="bring">
            <h2>{words("bring")}</h2>
            <ul>
              {panel.bring.map((thing) => (
                <li key={thing}>{thing}</li>
              ))}
            </ul>
          </div>
        )}
      </div>
    </Frame>
  );
}

/** The slit from which the paper comes, and the paper; without paper, a pencil to write the number down. */
function PrinterPicture({ printed }: { printed: TicketPanel["printed"] }): ReactElement {
  return (
    <svg className="printer" data-printed={String(printed)} viewBox="0 0 200 150" aria-hidden="true" focusable="false">
      <rect className="printer__box" x="14" y="8" width="172" height="52" rx="10" />
      <path className="printer__slit" d="M42 46h116" />
      {printed === false ? (
        <>
          <path className="printer__paper" d="M40 82h84v58H40z" />
          <path className="printer__lines" d="M52 100h40M52 116h28" />
          <path className="printer__arrow" d="M96 122l6-20 54-54 14 14-54 54zM148 56l14 14" />
        </>
      ) : (
        <>
          {printed ? (
            <>
              <path className="printer__paper" d="M56 46h88v88l-11-8-11 8-11-8-11 8-11-8-11 8-11-8-11 8z" />
              <path className="printer__lines" d="M74 68h52M74 84h52M74 100h34" />
            </>
          ) : (
            <path className="printer__paper printer__paper--coming" d="M56 46h88v34H56z" />
          )}
          {printed && <path className="printer__arrow" d="M172 76v52M158 112l14 16 14-16" />}
        </>
      )}
    </svg>
  );
}
