import type { ReactElement } from "react";
import type { Review, ReviewRow } from "../contract";
import { Icon } from "../shared/icons";
import { BigButton } from "./BigButton";
import { Frame, type Props } from "./Frame";
import type { Words } from "./labels";

/** Everything once more: each value with where it comes from and a button that leads to it. */
export function ReviewPanel({ panel, actions, words }: Props<Review>): ReactElement {
  return (
    <Frame title={panel.title} text={panel.text} actions={actions} words={words} buttons={panel.actions}>
      {panel.groups.map((group, index) => (
        <section className="review" key={`${index} ${group.label}`} data-part="review-group">
          <div className="review__head">
            <h2>{group.label}</h2>
            {group.edit && <BigButton button={group.edit} tap={actions.tap} />}
          </div>
          <dl className="rows">
            {group.rows.map((row, place) => (
              <Row key={`${place} ${row.label}`} row={row} tap={actions.tap} words={words} />
            ))}
          </dl>
        </section>
      ))}
      <section className="review" data-part="fees">
        <div className="review__head">
          <h2>{words("fees")}</h2>
        </div>
        <dl className="rows">
          {panel.fees.map((fee, index) => (
            <div className="rows__row" key={`${index} ${fee.label}`} data-part="fee">
              <dt>
                {fee.label}
                <span className="rows__law">
                  <bdi lang="de">{fee.law}</bdi>
                  {fee.since && `, ${words("since")} ${fee.since}`}
                </span>
              </dt>
              <dd className="rows__amount">
                <bdi>{fee.amount}</bdi>
              </dd>
            </div>
          ))}
          <div className="rows__row rows__row--total" data-part="total">
            <dt>{words("total")}</dt>
            <dd className="rows__amount">
              <bdi>{panel.total}</bdi>
            </dd>
          </div>
        </dl>
      </section>
    </Frame>
  );
}

function Row({ row, tap, words }: { row: ReviewRow; tap: (id: string) => void; words: Words }): ReactElement {
  const { edit } = row;
  return (
    <div className={`rows__row ${edit ? "rows__row--edit" : ""} ${row.value ? "" : "rows__row--missing"}`}>
      <dt>{row.label}</dt>
      <dd>
        <span className="rows__said">
          <span className="rows__value" dir="auto" data-personal={row.personal}>
            {row.value || "–"}
          </span>
          {row.origin && <span className="origin">{row.origin}</span>}
        </span>
        {edit && (
          <button
            type="button"
            className="option rows__edit"
            data-id={edit.id}
            aria-label={edit.label}
            onClick={() => tap(edit.id)}
          >
            <Icon name={edit.icon} />
            {words("change")}
          </button>
        )}
      </dd>
    </div>
  );
}
