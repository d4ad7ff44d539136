/** `sandglass backup | restore | check`: all that a server keeps. Exit codes: 0 done or valid, 1 not, 2 wrong use. */
import path from "node:path";
import { parseArgs } from "node:util";
import { reasonOf } from "@sandglass/ledger";
import type { Command, CommandIo } from "../command.ts";
import { backUpRunning } from "./online.ts";

const USAGE = `usage:
  sandglass backup --token TOKEN [--url URL] [--name NAME]
      has a running server (default http://127.0.0.1:8080; the token also from SANDGLASS_TOKEN) copy everything that it
      keeps to its folder of backups (backupFolder), for the security administrator; Ctrl-C gives it up
  sandglass backup --data DIR --to DIR
      copies everything that the data folder of a stopped server keeps
      either has the keys in it: guard the copy like the original
  sandglass restore --from DIR --data DIR
      puts a backup into an empty folder, every byte compared with what was backed up, then checks it as below
  sandglass check --data DIR [--frames]
      verifies the ledger, and cases, documents, attachments and stored segments against it;
      --frames hashes every stored frame again
  each prints one JSON line; with an external database (DATABASE_URL) only check is possible
`;

type Options = {
  readonly data?: string;
  readonly to?: string;
  readonly from?: string;
  readonly frames?: boolean;
  readonly url?: string;
  readonly token?: string;
  readonly name?: string;
};

export const backupCommand: Command = (args, io) => {
  const isStopped = args.some((argument) => /^--(data|to)(=|$)/.test(argument));
  return isStopped ? backUpStopped(args, io) : run(args, io, ["token"], (options) => backUpOnline(options, io));
};

function backUpOnline({ token = "", url, name }: Options, io: CommandIo): Promise<number> {
  return backUpRunning({ token, ...(url === undefined ? {} : { url }), ...(name === undefined ? {} : { name }) }, io);
}

const backUpStopped: Command = (args, io) =>
  run(args, io, ["data", "to"], async ({ data = "", to = "" }) => {
    const { backUp, requireDataFolder, requireOwnDatabase } = await import("../../../server/src/upkeep/mod.ts");
    requireDataFolder(data);
    requireOwnDatabase(process.env.DATABASE_URL);
    const copied = await backUp(path.resolve(data), path.resolve(to), Date.now());
    io.stdout.write(`${JSON.stringify({ backup: path.resolve(to), ...copied })}\n`);
    return 0;
  });

export const restoreCommand: Command = (args, io) =>
  run(args, io, ["from", "data"], async ({ data = "", from = "" }) => {
    const { restoreFiles, requireOwnDatabase } = await import("../../../server/src/upkeep/mod.ts");
    requireOwnDatabase(process.env.DATABASE_URL);
    await restoreFiles(path.resolve(from), path.resolve(data));
    return report(data, false, io);
  });

export const checkCommand: Command = (args, io) =>
  run(args, io, ["data"], async ({ data = "", frames = false }) => {
    const { requireDataFolder } = await import("../../../server/src/upkeep/mod.ts");
    requireDataFolder(data);
    return report(data, frames, io);
  });

async function report(data: string, frames: boolean, io: CommandIo): Promise<number> {
  const { check } = await import("../../../server/src/upkeep/mod.ts");
  const databaseUrl = process.env.DATABASE_URL;
  const found = await check({ data, frames, ...(databaseUrl ? { databaseUrl } : {}) });
  io.stdout.write(`${JSON.stringify(found)}\n`);
  if (found.secrets === "plain")
    io.stderr.write("The secrets in keys/ lie in the clear: sandglass ledger passphrase --data DIR seals them.\n");
  for (const { part, what, detail } of found.problems)
    io.stderr.write(`SG_CHECK_FAILED: ${part}: ${what}: ${detail}\n`);
  return found.valid ? 0 : 1;
}

async function run(
  args: string[],
  io: CommandIo,
  needed: readonly (keyof Options)[],
  work: (options: Options) => Promise<number>,
): Promise<number> {
  const misuse = (text: string): number => {
    io.stderr.write(`SG_CLI_USAGE: ${text}\n\n${USAGE}`);
    return 2;
  };
  if (args.includes("--help") || args.includes("-h")) {
    io.stdout.write(USAGE);
    return 0;
  }
  let options: Options;
  try {
    const text = { type: "string" } as const;
    const { values } = parseArgs({
      args,
      options: { data: text, to: text, from: text, url: text, token: text, name: text, frames: { type: "boolean" } },
    });
    const token = values.token ?? process.env.SANDGLASS_TOKEN;
    options = { ...values, ...(token ? { token } : {}) };
  } catch (error) {
    return misuse((error as Error).message);
  }
  const missing = needed.filter((name) => options[name] === undefined);
  if (missing.length > 0) return misuse(`--${missing.join(", --")} is needed`);
  try {
    return await work(options);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    // fetch says it with a TypeError: nobody answers at the address.
    if (code === "" && !(error instanceof TypeError)) throw error;
    io.stderr.write(`${code.startsWith("SG_") ? code : "SG_CLI_UPKEEP"}: ${reasonOf(error)}\n`);
    if (code === "SG_RECORDS_IN_USE")
      io.stderr.write("A running server backs itself up: sandglass backup --token TOKEN\n");
    return 1;
  }
}
