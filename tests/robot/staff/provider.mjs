// A town's account service: the certified OpenID provider, with its own plain sign-in pages.
// Arguments: port, redirect URI, where to go after signing out. Commands on stdin, one JSON object a line:
// {"groups": {"erika": ["…"]}} who belongs where; {"advance": seconds} moves its clock. Each is answered by "ok".
import { createInterface } from "node:readline";

const [port, redirect, left] = process.argv.slice(2);
const real = Date.now.bind(Date);
let ahead = 0;
Date.now = () => real() + ahead;
let groups = {};

const { default: Provider } = await import("../../../kiosk_ui/node_modules/oidc-provider/lib/index.js");
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: "lotse",
      client_secret: "a secret with: signs/and spaces",
      redirect_uris: [redirect],
      post_logout_redirect_uris: [left],
    },
  ],
  claims: { openid: ["sub"], profile: ["name", "groups"] },
  cookies: { keys: ["only for tests"] },
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({ sub: id, name: `Amt ${id}`, ...(groups[id] && { groups: groups[id] }) }),
  }),
  pkce: { required: () => true },
  features: { devInteractions: { enabled: true } },
});
const server = provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
createInterface({ input: process.stdin })
  .on("line", (line) => {
    const command = JSON.parse(line);
    groups = command.groups ?? groups;
    ahead += (command.advance ?? 0) * 1000;
    console.log("ok");
  })
  .on("close", () => server.close(() => process.exit(0)));
