import { useEffect, useId, useRef, useState, type FormEvent, type ReactElement, type ReactNode } from "react";
import type { Colleague } from "../../contract";
import { colleagues } from "../api/cases";
import { useStaff } from "../context";
import { useWords } from "../language";
import { Act } from "../parts";

const WORDS = {
  de: {
    cancel: "Abbrechen",
    reason: "Grund (steht im Verlauf)",
    giveBack: "Zurückgeben",
    returns: (number: string) => `${number} zurückgeben`,
    transfers: (number: string) => `${number} weitergeben`,
    transfer: "Weitergeben",
    to: "An wen",
    note: "Notiz für die Kollegin oder den Kollegen (freiwillig)",
    nobody: "Es gibt kein anderes Konto, das Vorgänge bearbeitet.",
    here: "angemeldet",
  },
  en: {
    cancel: "Cancel",
    reason: "Reason (stands in the history)",
    giveBack: "Return",
    returns: (number: string) => `Return ${number}`,
    transfers: (number: string) => `Transfer ${number}`,
    transfer: "Transfer",
    to: "To whom",
    note: "Note for your colleague (optional)",
    nobody: "There is no other account that works on cases.",
    here: "signed in",
  },
};

interface BoxProps {
  title: string;
  confirm: string;
  id: string;
  children: ReactNode;
  submit: () => void;
  cancel: () => void;
}

/** A question in place: what is typed stays until it is saved or given up. */
function Box({ title, confirm, id, children, submit, cancel }: BoxProps): ReactElement {
  const words = useWords(WORDS);
  const { busy } = useStaff();
  const box = useRef<HTMLDialogElement>(null);
  const name = useId();
  useEffect(() => {
    box.current?.scrollIntoView?.({ block: "nearest" });
    box.current?.querySelector<HTMLElement>("select, textarea")?.focus();
  }, []);
  const sent = (event: FormEvent) => {
    event.preventDefault();
    submit();
  };
  return (
    <dialog
      open
      ref={box}
      className="ask"
      aria-labelledby={name}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        cancel();
      }}
    >
      <form className="stack" onSubmit={sent}>
        <h4 id={name} className="kern-heading-small">
          {title}
        </h4>
        {children}
        <div className="acts">
          <Act id={`confirm-${id}`} style="primary" type="submit" disabled={busy}>
            {confirm}
          </Act>
          <Act id={`cancel-${id}`} style="tertiary" onClick={cancel}>
            {words.cancel}
          </Act>
        </div>
      </form>
    </dialog>
  );
}

function Text({
  label,
  text,
  write,
  required,
  most,
}: {
  label: string;
  text: string;
  write: (text: string) => void;
  required?: boolean;
  most: number;
}) {
  return (
    <label className="kern-form-input">
      <span className="kern-label">{label}</span>
      <textarea
        className="kern-form-input__input reason"
        required={required}
        maxLength={most}
        rows={4}
        value={text}
        onChange={(event) => write(event.target.value)}
      />
    </label>
  );
}

interface Draft {
  number: string;
  text: string;
  write: (text: string) => void;
  cancel: () => void;
}

/** Asks why a case goes back. */
export function Return({ number, text, write, cancel, confirm }: Draft & { confirm: (reason: string) => void }) {
  const words = useWords(WORDS);
  const submit = () => {
    if (text.trim()) confirm(text.trim());
  };
  return (
    <Box id="return" title={words.returns(number)} confirm={words.giveBack} {...{ submit, cancel }}>
      <Text label={words.reason} required most={500} {...{ text, write }} />
    </Box>
  );
}

/** Asks to whom a case goes, and what they should know. */
export function Give({
  number,
  text,
  write,
  cancel,
  confirm,
}: Draft & { confirm: (to: string, note: string) => void }) {
  const words = useWords(WORDS);
  const { attempt } = useStaff();
  const [known, setKnown] = useState<Colleague[] | null>(null);
  const [to, setTo] = useState("");
  useEffect(() => {
    void attempt(colleagues).then((found) => {
      if (!found) return;
      setKnown(found);
      setTo(found[0]?.id ?? "");
    });
  }, [attempt]);
  const submit = () => {
    if (to) confirm(to, text.trim());
  };
  return (
    <Box id="transfer" title={words.transfers(number)} confirm={words.transfer} {...{ submit, cancel }}>
      {known?.length === 0 ? (
        <p className="kern-body">{words.nobody}</p>
      ) : (
        <label className="kern-form-input">
          <span className="kern-label">{words.to}</span>
          <select
            className="kern-form-input__input"
            data-id="colleague"
            value={to}
            onChange={(event) => setTo(event.target.value)}
          >
            {known?.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
                {one.here ? ` (${words.here})` : ""}
              </option>
            ))}
          </select>
        </label>
      )}
      <Text label={words.note} most={1000} {...{ text, write }} />
    </Box>
  );
}
