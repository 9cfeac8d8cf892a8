import { useEffect, useRef, useState, type FormEvent, type ReactElement } from "react";
import type { Me, OidcProblem, SecondStep, SignInOffer } from "../contract";
import { me, Refused, signIn } from "./api";
import { askPasskey, giveCode, givePasskey, offer, PROVIDER, useLink } from "./api/accounts";
import { Line } from "./fields";
import { lang, speak, useWords } from "./language";
import { Act, Problem } from "./parts";
import { passkeysWork, showPasskey } from "./passkey";

interface Props {
  /** Why one has to sign in again; "" at first. */
  reason: string;
  /** Who was signed in; "" at first. */
  name: string;
  /** Over the page that waits behind it. */
  over?: boolean;
  signedIn: (me: Me) => void;
}

const PROBLEMS: { de: Record<OidcProblem, string>; en: Record<OidcProblem, string> } = {
  de: {
    away: "Das Verwaltungskonto ist gerade nicht erreichbar. Bitte versuchen Sie es gleich noch einmal.",
    state: "Diese Anmeldung gilt nicht mehr. Bitte beginnen Sie noch einmal.",
    denied: "Das Verwaltungskonto hat die Anmeldung abgelehnt.",
    code: "Das Verwaltungskonto hat die Anmeldung nicht bestätigt. Bitte beginnen Sie noch einmal.",
    token: "Die Antwort des Verwaltungskontos ist nicht gültig. Bitte sagen Sie der IT Bescheid.",
    role: "Ihr Verwaltungskonto hat hier keine Rolle. Bitte wenden Sie sich an Ihre Verwaltung.",
    locked: "Dieses Konto ist gesperrt. Bitte wenden Sie sich an Ihre Verwaltung.",
  },
  en: {
    away: "The town's account service cannot be reached right now. Please try again in a moment.",
    state: "This sign-in is no longer valid. Please begin again.",
    denied: "The town's account service has refused the sign-in.",
    code: "The town's account service has not confirmed the sign-in. Please begin again.",
    token: "The answer of the town's account service is not valid. Please tell your IT department.",
    role: "Your account has no role here. Please ask your administrator.",
    locked: "This account is locked. Please ask your administrator.",
  },
};

const WORDS = {
  de: {
    title: "Rathauslotse – Anmelden",
    name: "Name",
    password: "Passwort",
    signIn: "Anmelden",
    other: "oder",
    passkey: "Mit Passkey anmelden",
    provider: (name: string) => `Mit ${name} anmelden`,
    stopped: "Der Passkey wurde nicht benutzt. Bitte versuchen Sie es noch einmal.",
    second: "Zweiter Faktor",
    code: "Code aus Ihrer App",
    codeHint: "sechs Ziffern, oder einer Ihrer Wiederherstellungscodes",
    go: "Weiter",
    usePasskey: "Passkey benutzen",
    back: "Zurück",
    welcome: "Willkommen. Bitte wählen Sie Ihr Passwort.",
    fresh: "Neues Passwort",
    freshHint: "mindestens 10 Zeichen",
    again: "Neues Passwort noch einmal",
    differ: "Die beiden Passwörter sind nicht gleich.",
    save: "Passwort speichern und anmelden",
    language: "English",
  },
  en: {
    title: "Rathauslotse – Sign in",
    name: "Name",
    password: "Password",
    signIn: "Sign in",
    other: "or",
    passkey: "Sign in with a passkey",
    provider: (name: string) => `Sign in with ${name}`,
    stopped: "The passkey was not used. Please try again.",
    second: "Second factor",
    code: "Code of your app",
    codeHint: "six digits, or one of your recovery codes",
    go: "Continue",
    usePasskey: "Use passkey",
    back: "Back",
    welcome: "Welcome. Please choose your password.",
    fresh: "New password",
    freshHint: "at least 10 characters",
    again: "New password again",
    differ: "The two passwords are not the same.",
    save: "Save password and sign in",
    language: "Deutsch",
  },
};

/** What the provider's redirect says (?problem=role); the address is clean afterwards. */
function problemOf(): OidcProblem | "" {
  const problem = new URLSearchParams(location.search).get("problem");
  if (problem === null) return "";
  history.replaceState(null, "", location.pathname + location.hash);
  return problem in PROBLEMS.de ? (problem as OidcProblem) : "denied";
}

/** The token of a set-up link: "#/link/TOKEN". */
const linkOf = () => /^#\/link\/([\w-]+)$/.exec(location.hash)?.[1] ?? "";

/** Signing in: password and second factor, a passkey alone, the town's provider, or a set-up link. */
export function SignIn({ reason, name, over = false, signedIn }: Props): ReactElement {
  const words = useWords(WORDS);
  const problems = useWords(PROBLEMS);
  const [provided, setProvided] = useState<OidcProblem | "">(problemOf);
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const [offered, setOffered] = useState<SignInOffer | null>(null);
  const [step, setStep] = useState<SecondStep | null>(null);
  const [link, setLink] = useState(linkOf);
  const form = useRef<HTMLFormElement>(null);

  useEffect(() => {
    offer().then(setOffered, () => setOffered({ local: true, provider: "", passkeys: true, problems: [] }));
  }, []);
  useEffect(() => {
    document.title = words.title;
  }, [words]);
  useEffect(() => {
    if (!over) return;
    // signed in meanwhile in another tab, with the provider for instance
    const look = () => void me().then(signedIn, () => undefined);
    window.addEventListener("focus", look);
    return () => window.removeEventListener("focus", look);
  }, [over, signedIn]);

  const attempt = async (request: () => Promise<Me | SecondStep | null>) => {
    setBusy(true);
    setProblem("");
    setProvided("");
    try {
      const found = await request();
      if (found === null) setProblem(words.stopped);
      else if ("ticket" in found) setStep(found);
      else signedIn(found);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      setProblem(error.message);
      form.current?.querySelector<HTMLInputElement>("[name=password], [name=code]")?.select();
    } finally {
      setBusy(false);
    }
  };
  const passkey = (ticket: string) =>
    attempt(async () => {
      const { challenge, options } = await askPasskey(ticket);
      const answer = await showPasskey(options);
      return answer && givePasskey(ticket, challenge, answer);
    });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const value = (field: string) => String(data.get(field) ?? "");
    if (link) {
      if (value("password") !== value("again")) setProblem(words.differ);
      else
        void attempt(async () => {
          const found = await useLink(link, value("password"));
          setLink("");
          location.hash = "";
          return found;
        });
    } else if (step) void attempt(() => giveCode(step.ticket, value("code").trim()));
    else void attempt(() => signIn({ name: value("name"), password: value("password") }));
  };
  const Title = over ? "h2" : "h1";
  const title = step ? words.second : words.title;
  const local = offered?.local !== false;
  const key = step ? step.factors.includes("passkey") : local;
  return (
    <div className="sign-in" data-part="sign-in">
      <form ref={form} className="kern-card card" onSubmit={submit}>
        <Title id="sign-in-title" className="kern-heading-medium">
          {title}
        </Title>
        {reason && <p className="kern-body">{reason}</p>}
        <Problem text={problem || (provided && problems[provided])} />
        {link ? (
          <>
            <p className="kern-body">{words.welcome}</p>
            <Line label={words.fresh} hint={words.freshHint} name="password" type="password" {...FRESH} autoFocus />
            <Line label={words.again} name="again" type="password" {...FRESH} />
            <Act id="set-password" style="primary" type="submit" disabled={busy}>
              {words.save}
            </Act>
          </>
        ) : step ? (
          step.factors.includes("totp") && (
            <>
              <Line label={words.code} hint={words.codeHint} name="code" {...CODE} required autoFocus />
              <Act id="give-code" style="primary" type="submit" disabled={busy}>
                {words.go}
              </Act>
            </>
          )
        ) : (
          local && (
            <>
              <Line
                label={words.name}
                name="name"
                autoComplete="username"
                required
                maxLength={80}
                defaultValue={name}
                autoFocus={!name}
              />
              <Line
                label={words.password}
                name="password"
                type="password"
                autoComplete="current-password"
                required
                autoFocus={Boolean(name)}
              />
              <Act id="sign-in" style="primary" type="submit" disabled={busy}>
                {words.signIn}
              </Act>
            </>
          )
        )}
        {!link && (key || step || offered?.provider) && (
          <div className="sign-in__else">
            {key && passkeysWork() && (
              <Act id="passkey" onClick={() => void passkey(step?.ticket ?? "")} disabled={busy}>
                {step ? words.usePasskey : words.passkey}
              </Act>
            )}
            {!step && offered?.provider && (
              <a
                className="kern-btn kern-btn--secondary"
                data-id="provider"
                href={PROVIDER}
                target={over ? "_blank" : undefined}
              >
                <span className="kern-label">{words.provider(offered.provider)}</span>
              </a>
            )}
            {step && (
              <Act id="back" style="tertiary" onClick={() => setStep(null)}>
                {words.back}
              </Act>
            )}
          </div>
        )}
        <Act id="language" style="tertiary" onClick={() => speak(lang() === "de" ? "en" : "de")}>
          {words.language}
        </Act>
      </form>
    </div>
  );
}

const FRESH = { autoComplete: "new-password", required: true, minLength: 10 } as const;
const CODE = { autoComplete: "one-time-code", maxLength: 40, spellCheck: false } as const;
