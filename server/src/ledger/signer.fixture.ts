/**
 * A signer as a program: what stands in front of an HSM, here over key files of its own in a folder. One request per line
 * of input, one answer per line of output. `--wrong` answers with signatures over something else.
 *
 * usage: node signer.fixture.ts FOLDER [--wrong]
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, hkdfSync, sign } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { seal, unseal } from "../secrets/mod.ts";

interface Request {
  readonly id: number;
  readonly op: "public-key" | "sign" | "wrap" | "unwrap";
  readonly key: string;
  readonly message?: string;
  readonly secret?: string;
  readonly wrapped?: string;
}

export function answer(folder: string, request: Request, wrong = false): object {
  const { id, op, key, message = "" } = request;
  const file = path.join(folder, `${key}.pem`);
  if (!/^[a-z0-9-]+$/.test(key) || !existsSync(file)) return { id, error: `there is no key ${key}` };
  const privateKey = createPrivateKey(readFileSync(file));
  if (op === "public-key") {
    const spki = createPublicKey(privateKey).export({ format: "der", type: "spki" });
    return { id, publicKey: spki.subarray(-32).toString("base64") };
  }
  if (op === "wrap" || op === "unwrap") {
    // A key for wrapping of its own, from the same file; a real one never leaves the device.
    const wrapping = hkdfSync("sha256", privateKey.export({ format: "der", type: "pkcs8" }), "", "wrap", 32);
    const given = Buffer.from(request.secret ?? request.wrapped ?? "", "base64");
    if (op === "wrap") return { id, wrapped: seal(Buffer.from(wrapping), key, given).toString("base64") };
    return { id, secret: unseal(Buffer.from(wrapping), key, given).toString("base64") };
  }
  const bytes = Buffer.from(message, "base64");
  return { id, signature: sign(null, wrong ? Buffer.concat([bytes, bytes]) : bytes, privateKey).toString("base64") };
}

export function makeKey(folder: string, key: string): void {
  const { privateKey } = generateKeyPairSync("ed25519");
  writeFileSync(path.join(folder, `${key}.pem`), privateKey.export({ format: "pem", type: "pkcs8" }), { mode: 0o600 });
}

if (import.meta.main) {
  const [folder, mode] = process.argv.slice(2);
  createInterface({ input: process.stdin }).on("line", (line) => {
    process.stdout.write(`${JSON.stringify(answer(folder, JSON.parse(line) as Request, mode === "--wrong"))}\n`);
  });
}
