import { useEffect, useState, type FormEvent, type ReactElement } from "react";
import type { AccountRow, Role } from "../../contract";
import * as api from "../api/accounts";
import { useStaff } from "../context";
import { Choice, Line } from "../fields";
import { useLang, useWords } from "../language";
import { Act, Badge } from "../parts";
import { ROLES } from "../roles";
import "../styles/accounts.css";

const WORDS = {
  de: {
    title: "Konten",
    add: "Neues Konto",
    name: "Name",
    role: "Rolle",
    password: "Erstes Passwort (leer lassen: Sie bekommen einen Link zum Weitergeben)",
    create: "Konto anlegen",
    link: "Link zum Einrichten – er wird nur jetzt gezeigt und gilt einmal:",
    forWhom: (name: string) => `Für ${name}`,
    copy: "Link kopieren",
    copied: "Kopiert",
    done: "Fertig",
    state: "Zustand",
    locked: "gesperrt",
    open: "offen",
    invited: "Link noch nicht benutzt",
    provider: "Verwaltungskonto",
    factor: "Zweiter Faktor",
    totp: "App",
    passkeys: (count: number) => (count === 1 ? "1 Passkey" : `${count} Passkeys`),
    none: "keiner",
    signedIn: (count: number) => (count === 0 ? "nicht angemeldet" : count === 1 ? "angemeldet" : `${count}-mal angemeldet`),
    change: "Ändern",
    changing: (name: string) => `${name} ändern`,
    lock: "Sperren",
    unlock: "Entsperren",
    reset: "Zweiten Faktor zurücksetzen",
    newLink: "Neues Passwort per Link",
    end: "Überall abmelden",
    you: "Sie",
  },
  en: {
    title: "Accounts",
    add: "New account",
    name: "Name",
    role: "Role",
    password: "First password (leave empty: you get a link to pass on)",
    create: "Create account",
    link: "Set-up link – it is shown now only and works once:",
    forWhom: (name: string) => `For ${name}`,
    copy: "Copy link",
    copied: "Copied",
    done: "Done",
    state: "State",
    locked: "locked",
    open: "open",
    invited: "link not used yet",
    provider: "town account",
    factor: "Second factor",
    totp: "app",
    passkeys: (count: number) => (count === 1 ? "1 passkey" : `${count} passkeys`),
    none: "none",
    signedIn: (count: number) => (count === 0 ? "not signed in" : count === 1 ? "signed in" : `signed in ${count} times`),
    change: "Change",
    changing: (name: string) => `Change ${name}`,
    lock: "Lock",
    unlock: "Unlock",
    reset: "Reset second factor",
    newLink: "New password by link",
    end: "Sign out everywhere",
    you: "you",
  },
};

/** The accounts of all staff, for administrators. */
export function Accounts(): ReactElement {
  const words = useWords(WORDS);
  const roles = useWords(ROLES);
  const { me, busy, act, attempt } = useStaff();
  const [rows, setRows] = useState<AccountRow[] | null>(null);
  const [link, setLink] = useState<{ name: string; token: string } | null>(null);

  useEffect(() => {
    let current = true;
    void attempt(api.accounts).then((found) => current && found && setRows(found));
    return () => {
      current = false;
    };
  }, [attempt, me.csrf]);

  const put = (row: AccountRow) =>
    setRows((old) =>
      [...(old ?? []).filter(({ id }) => id !== row.id), row].sort((a, b) => a.name.localeCompare(b.name, "de")),
    );
  const add = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const data = new FormData(form);
    const value = (name: string) => String(data.get(name) ?? "");
    const done = await act(async () => {
      const account = { name: value("account").trim(), role: value("role") as Role, password: value("first") };
      const made = await api.addAccount(account, me.csrf);
      put(made.account);
      setLink(made.link ? { name: made.account.name, token: made.link } : null);
    });
    if (done) form.reset();
  };
  const options = Object.entries(roles) as [Role, string][];
  return (
    <div className="accounts" data-part="accounts">
      <h2 className="kern-heading-medium">{words.title}</h2>
      {link && <NewLink {...link} done={() => setLink(null)} />}
      <section className="kern-card card">
        <details data-part="new-account">
          <summary>{words.add}</summary>
          <form className="stack" onSubmit={(event) => void add(event)}>
            <Line label={words.name} name="account" required maxLength={80} autoComplete="off" />
            <Choice label={words.role} name="role" options={options} />
            <Line label={words.password} name="first" type="password" autoComplete="new-password" />
            <Act id="create-account" style="primary" type="submit" disabled={busy}>
              {words.create}
            </Act>
          </form>
        </details>
      </section>
      <ul className="accounts__list">
        {rows?.map((row) => (
          <Row key={row.id} row={row} put={put} told={(token) => setLink({ name: row.name, token })} />
        ))}
      </ul>
    </div>
  );
}

interface RowProps {
  row: AccountRow;
  put: (row: AccountRow) => void;
  told: (token: string) => void;
}

function Row({ row, put, told }: RowProps): ReactElement {
  const words = useWords(WORDS);
  const roles = useWords(ROLES);
  const { me, busy, act } = useStaff();
  const factors = [row.totp ? words.totp : "", row.passkeys ? words.passkeys(row.passkeys) : ""].filter(Boolean);
  const own = row.id === me.account;
  const doIt = (what: api.Plain) => void act(async () => put(await api.doTo(row.id, what, me.csrf)));
  return (
    <li className="kern-card card account" data-part="account" data-id={row.id} data-name={row.name}>
      <div className="account__facts">
        <h3 className="kern-heading-small">
          {row.name} {own && <span className="by">({words.you})</span>}
        </h3>
        <span>{roles[row.role]}</span>
        <span>
          <Badge kind={row.locked ? "danger" : "success"}>{row.locked ? words.locked : words.open}</Badge>{" "}
          {row.provider && <Badge kind="info">{words.provider}</Badge>}{" "}
          {row.invited && <Badge kind="warning">{words.invited}</Badge>}
        </span>
        {!row.provider && (
          <span>
            {words.factor}: {factors.join(", ") || words.none}
          </span>
        )}
        <span className="by">{words.signedIn(row.sessions)}</span>
      </div>
      <details data-part="change-account">
        <summary aria-label={words.changing(row.name)}>{words.change}</summary>
        <div className="acts">
          {!row.provider && (
            <Choice
              label={words.role}
              name={`role-${row.id}`}
              options={Object.entries(roles) as [Role, string][]}
              value={row.role}
              disabled={busy}
              onChange={(event) => {
                const role = event.target.value as Role;
                void act(async () => put(await api.changeRole(row.id, role, me.csrf)));
              }}
            />
          )}
          <Act id={row.locked ? "unlock" : "lock"} onClick={() => doIt(row.locked ? "unlock" : "lock")} disabled={busy}>
            {row.locked ? words.unlock : words.lock}
          </Act>
          {factors.length > 0 && (
            <Act id="reset" onClick={() => doIt("reset")} disabled={busy}>
              {words.reset}
            </Act>
          )}
          {!row.provider && (
            <Act
              id="new-link"
              onClick={() => void act(async () => told((await api.newLink(row.id, me.csrf)).link))}
              disabled={busy}
            >
              {words.newLink}
            </Act>
          )}
          {row.sessions > 0 && (
            <Act id="end-sessions" onClick={() => doIt("end-sessions")} disabled={busy}>
              {words.end}
            </Act>
          )}
        </div>
      </details>
    </li>
  );
}

function NewLink({ name, token, done }: { name: string; token: string; done: () => void }): ReactElement {
  const words = useWords(WORDS);
  const spoken = useLang();
  const [copied, setCopied] = useState(false);
  const address = `${location.origin}/staff#/link/${token}`;
  return (
    <section className="notes stack" data-part="link" role="status" lang={spoken}>
      <p>
        <strong>{words.forWhom(name)}:</strong> {words.link}
      </p>
      <code className="account__link">{address}</code>
      <div className="acts">
        <Act
          id="copy"
          onClick={() => void navigator.clipboard?.writeText(address).then(() => setCopied(true), () => undefined)}
        >
          {copied ? words.copied : words.copy}
        </Act>
        <Act id="link-done" onClick={done}>
          {words.done}
        </Act>
      </div>
    </section>
  );
}
