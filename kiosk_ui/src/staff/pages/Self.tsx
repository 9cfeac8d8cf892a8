import { useCallback, useEffect, useState, type FormEvent, type ReactElement } from "react";
import type { OwnAccount, TotpSecret } from "../../contract";
import * as api from "../api/accounts";
import { useStaff } from "../context";
import { Line } from "../fields";
import { useLang, useWords } from "../language";
import { Act, Badge } from "../parts";
import { makePasskey, passkeysWork } from "../passkey";
import { ROLES } from "../roles";
import "../styles/accounts.css";

const WORDS = {
  de: {
    title: "Mein Konto",
    factor: "Zweiter Faktor",
    required: "Ihre Verwaltung verlangt einen zweiten Faktor.",
    offered: "Ein zweiter Faktor schützt Ihr Konto, auch wenn jemand Ihr Passwort kennt.",
    provider: "Sie melden sich mit Ihrem Verwaltungskonto an. Passwort und zweiten Faktor ändern Sie dort.",
    app: "Code aus einer App",
    on: "eingerichtet",
    off: "nicht eingerichtet",
    setUp: "Einrichten",
    remove: "Entfernen",
    scan: "Lesen Sie diesen Code mit Ihrer Authenticator-App ein, oder schreiben Sie den Schlüssel ab:",
    qr: "QR-Code für Ihre App",
    code: "Code aus der App",
    confirm: "Bestätigen",
    cancel: "Abbrechen",
    recovery: "Ihre Wiederherstellungscodes. Sie werden nur jetzt gezeigt; jeder gilt einmal. Bitte bewahren Sie sie auf:",
    kept: "Ich habe sie aufbewahrt",
    left: (count: number) => `noch ${count} Wiederherstellungscodes`,
    passkeys: "Passkeys",
    passkeysAre: "Fingerabdruck, Gesicht oder PIN Ihres Geräts: anmelden ohne Passwort.",
    noPasskeys: "Passkeys gehen nur über https oder auf diesem Gerät selbst.",
    passkeyName: "Name für den neuen Passkey",
    addPasskey: "Passkey hinzufügen",
    stopped: "Der Passkey wurde nicht angelegt. Bitte versuchen Sie es noch einmal.",
    used: (when: string) => `zuletzt benutzt ${when}`,
    never: "noch nicht benutzt",
    removing: (name: string) => `Passkey ${name} entfernen`,
    password: "Passwort ändern",
    current: "Bisheriges Passwort",
    fresh: "Neues Passwort",
    freshHint: "mindestens 10 Zeichen",
    again: "Neues Passwort noch einmal",
    differ: "Die beiden neuen Passwörter sind nicht gleich.",
    save: "Passwort speichern",
    saved: "Ihr Passwort ist geändert. Andere Anmeldungen von Ihnen sind beendet.",
    sessions: "Wo Sie angemeldet sind",
    since: (when: string) => `seit ${when}`,
    here: "dieser Browser",
    end: "Abmelden",
    endAll: "Überall sonst abmelden",
    ending: (when: string) => `Anmeldung seit ${when} beenden`,
  },
  en: {
    title: "My account",
    factor: "Second factor",
    required: "Your administration asks for a second factor.",
    offered: "A second factor protects your account even if somebody knows your password.",
    provider: "You sign in with your town account. Change its password and second factor there.",
    app: "Code of an app",
    on: "set up",
    off: "not set up",
    setUp: "Set up",
    remove: "Remove",
    scan: "Scan this code with your authenticator app, or copy the key:",
    qr: "QR code for your app",
    code: "Code of the app",
    confirm: "Confirm",
    cancel: "Cancel",
    recovery: "Your recovery codes. They are shown now only; each works once. Please keep them safe:",
    kept: "I have kept them",
    left: (count: number) => `${count} recovery codes left`,
    passkeys: "Passkeys",
    passkeysAre: "Fingerprint, face or PIN of your device: sign in without a password.",
    noPasskeys: "Passkeys only work over https or on this very machine.",
    passkeyName: "Name for the new passkey",
    addPasskey: "Add passkey",
    stopped: "The passkey was not made. Please try again.",
    used: (when: string) => `last used ${when}`,
    never: "not used yet",
    removing: (name: string) => `Remove passkey ${name}`,
    password: "Change password",
    current: "Present password",
    fresh: "New password",
    freshHint: "at least 10 characters",
    again: "New password again",
    differ: "The two new passwords are not the same.",
    save: "Save password",
    saved: "Your password is changed. Your other sessions have been ended.",
    sessions: "Where you are signed in",
    since: (when: string) => `since ${when}`,
    here: "this browser",
    end: "Sign out",
    endAll: "Sign out everywhere else",
    ending: (when: string) => `End the session since ${when}`,
  },
};

/** One's own account: second factor, passkeys, password, sessions. */
export function Self(): ReactElement {
  const words = useWords(WORDS);
  const roles = useWords(ROLES);
  const { me, attempt, refresh } = useStaff();
  const [own, setOwn] = useState<OwnAccount | null>(null);
  const load = useCallback(() => attempt(api.own).then((found) => found && setOwn(found)), [attempt]);
  useEffect(() => void load(), [load, me.csrf]);
  const changed = useCallback(async () => {
    await load();
    await refresh();
  }, [load, refresh]);
  return (
    <div className="accounts" data-part="self">
      <h2 className="kern-heading-medium">{words.title}</h2>
      <p className="kern-body">
        {me.name}, {roles[me.role]}
      </p>
      {own && !own.password && !own.totp && own.passkeys.length === 0 ? (
        <p className="notes">{words.provider}</p>
      ) : (
        own && (
          <>
            <p className="kern-body">{own.required ? words.required : words.offered}</p>
            <Totp own={own} changed={changed} />
            <Passkeys own={own} changed={changed} />
            {own.password && <Password />}
          </>
        )
      )}
      {own && <Sessions own={own} changed={changed} />}
    </div>
  );
}

interface PartProps {
  own: OwnAccount;
  changed: () => Promise<void>;
}

function Totp({ own, changed }: PartProps): ReactElement {
  const words = useWords(WORDS);
  const { me, busy, act } = useStaff();
  const [secret, setSecret] = useState<TotpSecret | null>(null);
  const [codes, setCodes] = useState<string[]>([]);
  const confirm = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const code = String(new FormData(event.currentTarget).get("code") ?? "").trim();
    const done = await act(async () => setCodes((await api.confirmTotp(code, me.csrf)).codes));
    if (done) setSecret(null);
    if (done) await changed();
  };
  return (
    <section className="kern-card card" aria-labelledby="totp" data-part="totp" data-on={own.totp}>
      <div className="line">
        <h3 id="totp" className="kern-heading-small">
          {words.app}
        </h3>
        <Badge kind={own.totp ? "success" : "info"}>{own.totp ? words.on : words.off}</Badge>
      </div>
      {codes.length > 0 && (
        <div className="notes stack" data-part="recovery" role="status">
          <p>{words.recovery}</p>
          <ul className="self__codes">
            {codes.map((code) => (
              <li key={code}>
                <code>{code}</code>
              </li>
            ))}
          </ul>
          <Act id="kept" onClick={() => setCodes([])}>
            {words.kept}
          </Act>
        </div>
      )}
      {own.totp && <p className="by">{words.left(own.recovery_left)}</p>}
      {!own.totp && !secret && (
        <div className="acts">
          <Act
            id="totp-begin"
            onClick={() => void act(async () => setSecret(await api.beginTotp(me.csrf)))}
            disabled={busy}
          >
            {words.setUp}
          </Act>
        </div>
      )}
      {secret && (
        <form className="stack" onSubmit={(event) => void confirm(event)}>
          <p>{words.scan}</p>
          <svg className="self__qr" viewBox={`-4 -4 ${secret.size + 8} ${secret.size + 8}`} role="img" aria-label={words.qr}>
            <path d={secret.outline} />
          </svg>
          <code className="account__link" data-part="secret">
            {secret.secret.match(/.{1,4}/g)?.join(" ")}
          </code>
          <Line label={words.code} name="code" inputMode="numeric" autoComplete="one-time-code" required autoFocus />
          <div className="acts">
            <Act id="totp-confirm" style="primary" type="submit" disabled={busy}>
              {words.confirm}
            </Act>
            <Act id="totp-cancel" onClick={() => setSecret(null)}>
              {words.cancel}
            </Act>
          </div>
        </form>
      )}
      {own.totp && (
        <div className="acts">
          <Act
            id="totp-remove"
            onClick={() => void act(() => api.removeTotp(me.csrf)).then((done) => (done ? changed() : undefined))}
            disabled={busy}
          >
            {words.remove}
          </Act>
        </div>
      )}
    </section>
  );
}

function Passkeys({ own, changed }: PartProps): ReactElement {
  const words = useWords(WORDS);
  const when = useWhen();
  const { me, busy, act, tell } = useStaff();
  const add = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const name = String(new FormData(form).get("passkey") ?? "").trim();
    const done = await act(async () => {
      const { challenge, options } = await api.beginPasskey(me.csrf);
      const answer = await makePasskey(options);
      if (answer) await api.keepPasskey(name, challenge, answer, me.csrf);
      else tell(words.stopped);
    });
    if (done) form.reset();
    await changed();
  };
  return (
    <section className="kern-card card" aria-labelledby="passkeys" data-part="passkeys">
      <h3 id="passkeys" className="kern-heading-small">
        {words.passkeys}
      </h3>
      <p>{passkeysWork() ? words.passkeysAre : words.noPasskeys}</p>
      <ul className="plain">
        {own.passkeys.map((key) => (
          <li key={key.id} className="line" data-part="passkey" data-id={key.id}>
            <span>
              {key.name} <span className="by block">{key.used ? words.used(when(key.used)) : words.never}</span>
            </span>
            <Act
              id="passkey-remove"
              label={words.removing(key.name)}
              onClick={() => void act(() => api.removePasskey(key.id, me.csrf)).then((done) => (done ? changed() : undefined))}
              disabled={busy}
            >
              {words.remove}
            </Act>
          </li>
        ))}
      </ul>
      {passkeysWork() && (
        <form className="stack" onSubmit={(event) => void add(event)}>
          <Line label={words.passkeyName} name="passkey" required maxLength={80} autoComplete="off" />
          <div className="acts">
            <Act id="passkey-add" type="submit" disabled={busy}>
              {words.addPasskey}
            </Act>
          </div>
        </form>
      )}
    </section>
  );
}

function Password(): ReactElement {
  const words = useWords(WORDS);
  const { me, busy, act, tell } = useStaff();
  const [saved, setSaved] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const data = new FormData(form);
    const value = (name: string) => String(data.get(name) ?? "");
    setSaved(false);
    if (value("fresh") !== value("again")) {
      tell(words.differ);
      return;
    }
    if (!(await act(() => api.changePassword(value("current"), value("fresh"), me.csrf)))) return;
    form.reset();
    setSaved(true);
  };
  return (
    <section className="kern-card card" data-part="password">
      <details>
        <summary>{words.password}</summary>
        <form className="stack" onSubmit={(event) => void submit(event)}>
          <input type="text" name="username" autoComplete="username" defaultValue={me.name} hidden />
          <Line label={words.current} name="current" type="password" autoComplete="current-password" required />
          <Line label={words.fresh} hint={words.freshHint} name="fresh" {...FRESH} />
          <Line label={words.again} name="again" {...FRESH} />
          <Act id="password-save" style="primary" type="submit" disabled={busy}>
            {words.save}
          </Act>
        </form>
      </details>
      <p role="status">{saved ? words.saved : ""}</p>
    </section>
  );
}

function Sessions({ own, changed }: PartProps): ReactElement {
  const words = useWords(WORDS);
  const when = useWhen();
  const { me, busy, act } = useStaff();
  const others = own.sessions.filter(({ here }) => !here);
  return (
    <section className="kern-card card" aria-labelledby="sessions" data-part="sessions">
      <h3 id="sessions" className="kern-heading-small">
        {words.sessions}
      </h3>
      <ul className="plain">
        {own.sessions.map((session) => (
          <li key={session.id} className="line" data-part="session" data-here={session.here}>
            <span>
              {words.since(when(session.since))} {session.here && <Badge kind="info">{words.here}</Badge>}
            </span>
            {!session.here && (
              <Act
                id="session-end"
                label={words.ending(when(session.since))}
                onClick={() => void act(() => api.endSession(session.id, me.csrf)).then((done) => (done ? changed() : undefined))}
                disabled={busy}
              >
                {words.end}
              </Act>
            )}
          </li>
        ))}
      </ul>
      {others.length > 1 && (
        <div className="acts">
          <Act
            id="sessions-end"
            onClick={() => void act(() => api.endOthers(me.csrf)).then((done) => (done ? changed() : undefined))}
            disabled={busy}
          >
            {words.endAll}
          </Act>
        </div>
      )}
    </section>
  );
}

/** A moment as day and time in the page's language. */
function useWhen(): (iso: string) => string {
  const spoken = useLang();
  return (iso) =>
    new Date(iso).toLocaleString(spoken === "de" ? "de-DE" : "en-GB", { dateStyle: "medium", timeStyle: "short" });
}

const FRESH = { type: "password", autoComplete: "new-password", required: true, minLength: 10 } as const;
