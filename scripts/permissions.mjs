/** `npm run test:permissions`: the permission properties with 10⁶ generated attempts and 20,000 requests to the real API. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ensureRuntime, ROOT, withInstallLock } from "./runtime.mjs";

const node = await withInstallLock(async () => ensureRuntime());
const files = [
  "packages/casework/src/access/matrix-oracle.test.ts",
  "server/src/api/permissions.scopes.test.ts",
  "server/src/cases/cases.scopes.test.ts",
  "server/src/access/vehicles.scopes.test.ts",
  "server/src/access/subjects.scopes.test.ts",
];
const result = spawnSync(node, ["--test", ...files.map((file) => join(ROOT, file))], {
  cwd: ROOT,
  stdio: "inherit",
  env: {
    SANDGLASS_PERMISSION_RUNS: "1000000",
    SANDGLASS_SCOPE_ATTEMPTS: "20000",
    SANDGLASS_SCOPE_RUNS: "3000",
    ...process.env,
  },
});
process.exitCode = result.status ?? 1;
