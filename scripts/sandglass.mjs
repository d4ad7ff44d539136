#!/usr/bin/env node
/** `./sandglass …` and `npx sandglass …`: the command line, on the pinned Node whatever Node starts it. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import {
  COMPILE_CACHE,
  ensureRuntime,
  isInstalled,
  pinnedNode,
  ROOT,
  StartError,
  withInstallLock,
} from "./runtime.mjs";

try {
  const node = isInstalled() ? pinnedNode() : await withInstallLock(() => ensureRuntime());
  const child = spawn(node, [join(ROOT, "cli", "src", "main.ts"), ...process.argv.slice(2)], {
    stdio: "inherit",
    env: { ...process.env, ...COMPILE_CACHE },
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => process.exit(code ?? (signal === null ? 1 : 130)));
} catch (error) {
  process.stderr.write(`${error instanceof StartError ? error.message : (error.stack ?? error)}\n`);
  process.exit(1);
}
