/** The `sandglass` command as people run it, for tests from outside. */
import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "./running-server.ts";

export interface CommandResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export function sandglass(...args: string[]): Promise<CommandResult> {
  return startSandglass(...args).ended;
}

/** For a command that is to be stopped. */
export function startSandglass(...args: string[]): {
  readonly child: ChildProcess;
  readonly ended: Promise<CommandResult>;
} {
  const child = spawn(process.execPath, [join(ROOT, "cli/src/main.ts"), ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [out, err] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  const ended = new Promise<CommandResult>((resolve) =>
    child.on("close", (code) => resolve({ code: code ?? -1, out, err })),
  );
  return { child, ended };
}
