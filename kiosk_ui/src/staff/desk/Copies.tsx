import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent, type ReactElement } from "react";
import type { CaseDetail, CopyRow } from "../../contract";
import { copyAddress, pageAddress } from "../api/cases";
import { useWords } from "../language";
import { Act, Badge } from "../parts";
import { term } from "../terms";

const WORDS = {
  de: {
    copies: "Kopien",
    pages: (count: number) => (count === 1 ? "1 Seite" : `${count} Seiten`),
    dots: (dpi: number) => `${dpi} Punkte pro Zoll`,
    consent: (purpose: string) => `mit Einwilligung, nur für: ${purpose}`,
    failed: "Die Kopie konnte nicht erstellt werden. Bitte lassen Sie sich das Original zeigen.",
    view: "Ansehen",
    viewNamed: (label: string) => `Ansehen: ${label}`,
    pdf: "Als PDF öffnen",
    absent: "fehlt",
    making: "wird erstellt",
    page: (page: number, pages: number) => `Seite ${page} von ${pages}`,
    next: "Nächste Seite",
    before: "Vorige Seite",
    larger: "Größer",
    smaller: "Kleiner",
    whole: "Ganze Seite",
    close: "Ansicht schließen",
    picture: (label: string, page: number) => `${label}, Seite ${page}: mit den Pfeiltasten verschieben`,
    cannot: "Die Seite lässt sich gerade nicht zeigen. Bitte öffnen Sie die Kopie als PDF.",
  },
  en: {
    copies: "Copies",
    pages: (count: number) => (count === 1 ? "1 page" : `${count} pages`),
    dots: (dpi: number) => `${dpi} dots per inch`,
    consent: (purpose: string) => `with consent, only for: ${purpose}`,
    failed: "The copy could not be made. Please ask to see the original.",
    view: "View",
    viewNamed: (label: string) => `View: ${label}`,
    pdf: "Open as PDF",
    absent: "missing",
    making: "being made",
    page: (page: number, pages: number) => `Page ${page} of ${pages}`,
    next: "Next page",
    before: "Previous page",
    larger: "Larger",
    smaller: "Smaller",
    whole: "Whole page",
    close: "Close view",
    picture: (label: string, page: number) => `${label}, page ${page}: move with the arrow keys`,
    cannot: "The page cannot be shown right now. Please open the copy as a PDF.",
  },
};

const ZOOMS = [1, 1.5, 2, 3, 4];

/** The copies of documents, and one of them page by page. */
export function Copies({ detail }: { detail: CaseDetail }): ReactElement | null {
  const words = useWords(WORDS);
  const [shown, setShown] = useState("");
  const copy = detail.copies.find(({ id }) => id === shown);
  if (detail.copies.length === 0) return null;
  return (
    <>
      <h4 className="kern-heading-small">{words.copies}</h4>
      <ul className="plain" data-part="copies">
        {detail.copies.map((one) => (
          <li key={one.id} className="line" data-copy={one.id} data-state={one.state}>
            <span>
              {term(one.label)}
              <span className="by block">
                {words.pages(one.pages)}, {words.dots(one.dpi)}
                {one.identity && ` · ${words.consent(term(one.purpose))}`}
              </span>
              {one.state === "failed" && <span className="by block">{words.failed}</span>}
            </span>
            {one.state === "ready" ? (
              <span className="acts">
                <Act id="view-copy" onClick={() => setShown(one.id)} label={words.viewNamed(term(one.label))}>
                  {words.view}
                </Act>
                <a
                  className="kern-link target"
                  data-act="open-copy"
                  href={copyAddress(detail.row.id, one.id)}
                  target="_blank"
                  rel="noopener"
                >
                  {words.pdf}
                </a>
              </span>
            ) : (
              <Badge kind={one.state === "failed" ? "danger" : "info"}>
                {one.state === "failed" ? words.absent : words.making}
              </Badge>
            )}
          </li>
        ))}
      </ul>
      {copy && <Viewer key={copy.id} caseId={detail.row.id} copy={copy} close={() => setShown("")} />}
    </>
  );
}

/** Pages with zoom: + and -, 0 for the whole page, arrows to move, Page Up and Page Down to turn. */
function Viewer({ caseId, copy, close }: { caseId: string; copy: CopyRow; close: () => void }): ReactElement {
  const words = useWords(WORDS);
  const [page, setPage] = useState(1);
  const [zoom, setZoom] = useState(0);
  const [failed, setFailed] = useState(0);
  const frame = useRef<HTMLDivElement>(null);
  const held = useRef<[number, number, number, number] | null>(null);
  useEffect(() => frame.current?.focus(), []);
  const turn = (step: number) => setPage((now) => Math.min(copy.pages, Math.max(1, now + step)));
  const scale = (step: number) => setZoom((now) => Math.min(ZOOMS.length - 1, Math.max(0, now + step)));
  const keys: Record<string, () => void> = {
    "+": () => scale(1),
    "-": () => scale(-1),
    "0": () => setZoom(0),
    PageDown: () => turn(1),
    PageUp: () => turn(-1),
    Escape: close,
  };
  const pressed = (event: KeyboardEvent) => {
    const act = keys[event.key];
    if (!act || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  const down = (event: PointerEvent<HTMLDivElement>) => {
    if (event.pointerType !== "mouse" || !frame.current) return;
    held.current = [event.clientX, event.clientY, frame.current.scrollLeft, frame.current.scrollTop];
    frame.current.setPointerCapture(event.pointerId);
  };
  const drag = (event: PointerEvent<HTMLDivElement>) => {
    if (!held.current || !frame.current) return;
    const [x, y, left, top] = held.current;
    frame.current.scrollTo(left - (event.clientX - x), top - (event.clientY - y));
  };
  const drop = () => {
    held.current = null;
  };
  return (
    <div className="viewer" data-part="viewer" data-page-shown={page} data-zoom={ZOOMS[zoom]} onKeyDown={pressed}>
      <div className="viewer__bar">
        <Act id="page-before" disabled={page === 1} onClick={() => turn(-1)} label={words.before}>
          ◀
        </Act>
        <span role="status">{words.page(page, copy.pages)}</span>
        <Act id="page-next" disabled={page === copy.pages} onClick={() => turn(1)} label={words.next}>
          ▶
        </Act>
        <Act id="zoom-out" disabled={zoom === 0} onClick={() => scale(-1)} label={words.smaller}>
          −
        </Act>
        <Act id="zoom-in" disabled={zoom === ZOOMS.length - 1} onClick={() => scale(1)} label={words.larger}>
          +
        </Act>
        <Act id="zoom-whole" disabled={zoom === 0} onClick={() => setZoom(0)}>
          {words.whole}
        </Act>
        <Act id="close-viewer" style="tertiary" onClick={close}>
          {words.close}
        </Act>
      </div>
      <div
        className="viewer__frame"
        ref={frame}
        tabIndex={0}
        role="group"
        aria-label={words.picture(copy.label, page)}
        onPointerDown={down}
        onPointerMove={drag}
        onPointerUp={drop}
        onPointerCancel={drop}
      >
        {failed === page ? (
          <p className="kern-body">{words.cannot}</p>
        ) : (
          <img
            className={`viewer__page viewer__page--${zoom}`}
            src={pageAddress(caseId, copy.id, page)}
            alt={words.page(page, copy.pages)}
            draggable={false}
            onError={() => setFailed(page)}
          />
        )}
      </div>
    </div>
  );
}
