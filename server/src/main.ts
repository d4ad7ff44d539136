/** Entry of the server process: reads the configuration and runs the all-in-one role until it is asked to stop. */
import process from "node:process";
import { CONFIG_KEYS, environmentName, loadConfig } from "./config.ts";
import { SandglassError } from "./errors/mod.ts";
import { startAllInOne, type RunningServer } from "./roles/all-in-one.ts";

const STOP_PATIENCE_MS = 15_000;

function usage(): string {
  const lines = Object.entries(CONFIG_KEYS).flatMap(([name, { flag, help, fallback }]) =>
    flag === undefined
      ? []
      : [
          `  --${flag.padEnd(18)} ${help} (default ${String(fallback)}; ${environmentName(name as keyof typeof CONFIG_KEYS)})`,
        ],
  );
  return ["usage: npm start -- [options]", "", ...lines, ""].join("\n");
}

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  if (args.includes("--help") || args.includes("-h")) {
    process.stdout.write(usage());
    return;
  }
  const config = loadConfig(args, process.env, process.cwd());
  let running: RunningServer | undefined;
  let stopping: Promise<void> | undefined;
  const stop = (code: number): void => {
    if (stopping !== undefined) return;
    setTimeout(() => {
      running?.tellUnfinished();
      process.exit(code === 0 ? 1 : code);
    }, STOP_PATIENCE_MS).unref();
    stopping = (running?.close() ?? Promise.resolve()).then(
      () => process.exit(code),
      (error: unknown) => {
        process.stderr.write(`${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stop(0));
  if (process.env["SANDGLASS_LIFELINE"] === "stdin") {
    // Whoever started us holds the other end; when it dies in any way we go too.
    process.stdin
      .on("end", () => stop(0))
      .on("close", () => stop(0))
      .on("error", () => stop(0));
    process.stdin.resume();
  }
  running = await startAllInOne(config, { progress: (line) => process.stderr.write(`${line}\n`) });
  process.stdout.write(`${JSON.stringify(running.ready)}\n`);
}

try {
  await main();
} catch (error) {
  const text =
    error instanceof SandglassError
      ? `${error.code}: ${error.message}`
      : error instanceof Error
        ? error.stack
        : String(error);
  process.stderr.write(`${text ?? ""}\n`);
  process.exit(1);
}
