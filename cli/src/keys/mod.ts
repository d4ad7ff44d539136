/** `sandglass keys list | set | rotate`: the secrets in a stopped server's data folder. Exit codes: 0 done, 1 refused, 2 wrong use. */
import path from "node:path";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import type { Command, CommandIo } from "../command.ts";
import type { Secrets, WrapOptions } from "../../../server/src/secrets/mod.ts";
import { findDataFolder, presentPassphrase } from "../ledger/keys.ts";

const USAGE = `usage:
  sandglass keys list --data DIR
      says how the secrets of a data folder are kept, without opening them
  sandglass keys set --data DIR NAME [--passphrase FILE] < VALUE
      keeps a secret that the configuration names as secret:NAME (a mail server's address with password, a private key)
  sandglass keys rotate --data DIR [--passphrase FILE]
      seals all secrets under a new wrapping key, kept under the passphrase, or by the key of the signer that
      SANDGLASS_SECRETS_SIGNER_KEY names
  the passphrase is set and changed with: sandglass ledger passphrase
`;

export const keysCommand: Command = async (args, io) => {
  const [verb, ...rest] = args;
  if (verb === undefined || verb === "--help" || verb === "-h" || verb === "help") {
    io.stdout.write(USAGE);
    return verb === undefined ? 2 : 0;
  }
  const misuse = (reason: string): number => {
    io.stderr.write(`SG_CLI_USAGE: ${reason}\n\n${USAGE}`);
    return 2;
  };
  try {
    const { values, positionals } = parseArgs({
      args: rest,
      allowPositionals: true,
      options: { data: { type: "string" }, passphrase: { type: "string" } },
    });
    if (values.data === undefined) return misuse("--data is needed");
    const dataDir = findDataFolder(values.data, io);
    if (dataDir === undefined) return 1;
    if (verb === "list" && positionals.length === 0) return await list(dataDir, io);
    if (verb === "set" && positionals.length === 1) return await set(dataDir, positionals[0], values.passphrase, io);
    if (verb === "rotate" && positionals.length === 0) return await rotate(dataDir, values.passphrase, io);
    return misuse(`there is no "keys ${[verb, ...positionals].join(" ")}"`);
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") throw error;
    if (error.code.startsWith("ERR_PARSE_ARGS")) return misuse(error.message);
    io.stderr.write(`${error.code.startsWith("SG_") ? error.code : "SG_CLI_KEYS"}: ${error.message}\n`);
    return 1;
  }
};

async function list(dataDir: string, io: CommandIo): Promise<number> {
  const { inspectSecrets } = await import("../../../server/src/secrets/mod.ts");
  io.stdout.write(`${JSON.stringify(inspectSecrets(dataDir))}\n`);
  return 0;
}

async function set(dataDir: string, name: string, from: string | undefined, io: CommandIo): Promise<number> {
  const value = (await text(io.stdin)).replace(/\r?\n$/, "");
  return withSecrets(dataDir, from, async (secrets) => {
    secrets.setText(name, value);
    io.stdout.write(`${JSON.stringify({ kept: `secret:${name}`, custody: secrets.custody })}\n`);
  });
}

function rotate(dataDir: string, from: string | undefined, io: CommandIo): Promise<number> {
  return withSecrets(dataDir, from, async (secrets, options) => {
    const rotated = await secrets.rotate(options);
    io.stdout.write(`${JSON.stringify({ ...rotated, custody: secrets.custody })}\n`);
  });
}

/** Opens the secrets of a folder on which no server runs, with passphrase and signer as a start takes them. */
async function withSecrets(
  dataDir: string,
  from: string | undefined,
  work: (secrets: Secrets, options: WrapOptions) => Promise<void>,
): Promise<number> {
  const { lockDataFolder } = await import("../../../server/src/records/mod.ts");
  const { openSigner } = await import("../../../server/src/ledger/mod.ts");
  const opened = await import("../../../server/src/secrets/mod.ts");
  const { isEncryptedFile, readPassphraseFile } = opened;
  const {
    SANDGLASS_LEDGER_SIGNER: address,
    SANDGLASS_LEDGER_SIGNER_TOKEN_FILE: tokenFile,
    SANDGLASS_SECRETS_SIGNER_KEY: signerKey,
  } = process.env;
  const unlock = await lockDataFolder(dataDir);
  const token = tokenFile ? { token: readPassphraseFile(tokenFile) } : {};
  const signer = address ? openSigner({ address, ...token }) : undefined;
  let known: string | undefined;
  const options: WrapOptions = {
    passphrase: async (file) => (known ??= await presentPassphrase(from, file)),
    ...(signer ? { signer } : {}),
    ...(signerKey ? { signerKey } : {}),
  };
  try {
    const isWanted = isEncryptedFile(path.join(dataDir, "keys", "ledger.key"));
    await work(await opened.Secrets.open(dataDir, { ...options, isWanted }), options);
    return 0;
  } finally {
    await signer?.close();
    await unlock();
  }
}
