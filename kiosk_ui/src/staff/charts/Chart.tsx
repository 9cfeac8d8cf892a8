import { useCallback, useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactElement, type ReactNode } from "react";

interface Pane {
  width: number;
  height: number;
}

interface ChartProps {
  /** What the chart shows, for those who do not see it. */
  label: string;
  /** Its height in CSS pixels for a width. */
  height: (width: number) => number;
  /** Narrower panes scroll sideways. */
  least?: number;
  /** One sentence per mark: what is read when it has the focus or lies under the pointer. */
  marks: string[];
  /** Draws it; `mark(i)` gives the properties that make an element mark number i. */
  draw: (pane: Pane, mark: (at: number) => MarkProps) => ReactNode;
}

/** What makes an SVG element a mark: focusable in turn, and named. */
export interface MarkProps {
  role: "img";
  "aria-label": string;
  tabIndex: number;
  className: string;
  "data-mark": number;
  onFocus: () => void;
  onPointerEnter: () => void;
}

const STEPS: Record<string, number> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/**
 * An SVG in real pixels, so that its letters have the size of the page's. The marks are one stop of the Tab key:
 * arrows go from one to the next, and what a mark says stands below.
 */
export function Chart({ label, height, least = 0, marks, draw }: ChartProps): ReactElement {
  const box = useRef<HTMLDivElement>(null);
  const svg = useRef<SVGSVGElement>(null);
  const [width, setWidth] = useState(600);
  const [active, setActive] = useState(-1);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = () => setWidth(Math.max(least, Math.floor(element.clientWidth)));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [least]);
  const go = useCallback((event: KeyboardEvent<SVGSVGElement>) => {
    const all = [...(svg.current?.querySelectorAll<SVGElement>("[data-mark]") ?? [])];
    const here = all.findIndex((one) => one === document.activeElement);
    const step = STEPS[event.key];
    const to = event.key === "Home" ? 0 : event.key === "End" ? all.length - 1 : step && here + step;
    if (to === undefined || to === 0 && step === 0) return;
    event.preventDefault();
    all[Math.min(Math.max(to, 0), all.length - 1)]?.focus();
  }, []);
  const stop = active < 0 || active >= marks.length ? 0 : active;
  const pane = { width, height: height(width) };
  return (
    <div className="chart">
      <div className="chart__pane" ref={box}>
        <svg
          ref={svg}
          className="chart__svg"
          role="group"
          aria-label={label}
          width={pane.width}
          height={pane.height}
          viewBox={`0 0 ${pane.width} ${pane.height}`}
          onKeyDown={go}
          onPointerLeave={() => setActive(-1)}
        >
          {draw(pane, (at) => ({
            role: "img",
            "aria-label": marks[at] ?? "",
            tabIndex: at === stop ? 0 : -1,
            className: `chart__mark ${at === active ? "chart__mark--active" : ""}`,
            "data-mark": at,
            onFocus: () => setActive(at),
            onPointerEnter: () => setActive(at),
          }))}
        </svg>
      </div>
      <p className="chart__said" aria-hidden="true">
        {marks[active] ?? ""}
      </p>
    </div>
  );
}
