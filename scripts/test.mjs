/**
 * `npm test`: everything, on a fresh machine too: installs, lints, checks types, builds the console, then runs unit,
 * integration and browser tests in one run of node's test runner, whose summary closes the output.
 *
 * `--only lint,types` runs only those steps; further arguments are test files (default: all).
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { cpus } from "node:os";
import { join, resolve } from "node:path";
import { findBrowser } from "./browser.mjs";
import { COMPILE_CACHE, ensureConsole, ensureRuntime, ROOT, say, StartError, withInstallLock } from "./runtime.mjs";

/** In the order of their tests: those that end the run are short, so that no core waits for a long one. */
const TEST_FOLDERS = ["server", "cli", "simulator", "packages", "bench", "scripts", "console"];
/** Its tests start whole servers and browsers, and wait more than they compute. */
const WHOLE_PRODUCT = "test";
/** The longest of all: they come first. */
const BROWSER_TEST = /\.e2e\.test\.ts$/;
/** Files at once: one more than there are cores, because many wait for a server or a clock; more would only slow each other. */
const CONCURRENCY = Math.min(4, cpus().length + 1);

function* testFiles(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name === "node_modules" || entry.name === "dist") continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* testFiles(path);
    else if (/\.test\.(ts|mjs)$/.test(entry.name)) yield path;
  }
}

const filesOf = (folder) => (existsSync(join(ROOT, folder)) ? [...testFiles(join(ROOT, folder))] : []);

/** Those that wait are spread over the first two thirds of those that compute, so that the cores always have both. */
function inOrder() {
  const computing = TEST_FOLDERS.flatMap(filesOf);
  const waiting = filesOf(WHOLE_PRODUCT).sort((a, b) => BROWSER_TEST.test(b) - BROWSER_TEST.test(a));
  const stride = Math.floor((computing.length * 2) / 3 / waiting.length);
  return computing.flatMap((file, index) => {
    const next = index % stride === 0 ? waiting[index / stride] : undefined;
    return next === undefined ? [file] : [next, file];
  });
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
    const files = (args.length > 0 ? args : inOrder()).map((file) => resolve(file));
    say(`\n== tests: ${files.length} files`);
    const child = spawn(node, [join(ROOT, "scripts/run-tests.mjs"), String(CONCURRENCY), ...files], {
      cwd: ROOT,
      stdio: ["ignore", "inherit", "inherit"],
      env: {
        ...process.env,
        ...COMPILE_CACHE,
        SANDGLASS_BROWSER: browser ?? "",
        TZ: "Asia/Shanghai",
        NODE_NO_WARNINGS: "1",
      },
    });
    child.on("exit", (code) => process.exit(code ?? 1));
  }
} catch (error) {
  process.stderr.write(`${error instanceof StartError ? error.message : (error.stack ?? error)}\n`);
  process.exit(1);
}
