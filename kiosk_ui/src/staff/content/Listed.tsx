import { useState, type ReactElement, type ReactNode } from "react";
import type { Item } from "../../contract";
import * as api from "../api/content";
import { useStaff } from "../context";
import { Act, Badge } from "../parts";
import { useContentWords } from "./words";

interface Props {
  item: Item;
  /** What it is called, for those who hear the buttons. */
  name: string;
  /** What it says; what was taken away shows that instead. */
  children: ReactNode;
  /** The editor, `done` closes it. */
  editor: (done: () => void) => ReactElement;
  reload: () => Promise<unknown>;
}

/** A line of a list of closures or messages: change it, take it away, bring it back. */
export function Listed({ item, name, children, editor, reload }: Props): ReactElement {
  const words = useContentWords();
  const { me, act, busy } = useStaff();
  const [open, setOpen] = useState(false);
  const { kind, version } = item;
  const there = item.document !== null;
  const pointer = { kind, name: item.name, version };
  const change = (request: () => Promise<unknown>) => void act(request).then(reload);
  return (
    <li data-part={kind} data-name={item.name}>
      <div className="line">
        <span>
          {there ? (
            children
          ) : (
            <>
              <Badge kind="warning">{words.withdrawn}</Badge> {item.name.replace("file_", "")}
              <span className="by block">{words.fromStaff(item.by)}</span>
            </>
          )}
        </span>
        <span className="acts">
          {there ? (
            <>
              <Act id="change" onClick={() => setOpen(!open)} label={`${words.change}: ${name}`}>
                {words.change}
              </Act>
              <Act
                id="withdraw"
                disabled={busy}
                label={`${words.takeAway}: ${name}`}
                onClick={() => change(() => api.withdraw(pointer, me.csrf))}
              >
                {words.takeAway}
              </Act>
            </>
          ) : (
            <Act
              id="bring-back"
              disabled={busy}
              label={`${words.bringBack}: ${item.name}`}
              onClick={() => change(() => api.restore({ ...pointer, old: 0 }, me.csrf))}
            >
              {words.bringBack}
            </Act>
          )}
        </span>
      </div>
      {there && open && editor(() => setOpen(false))}
    </li>
  );
}
