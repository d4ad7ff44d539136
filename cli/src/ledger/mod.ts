/** `sandglass ledger export | verify | passphrase | rotate-key | witness | vectors`. Exit codes: 0 done or valid, 1 not valid or refused, 2 wrong use. */
import { parseArgs } from "node:util";
import { reasonOf } from "@sandglass/ledger";
import type { CommandIo } from "../command.ts";
import { exportLog } from "./export.ts";
import { changePassphrase, rotateKey } from "./keys.ts";
import { vectors } from "./vectors.ts";
import { verifyFile } from "./verify.ts";
import { runWitness } from "./witness.ts";

const USAGE = `usage:
  sandglass ledger export [--url URL] --token TOKEN [--out FILE] [--key-out FILE]
      from a running server (default http://127.0.0.1:8080; the token also from SANDGLASS_TOKEN)
  sandglass ledger export --data DIR [--out FILE] [--key-out FILE]
      from the data folder of a stopped server
  sandglass ledger verify FILE --key KEY [--witness VKEY …] [--ca FILE]
      checks an export with its public key; names line and part of anything that was altered;
      each witness named must have cosigned it; --ca names the authorities of time-stamps (PEM)
  sandglass ledger passphrase --data DIR [--from FILE] [--to FILE | --remove]
      puts the signing key of a stopped server under a passphrase, changes it or takes it away;
      without files from SANDGLASS_LEDGER_PASSPHRASE(_FILE), SANDGLASS_LEDGER_NEW_PASSPHRASE or the terminal
  sandglass ledger rotate-key [--url URL] --token TOKEN [--signer-key LABEL]
  sandglass ledger rotate-key --data DIR [--passphrase FILE] [--signer-key LABEL]
      hands over to a new key, of a running server or in the folder of a stopped one; the old key signs the handover
  sandglass ledger witness --name NAME --state DIR --log VKEY … [--host HOST] [--port PORT]
      runs a witness that cosigns what extends what it saw of these logs (C2SP tlog-witness)
  sandglass ledger vectors DIR
      evaluates RFC 6962 inclusion and consistency cases (*.json) below DIR, one JSON line per file
`;

export async function ledgerCommand(args: string[], io: CommandIo): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === "--help" || name === "help") {
    io.stdout.write(USAGE);
    return name === undefined ? 2 : 0;
  }
  try {
    return await run(name, rest, io);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
    if (code === "ERR_PARSE_ARGS_UNKNOWN_OPTION" || code === "ERR_PARSE_ARGS_INVALID_OPTION_VALUE")
      return misuse(error.message, io);
    // Files that cannot be read, a server that does not answer, coded refusals of the server modules.
    if (code !== undefined || error instanceof TypeError) {
      io.stderr.write(`${code?.startsWith("SG_") ? code : "SG_CLI_LEDGER"}: ${reasonOf(error)}\n`);
      return 1;
    }
    throw error;
  }
}

async function run(name: string, args: string[], io: CommandIo): Promise<number> {
  switch (name) {
    case "export": {
      const { values } = parseArgs({
        args,
        options: {
          url: { type: "string" },
          token: { type: "string" },
          data: { type: "string" },
          out: { type: "string" },
          "key-out": { type: "string" },
        },
      });
      const { "key-out": keyOut, token = process.env.SANDGLASS_TOKEN, ...others } = values;
      if (others.data !== undefined && others.url !== undefined)
        return misuse("--data and --url exclude each other", io);
      return exportLog({ ...others, ...(token ? { token } : {}), ...(keyOut ? { keyOut } : {}) }, io);
    }
    case "verify": {
      const { values, positionals } = parseArgs({
        args,
        allowPositionals: true,
        options: { key: { type: "string" }, witness: { type: "string", multiple: true }, ca: { type: "string" } },
      });
      if (positionals.length !== 1 || values.key === undefined)
        return misuse("verify needs one FILE and --key KEY", io);
      return verifyFile(positionals[0], values.key, values.witness ?? [], values.ca, io);
    }
    case "passphrase": {
      const text = { type: "string" } as const;
      const { values } = parseArgs({
        args,
        options: { data: text, from: text, to: text, remove: { type: "boolean" } },
      });
      const { data, remove = false, ...files } = values;
      if (data === undefined || (remove && files.to !== undefined))
        return misuse("passphrase needs --data DIR, and --to or --remove, not both", io);
      return changePassphrase({ data, remove, ...files }, io);
    }
    case "rotate-key": {
      const text = { type: "string" } as const;
      const { values } = parseArgs({
        args,
        options: { url: text, token: text, data: text, passphrase: text, "signer-key": text },
      });
      const { "signer-key": signerKey, token = process.env.SANDGLASS_TOKEN, ...others } = values;
      if (others.data !== undefined && others.url !== undefined)
        return misuse("--data and --url exclude each other", io);
      return rotateKey({ ...others, ...(token ? { token } : {}), ...(signerKey ? { signerKey } : {}) }, io);
    }
    case "witness": {
      const text = { type: "string" } as const;
      const { values } = parseArgs({
        args,
        options: { name: text, state: text, host: text, port: text, log: { type: "string", multiple: true } },
      });
      const { name, state, log: logs, ...others } = values;
      if (name === undefined || state === undefined || logs === undefined)
        return misuse("witness needs --name NAME, --state DIR and --log VKEY", io);
      return runWitness({ name, state, logs, ...others }, io);
    }
    case "vectors": {
      const { positionals } = parseArgs({ args, allowPositionals: true, options: {} });
      if (positionals.length !== 1) return misuse("vectors needs one DIR", io);
      return vectors(positionals[0], io);
    }
    default:
      return misuse(`there is no "ledger ${name}"`, io);
  }
}

function misuse(text: string, io: CommandIo): number {
  io.stderr.write(`SG_CLI_USAGE: ${text}\n\n${USAGE}`);
  return 2;
}
