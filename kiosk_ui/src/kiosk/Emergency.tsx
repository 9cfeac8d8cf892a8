import type { ReactElement } from "react";
import type { Emergency as Notice } from "../contract";
import { Icon } from "../shared/icons";

/** The staff's notice, above everything: a strip, or the whole screen where everybody has to leave. */
export function Emergency({ notice }: { notice: Notice }): ReactElement {
  return (
    <section
      className={`emergency emergency--${notice.leave ? "leave" : "note"}`}
      data-part="emergency"
      data-leave={notice.leave}
      role="alert"
      aria-label={notice.title}
    >
      <Icon name="warning" />
      <div className="emergency__words">
        <h2 className="emergency__title">{notice.title}</h2>
        <p className="emergency__text" lang={notice.lang} dir={notice.direction}>
          {notice.text}
        </p>
        {notice.also.length > 0 && (
          <ul className="emergency__also">
            {notice.also.map((one) => (
              <li key={one.lang} lang={one.lang} dir={one.direction}>
                {one.text}
              </li>
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}
