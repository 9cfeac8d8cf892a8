// Makes src/contract.ts from the robot's Pydantic models; with --check: fails when it is stale.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "json-schema-to-typescript";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const target = join(root, "kiosk_ui", "src", "contract.ts");
const python = join(root, ".venv", "bin", "python");

/** The generator reads the older spelling of tuples and folds "always this value" with defaults. */
function older(node) {
  if (Array.isArray(node)) return node.map(older);
  if (node === null || typeof node !== "object") return node;
  const made = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, older(value)]));
  if (made.prefixItems) {
    made.items = made.prefixItems;
    made.additionalItems = false;
    delete made.prefixItems;
  }
  return made;
}

const schema = JSON.parse(
  execFileSync(python, ["-m", "robot.web.schema"], { cwd: root, encoding: "utf8", maxBuffer: 1 << 24 }),
);
const made = await compile(older(schema), "Contract", {
  additionalProperties: false,
  bannerComment:
    "/* Made by `npm run types` from robot/web/view.py and robot/web/staff_view.py. Do not edit. */",
  format: true,
  unreachableDefinitions: false,
  style: { printWidth: 110 },
});

if (process.argv.includes("--check")) {
  if (!existsSync(target) || readFileSync(target, "utf8") !== made) {
    console.error("kiosk_ui/src/contract.ts is older than the robot's models: run `npm run types` in kiosk_ui/.");
    process.exit(1);
  }
} else {
  writeFileSync(target, made);
}
