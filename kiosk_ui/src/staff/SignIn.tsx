import { useState, type FormEvent, type ReactElement } from "react";
import type { Me } from "../contract";
import { Refused, signIn } from "./api";
import { Act, Problem } from "./parts";

interface Props {
  /** Why one has to sign in again; "" at first. */
  reason: string;
  signedIn: (me: Me) => void;
}

/** Name and password. */
export function SignIn({ reason, signedIn }: Props): ReactElement {
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const data = new FormData(form);
    setBusy(true);
    try {
      signedIn(await signIn({ name: String(data.get("name")), password: String(data.get("password")) }));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      setProblem(error.message);
      form.querySelector<HTMLInputElement>("[name=password]")?.select();
    } finally {
      setBusy(false);
    }
  };
  return (
    <main className="sign-in" data-part="sign-in">
      <form className="kern-card card" onSubmit={(event) => void submit(event)}>
        <h1 className="kern-heading-medium">Rathauslotse – Anmelden</h1>
        {reason && <p className="kern-body">{reason}</p>}
        <Problem text={problem} />
        <label className="kern-form-input">
          <span className="kern-label">Name</span>
          <input className="kern-form-input__input" name="name" autoComplete="username" required maxLength={80} autoFocus />
        </label>
        <label className="kern-form-input">
          <span className="kern-label">Passwort</span>
          <input
            className="kern-form-input__input"
            name="password"
            type="password"
            autoComplete="current-password"
            required
            maxLength={200}
          />
        </label>
        <Act id="sign-in" style="primary" type="submit" disabled={busy}>
          Anmelden
        </Act>
      </form>
    </main>
  );
}
