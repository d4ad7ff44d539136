/**
 * A Chromium for the browser test: Debian's (installed when we are root and apt is there), else the one that
 * `@sparticuz/chromium` carries inside its npm package, else the user's own. Without any the browser test is
 * skipped with a printed reason.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ROOT, run, say } from "./runtime.mjs";

const OWN = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];
const SPARTICUZ_VERSION = "153.0.0";

async function fromDebian() {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return undefined;
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  const install = ["install", "-y", "--no-install-recommends", "chromium", "fonts-noto-cjk"];
  let result = await run("apt-get", install, { label: "Installing Debian's chromium", env });
  if (result.code !== 0) {
    await run("apt-get", ["update"], { label: "apt-get update", env });
    result = await run("apt-get", install, { label: "Installing Debian's chromium", env });
  }
  return existsSync("/usr/bin/chromium") ? "/usr/bin/chromium" : undefined;
}

async function fromNpm(node) {
  const prefix = join(ROOT, "node_modules", ".sandglass-browser");
  const folder = join(prefix, "node_modules", "@sparticuz", "chromium");
  if (!existsSync(folder)) {
    const npm = process.env.npm_execpath;
    if (npm === undefined || process.platform !== "linux") return undefined;
    const args = [
      npm,
      "install",
      "--prefix",
      prefix,
      "--no-save",
      "--ignore-scripts",
      "--no-audit",
      "--no-fund",
      `@sparticuz/chromium@${SPARTICUZ_VERSION}`,
    ];
    const result = await run(node, args, { label: "Fetching chromium from npm" });
    if (result.code !== 0) return undefined;
  }
  const script = `import(${JSON.stringify(join(folder, "build/esm/index.js"))}).then(async (m) => console.log(await m.default.executablePath()))`;
  const result = spawnSync(node, ["-e", script], { encoding: "utf8" });
  const path = result.stdout.trim().split("\n").pop();
  return result.status === 0 && path && existsSync(path) ? path : undefined;
}

/** Path of a Chromium that starts here, or undefined. */
export async function findBrowser(node) {
  const starts = (path) => path !== undefined && spawnSync(path, ["--version"], { encoding: "utf8" }).status === 0;
  const own = [process.env.SANDGLASS_BROWSER, ...OWN].find((path) => path && existsSync(path));
  if (starts(own)) return own;
  for (const source of [fromDebian, () => fromNpm(node)]) {
    const path = await source();
    if (starts(path)) return path;
  }
  say("No Chromium was found or could be installed: the browser test will be skipped.");
  return undefined;
}
