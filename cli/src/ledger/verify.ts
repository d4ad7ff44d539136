/** `ledger verify FILE --key KEY`: checks an export offline. Exit code 0 valid, 1 not valid. */
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { COSIGNATURE_KEY, findVerifierKey, verifyExport, type VerifierKey } from "@sandglass/ledger";
import type { CommandIo } from "../command.ts";
import { findPublicKey, verifyEd25519 } from "./public-key.ts";
import { HASHER } from "./vector-case.ts";
// Only node:crypto below it: verifying elsewhere needs neither the server's packages nor its stores.
import { readCertificates, timestampVerifier } from "../../../server/src/ledger/timestamp-check.ts";

export async function verifyFile(
  file: string,
  keyFile: string,
  witnesses: readonly string[],
  authorities: string | undefined,
  io: Pick<CommandIo, "stdout" | "stderr">,
): Promise<number> {
  const publicKey = findPublicKey(await readFile(keyFile, "utf8"));
  if (publicKey === undefined) {
    io.stderr.write(`SG_CLI_KEY: ${keyFile} holds no Ed25519 public key (PEM, JSON with publicKey, base64 or hex).\n`);
    return 2;
  }
  const trusted: VerifierKey[] = [];
  for (const text of witnesses) {
    const witness = findVerifierKey(text.trim(), HASHER);
    if (witness?.type !== COSIGNATURE_KEY) {
      io.stderr.write(`SG_CLI_KEY: "${text}" is no verifier key of a witness.\n`);
      return 2;
    }
    trusted.push(witness);
  }
  const report = await verifyExport(createReadStream(file) as AsyncIterable<Uint8Array>, {
    publicKey,
    verifySignature: verifyEd25519,
    hasher: HASHER,
    witnesses: trusted,
    verifyTimestamp: timestampVerifier(
      authorities === undefined ? [] : readCertificates(await readFile(authorities, "utf8")),
    ),
  });
  io.stdout.write(`${JSON.stringify(report)}\n`);
  for (const problem of report.problems) {
    const where = problem.line === undefined ? keyFile : `${file}:${problem.line}`;
    io.stderr.write(`SG_LEDGER_ALTERED: ${where}: ${problem.what}: ${problem.detail}\n`);
  }
  for (const { keyId, leaf, from, to, checkpoints } of report.keyHistory)
    io.stderr.write(
      `key ${keyId}: introduced by leaf ${leaf}, ${from === undefined ? "has signed nothing yet" : `signed ${checkpoints} checkpoints, sizes ${from} to ${to}`}\n`,
    );
  for (const { name, trusted: isTrusted, cosignatures, size, at } of report.witnesses)
    io.stderr.write(
      `witness ${name}: cosigned ${cosignatures} checkpoints, last of ${size} leaves at ${at}${isTrusted ? "" : " (key not given: says nothing)"}\n`,
    );
  for (const { name, trusted: isTrusted, timestamps, size, at } of report.authorities)
    io.stderr.write(
      `time-stamps of ${name}: ${timestamps}, last of ${size} leaves at ${at}${isTrusted ? "" : " (its certificate leads to no given authority)"}\n`,
    );
  if (report.valid)
    io.stderr.write(`valid: ${report.leaves} leaves, ${report.checkpoints} checkpoints, root ${report.root}\n`);
  return report.valid ? 0 : 1;
}
