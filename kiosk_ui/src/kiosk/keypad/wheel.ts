/** A spoken wheel: arrow keys turn it, the OK key takes what it has stopped at. */

export interface Spoke {
  /** What is said of it. */
  say: string;
  /** Takes it; gives what is said then, "" for nothing. */
  take: () => string;
}

export class Wheel {
  private at: number;

  constructor(
    /** What the wheel is for, said when it is asked again. */
    readonly title: () => string,
    private readonly spokes: readonly Spoke[],
    /** Called when it is left. */
    readonly leave: () => void,
    start = 0,
  ) {
    this.at = start;
  }

  get current(): Spoke {
    return this.spokes[this.at] as Spoke;
  }

  turn(by: 1 | -1): Spoke {
    this.at = (this.at + by + this.spokes.length) % this.spokes.length;
    return this.current;
  }
}

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÜß";
const DIGITS = "0123456789";
const ACCENTS = "ÁÀÂÃÅĀĄÆĆČÇĎĐÉÈÊËĒĘĚĞĢÍÌÎÏĪĮİŁĻĽÑŃŇŅÓÒÔÕØŐŒŔŘŚŠŞȘŤȚÚÙÛŮŪŰŲÝŸŹŻŽ";

/** The signs that make sense in a field, by its `data-keys`; a blank stands first, before the letters. */
export function signsFor(keys: string): string {
  switch (keys) {
    case "numeric":
    case "date":
      return `${DIGITS}.`;
    case "money":
      return `${DIGITS},`;
    case "phone":
      return ` ${DIGITS}+/-`;
    case "email":
      return `${LETTERS.slice(0, 26)}${DIGITS}@.-_`;
    case "code":
      return ` ${LETTERS.slice(0, 29)}${DIGITS}-`;
    case "names":
      return ` ${LETTERS}-.'${ACCENTS}`;
    default:
      return ` ${LETTERS}${DIGITS}-.,/'${ACCENTS}`;
  }
}

/** How a sign is written after `value`: words begin with a capital and go on as they are, e-mail is small. */
export function written(sign: string, keys: string, value: string): string {
  if (keys === "email") return sign.toLocaleLowerCase("de");
  if (keys === "code" || /(^|[\s\-.'/]|\p{Lu}{2})$/u.test(value)) return sign;
  return sign.toLocaleLowerCase("de");
}
