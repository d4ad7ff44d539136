/** The `sandglass` command: finds the subcommand and runs it. Each one lives in its own folder. */
import process from "node:process";
import type { Command } from "./command.ts";

/** Loaded on demand: `frame decode` must not pay for the database driver. */
const COMMANDS: Readonly<Record<string, { readonly summary: string; load(): Promise<Command> }>> = {
  frame: {
    summary: "decode, encode, split and explain GB/T 32960 frames",
    load: async () => (await import("./frame/mod.ts")).frameCommand,
  },
  replay: {
    summary: "send a recorded vehicle to the gateway",
    load: async () => (await import("./replay/command.ts")).replayCommand,
  },
  ledger: {
    summary: "export and verify the ledger; evaluate proof vectors",
    load: async () => (await import("./ledger/mod.ts")).ledgerCommand,
  },
  keys: {
    summary: "keep the secrets of a data folder, seal them under a new key",
    load: async () => (await import("./keys/mod.ts")).keysCommand,
  },
  pack: {
    summary: "list, show, install, pin, fork and compare rule packs",
    load: async () => (await import("./pack/mod.ts")).packCommand,
  },
  backup: {
    summary: "copy everything that a server keeps, running or stopped",
    load: async () => (await import("./upkeep/mod.ts")).backupCommand,
  },
  restore: {
    summary: "put a backup into an empty folder and check it",
    load: async () => (await import("./upkeep/mod.ts")).restoreCommand,
  },
  check: {
    summary: "compare what a stopped server keeps with its ledger",
    load: async () => (await import("./upkeep/mod.ts")).checkCommand,
  },
  trigger: {
    summary: "check, test and evaluate triggers",
    load: async () => (await import("./trigger/mod.ts")).triggerCommand,
  },
};

function usage(): string {
  const lines = Object.entries(COMMANDS).map(([name, command]) => `  ${name.padEnd(10)} ${command.summary}`);
  return ["usage: sandglass COMMAND …", "", ...lines, "", "sandglass COMMAND --help tells more.", ""].join("\n");
}

async function main(given: string[]): Promise<number> {
  const [name, ...rest] = given;
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    process.stdout.write(usage());
    return 0;
  }
  const command = COMMANDS[name];
  if (command === undefined) {
    process.stderr.write(`SG_CLI_COMMAND: there is no command "${name}".\n\n${usage()}`);
    return 2;
  }
  const run = await command.load();
  // Whoever asks for help behind a subcommand is told all of it.
  const args = rest.includes("--help") || rest.includes("-h") ? ["--help"] : rest;
  return run(args, { stdin: process.stdin, stdout: process.stdout, stderr: process.stderr });
}

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // A reader such as `head` closed the pipe: that is the end of the work, not a failure.
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});
process.exitCode = await main(process.argv.slice(2));
