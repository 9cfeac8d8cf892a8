import type { ReactElement } from "react";
import type { FiguresReport } from "../../contract";
import { useWords } from "../language";
import { count, number, share } from "./numbers";
import { WORDS } from "./words";

type Name = keyof (typeof WORDS)["de"]["tiles"];
const SHOWN: Record<Name, (value: number | null) => string> = {
  visits: count,
  completion: share,
  wait_median: number,
  understood: share,
  minutes: number,
  helped: count,
  taken_over: count,
  thumbs_up: count,
  thumbs_down: count,
  not_understood: count,
  greeted: count,
  failures: count,
};

/** The figures at the top, each with the one of the period before. */
export function Tiles({ report }: { report: FiguresReport }): ReactElement {
  const words = useWords(WORDS);
  return (
    <dl className="tiles" data-part="tiles">
      {(Object.keys(SHOWN) as Name[]).map((name) => (
        <div key={name} className="tile" data-tile={name}>
          <dt>{words.tiles[name]}</dt>
          <dd className="tile__now">{SHOWN[name](report.now[name])}</dd>
          <dd className="tile__then">{words.before(SHOWN[name](report.then[name]))}</dd>
        </div>
      ))}
    </dl>
  );
}
