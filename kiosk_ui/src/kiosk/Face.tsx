import type { ReactElement } from "react";
import type { KioskView } from "../contract";

/** The colleague's face: plainly a machine's, and calm. What it does is told by CSS from `data-face`. */
export function Face({ face }: { face: KioskView["face"] }): ReactElement {
  return (
    <svg className="face" data-face={face} viewBox="0 0 200 200" aria-hidden="true" focusable="false">
      <circle className="face__ring" cx="100" cy="104" r="90" />
      <path className="face__antenna" d="M100 34V18" />
      <circle className="face__lamp" cx="100" cy="14" r="8" />
      <rect className="face__head" x="26" y="34" width="148" height="140" rx="52" />
      <rect className="face__glass" x="42" y="58" width="116" height="92" rx="38" />
      <g className="face__brows">
        <path d="M62 78l24 -4" />
        <path d="M138 78l-24 -4" />
      </g>
      <g className="face__eyes">
        <ellipse className="face__eye" cx="76" cy="96" rx="10" ry="13" />
        <ellipse className="face__eye" cx="124" cy="96" rx="10" ry="13" />
      </g>
      <path className="face__smile" d="M80 122q20 16 40 0" />
      <path className="face__sad" d="M82 130q18 -12 36 0" />
      <ellipse className="face__mouth" cx="100" cy="127" rx="15" ry="10" />
      <g className="face__dots">
        <circle cx="84" cy="128" r="5" />
        <circle cx="100" cy="128" r="5" />
        <circle cx="116" cy="128" r="5" />
      </g>
    </svg>
  );
}
