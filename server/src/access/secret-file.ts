/** Secrets of this installation, made at the first start. */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

/**
 * `<data>/keys/<name>`, mode 0600, hexadecimal on disk. Written beside, synced and renamed: a start that is killed in
 * between leaves no half-written secret that the next one would take for a whole one.
 */
export function loadSecret(dataDir: string, name: string, bytes = 32): Buffer {
  const folder = path.join(dataDir, "keys");
  const file = path.join(folder, name);
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    rmSync(`${file}.new`, { force: true });
    writeFileSync(`${file}.new`, randomBytes(bytes).toString("hex"), { mode: 0o600, flush: true });
    renameSync(`${file}.new`, file);
  }
  return Buffer.from(readFileSync(file, "latin1").trim(), "hex");
}
