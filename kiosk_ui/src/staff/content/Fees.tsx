import { useState, type ReactElement } from "react";
import type { ContentState, FeeDoc, Item } from "../../contract";
import { Act } from "../parts";
import { term } from "../terms";
import { Editor } from "./Editor";
import { Choose, Field } from "./fields";
import { useDraft } from "./useDraft";
import { dayText, euros, useContentWords } from "./words";

interface Props {
  state: ContentState;
  reload: () => Promise<unknown>;
}

/** Fees by service, with all their amounts: a new one holds from a day to come, what has begun stays. */
export function Fees({ state, reload }: Props): ReactElement {
  const words = useContentWords();
  const items = state.items.filter(({ kind }) => kind === "fee");
  const services = [...new Map(items.map((item) => [serviceOf(item), term(item.group)])).entries()];
  const [service, setService] = useState("identity_card");
  const chosen = services.some(([id]) => id === service) ? service : (services[0]?.[0] ?? "");
  return (
    <>
      <Choose id="service" label={words.service} value={chosen} change={setService} options={services} />
      {items.map((item) => (
        <section key={item.name} hidden={serviceOf(item) !== chosen} className="content__rule" data-fee={item.name}>
          <h3 className="kern-label">{term(item.label)}</h3>
          <OneFee item={item} state={state} reload={reload} />
        </section>
      ))}
    </>
  );
}

function serviceOf({ name }: Item): string {
  return name.split(".")[0] ?? "";
}

function OneFee({ item, state, reload }: Props & { item: Item }): ReactElement {
  const words = useContentWords();
  const editing = useDraft(item, item.document as FeeDoc, reload);
  const { document, change } = editing;
  const facts = state.fees.find(({ name }) => name === item.name);
  const begun = document.amounts.filter(({ since }) => since && since <= state.today && stood(item, since));
  const known = [...(facts?.amounts ?? []), ...begun].sort((one, other) => one.since.localeCompare(other.since));
  const set = (at: number, part: Partial<FeeDoc["amounts"][number]>) =>
    change({ ...document, amounts: document.amounts.map((one, n) => (n === at ? { ...one, ...part } : one)) });
  return (
    <Editor state={state} editing={editing} reload={reload}>
      <ul className="plain">
        {known.map((one) => (
          <li key={one.since} className="line">
            <span>
              {(one.since <= state.today ? words.amountSince : words.amountFrom)(euros(one.amount), dayText(one.since))}
              <span className="by block">{one.law}</span>
            </span>
          </li>
        ))}
      </ul>
      {document.amounts.map((one, at) =>
        begun.includes(one) ? null : (
          <div key={at} className="content__row" data-amount={at}>
            <Field
              field={`amounts.${at}.since`}
              label={words.since}
              type="date"
              value={one.since}
              change={(since) => set(at, { since })}
            />
            <Field
              field={`amounts.${at}.amount`}
              label={words.amount}
              mode="decimal"
              max={12}
              value={one.amount}
              change={(amount) => set(at, { amount })}
            />
            <Field
              field={`amounts.${at}.law`}
              label={words.law}
              max={120}
              value={one.law}
              change={(law) => set(at, { law })}
            />
            <Act
              id={`remove-amount-${at}`}
              style="tertiary"
              label={`${words.remove}: ${euros(one.amount)}`}
              onClick={() => change({ ...document, amounts: document.amounts.filter((_, n) => n !== at) })}
            >
              {words.remove}
            </Act>
          </div>
        ),
      )}
      <div className="acts">
        <Act
          id="new-amount"
          label={`${words.newAmount}: ${term(item.label)}`}
          onClick={() =>
            change({
              ...document,
              amounts: [...document.amounts, { since: "", amount: "", law: known.at(-1)?.law ?? "" }],
            })
          }
        >
          {words.newAmount}
        </Act>
      </div>
    </Editor>
  );
}

/** Whether the amount was saved before. */
function stood(item: Item, since: string): boolean {
  return item.document?.kind === "fee" && item.document.amounts.some((one) => one.since === since);
}
