import { useEffect, useRef, useState } from "react";
import type { Checked, Draft, Item, VersionRow } from "../../contract";
import { Refused } from "../api";
import * as api from "../api/content";
import { useStaff } from "../context";
import { useLang } from "../language";

export type Document = NonNullable<Item["document"]>;

const PAUSE_MS = 300;
const FINE: Checked = { faults: [], hints: [] };

/** Somebody else was quicker: the sentence, and what they have changed. */
export interface Overtaken {
  says: string;
  newest: VersionRow | null;
}

export interface Editing<D extends Document> {
  document: D;
  draft: Draft & { name: string };
  dirty: boolean;
  checked: Checked;
  /** The last check was of what stands there now. */
  fresh: boolean;
  overtaken: Overtaken | null;
  change: (document: D) => void;
  discard: () => void;
  /** Saves what stands there, or `document`; whether it was done. */
  save: (document?: D) => Promise<boolean>;
  keepMine: () => void;
  takeTheirs: () => void;
}

/**
 * What is being typed. It begins with `item` and stays when the page's data is loaded anew: only saving,
 * discarding and the way out of a conflict change what it rests on.
 */
export function useDraft<D extends Document>(
  item: { name: string; version: number },
  begin: D,
  reload: () => Promise<unknown>,
): Editing<D> {
  const { me, attempt } = useStaff();
  const spoken = useLang();
  const [document, setDocument] = useState(begin);
  const [base, setBase] = useState({ version: item.version, document: begin });
  const [checked, setChecked] = useState<Checked>(FINE);
  const [fresh, setFresh] = useState(true);
  const [overtaken, setOvertaken] = useState<Overtaken | null>(null);
  const dirty = JSON.stringify(document) !== JSON.stringify(base.document);
  const draft = { name: item.name, version: base.version, document };
  const wanted = JSON.stringify([document, base.version]);
  const csrf = useRef(me.csrf);
  csrf.current = me.csrf;

  // as nothing was typed, what others have saved is taken over
  const given = JSON.stringify([item.version, begin]);
  const taken = useRef(given);
  useEffect(() => {
    if (dirty || overtaken || taken.current === given) return;
    taken.current = given;
    setBase({ version: item.version, document: begin });
    setDocument(begin);
  }, [given, dirty, overtaken, item.version, begin]);

  useEffect(() => {
    if (!dirty) {
      setChecked(FINE);
      setFresh(true);
      return;
    }
    setFresh(false);
    let late = false;
    const waiting = setTimeout(() => {
      api.check({ name: item.name, version: base.version, document }, csrf.current).then(
        (found) => {
          if (late) return;
          setChecked(found);
          setFresh(true);
        },
        () => undefined, // saving tells what is the matter
      );
    }, PAUSE_MS);
    return () => {
      late = true;
      clearTimeout(waiting);
    };
    // `wanted` stands for document and version; the sentences come in the page's language
  }, [wanted, dirty, spoken]);

  const rest = (next: { version: number; document: D }) => {
    taken.current = JSON.stringify([next.version, next.document]);
    setBase(next);
    setDocument(next.document);
    setOvertaken(null);
  };
  const save = async (other?: D) => {
    const sent = { ...draft, document: other ?? document };
    const found = await attempt(() => api.check(sent, me.csrf));
    if (!found) return false;
    setChecked(found);
    setFresh(true);
    if (other) setDocument(other);
    if (found.faults.length > 0) return false;
    const done = await attempt(async () => {
      try {
        return await api.save(sent, me.csrf);
      } catch (error) {
        if (!(error instanceof Refused) || error.status !== 409) throw error;
        const newest = (await api.versions(sent.document.kind, sent.name))[0] ?? null;
        setOvertaken({ says: error.message, newest });
        return null;
      }
    });
    if (!done) return false;
    rest({ version: item.name ? done.version : 0, document: item.name ? (done.document as D) : base.document });
    await reload();
    return true;
  };
  return {
    document,
    draft,
    dirty,
    checked,
    fresh,
    overtaken,
    change: setDocument,
    discard: () => {
      setDocument(base.document);
      setOvertaken(null);
    },
    save,
    keepMine: () => {
      if (!overtaken?.newest) return;
      setBase({ version: overtaken.newest.version, document: (overtaken.newest.document ?? base.document) as D });
      setOvertaken(null);
    },
    takeTheirs: () => {
      if (!overtaken?.newest) return;
      rest({ version: overtaken.newest.version, document: (overtaken.newest.document ?? base.document) as D });
      void reload();
    },
  };
}
