/** Passkeys between the robot's JSON and the browser (W3C WebAuthn section 5.1: binary values as base64url). */

const toBytes = (text: string): ArrayBuffer => {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0)).buffer;
};
const toText = (bytes: ArrayBuffer): string =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

interface Listed {
  id: string;
  type: "public-key";
  transports?: AuthenticatorTransport[];
}
const listed = (all: unknown) => ((all ?? []) as Listed[]).map((one) => ({ ...one, id: toBytes(one.id) }));

/** Whether this browser can do it here: passkeys need https or localhost. */
export const passkeysWork = () => typeof PublicKeyCredential !== "undefined" && isSecureContext;

/** A new passkey in the authenticator; null when the person stopped it. */
export async function makePasskey(options: Record<string, unknown>): Promise<object | null> {
  const given = options as unknown as PublicKeyCredentialCreationOptions & { user: { id: string }; challenge: string };
  const publicKey = {
    ...given,
    challenge: toBytes(given.challenge),
    user: { ...given.user, id: toBytes(given.user.id) },
    excludeCredentials: listed(given.excludeCredentials),
  } as PublicKeyCredentialCreationOptions;
  const made = await asked(() => navigator.credentials.create({ publicKey }));
  if (!made) return null;
  const response = made.response as AuthenticatorAttestationResponse;
  return {
    id: made.id,
    rawId: toText(made.rawId),
    type: made.type,
    response: {
      clientDataJSON: toText(response.clientDataJSON),
      attestationObject: toText(response.attestationObject),
    },
  };
}

/** A passkey's answer to the robot's challenge; null when the person stopped it. */
export async function showPasskey(options: Record<string, unknown>): Promise<object | null> {
  const given = options as unknown as PublicKeyCredentialRequestOptions & { challenge: string };
  const publicKey = {
    ...given,
    challenge: toBytes(given.challenge),
    allowCredentials: listed(given.allowCredentials),
  } as PublicKeyCredentialRequestOptions;
  const shown = await asked(() => navigator.credentials.get({ publicKey }));
  if (!shown) return null;
  const response = shown.response as AuthenticatorAssertionResponse;
  return {
    id: shown.id,
    rawId: toText(shown.rawId),
    type: shown.type,
    response: {
      clientDataJSON: toText(response.clientDataJSON),
      authenticatorData: toText(response.authenticatorData),
      signature: toText(response.signature),
      userHandle: response.userHandle ? toText(response.userHandle) : null,
    },
  };
}

/** Null for what the browser or the person refuses (DOMException). */
async function asked(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential | null> {
  try {
    return (await ask()) as PublicKeyCredential | null;
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}
