/** `npm start`: installs what is missing, builds the console, then runs everything in one command. */
import { join } from "node:path";
import { COMPILE_CACHE, ensureConsole, ensureRuntime, ROOT, StartError, withInstallLock } from "./runtime.mjs";
import { runForeground } from "./supervise.mjs";

/** Frames make short-lived objects and typed arrays: fewer collections of either kind (docs/adr/0086). */
const V8_FLAGS = ["--max-semi-space-size=64", "--external-memory-accounted-in-global-limit"];

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
