/** `npm start`: installs what is missing, builds the console, then runs everything in one command. */
import { join } from "node:path";
import { COMPILE_CACHE, ensureConsole, ensureRuntime, ROOT, StartError, withInstallLock } from "./runtime.mjs";
import { runForeground } from "./supervise.mjs";

/**
 * Frames make short-lived objects and typed arrays: fewer collections of either kind (docs/adr/0086). Beside them the heap is small,
 * and V8 would mark all of it every 1.5 s under load to find no more than that: it may grow to three times what lives (docs/adr/0155).
 */
const V8_FLAGS = [
  "--max-semi-space-size=64",
  "--external-memory-accounted-in-global-limit",
  "--initial-old-space-size=256",
  "--heap-growing-percent=200",
];

try {
  const node = await withInstallLock(async () => {
    const pinned = await ensureRuntime();
    await ensureConsole(pinned);
    return pinned;
  });
  process.exitCode = await runForeground(
    node,
    [...V8_FLAGS, join(ROOT, "server", "src", "main.ts"), ...process.argv.slice(2)],
    {
      cwd: process.env.INIT_CWD ?? process.cwd(),
      env: COMPILE_CACHE,
    },
  );
  process.exit();
} catch (error) {
  process.stderr.write(`${error instanceof StartError ? error.message : (error.stack ?? error)}\n`);
  process.exit(1);
}
