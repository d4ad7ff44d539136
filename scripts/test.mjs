/**
 * `npm test`: everything, on a fresh machine too: installs, lints, checks types, builds the console, then runs unit,
 * integration and browser tests in one run of node's test runner, whose summary closes the output.
 *
 * `--only lint,types` runs only those steps; further arguments are test files (default: all).
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { findBrowser } from "./browser.mjs";
import { COMPILE_CACHE, ensureConsole, ensureRuntime, ROOT, say, StartError, withInstallLock } from "./runtime.mjs";

const TEST_FOLDERS = ["packages", "server", "cli", "simulator", "console", "scripts", "test", "bench"];
/** Files at once: one more than there are cores, because many wait for a server or a clock; more would only slow each other. */
const CONCURRENCY = Math.min(4, cpus().length + 1);

function* testFiles(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === "node_modules" || entry.name === "dist") continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* testFiles(path);
    else if (/\.test\.(ts|mjs)$/.test(entry.name)) yield path;
  }
}

function step(name, node, args) {
  const started = Date.now();
  say(`\n== ${name}`);
  const result = spawnSync(node, args, { cwd: ROOT, stdio: "inherit" });
  if (result.status !== 0) {
    say(`== ${name} failed`);
    process.exit(result.status ?? 1);
  }
  say(`== ${name}: ok, ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

const bin = (name, file) => join(ROOT, "node_modules", name, file);

try {
  const args = process.argv.slice(2);
  const onlyAt = args.indexOf("--only");
  const only = onlyAt < 0 ? undefined : args.splice(onlyAt, 2)[1].split(",");
  const wants = (name) => only === undefined || only.includes(name);
  const node = await withInstallLock(async () => ensureRuntime());

  if (wants("lint")) {
    step("arrows are up to date", node, [join(ROOT, "scripts/lint-arrows.mjs"), "--check"]);
    step("lint", node, [bin("oxlint", "bin/oxlint"), "--deny-warnings"]);
    step("format", node, [bin("oxfmt", "bin/oxfmt"), "--check", "."]);
  }
  if (wants("types")) {
    step("types", node, [bin("typescript", "bin/tsc"), "--noEmit", "-p", "tsconfig.json"]);
    step("types of the console", node, [bin("typescript", "bin/tsc"), "--noEmit", "-p", "console/tsconfig.json"]);
  }
  if (wants("test")) {
    await withInstallLock(() => ensureConsole(node));
    const browser = await findBrowser(node);
    const files =
      args.length > 0
        ? args
        : TEST_FOLDERS.flatMap((folder) => (existsSync(join(ROOT, folder)) ? [...testFiles(join(ROOT, folder))] : []));
    say(`\n== tests: ${files.length} files`);
    const child = spawn(
      node,
      ["--test", `--test-concurrency=${CONCURRENCY}`, "--test-timeout=300000", "--test-reporter=spec", ...files],
      {
        cwd: ROOT,
        stdio: ["ignore", "inherit", "inherit"],
        env: {
          ...process.env,
          ...COMPILE_CACHE,
          SANDGLASS_BROWSER: browser ?? "",
          TZ: "Asia/Shanghai",
          NODE_NO_WARNINGS: "1",
        },
      },
    );
    child.on("exit", (code) => process.exit(code ?? 1));
  }
} catch (error) {
  process.stderr.write(`${error instanceof StartError ? error.message : (error.stack ?? error)}\n`);
  process.exit(1);
}
