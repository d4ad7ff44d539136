/** Secrets of this installation in `<data>/keys`, mode 0600, made at the first start. */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The secret of that name, in hexadecimal on disk. */
export function loadSecret(dataDir: string, name: string, bytes = 32): Buffer {
  const folder = join(dataDir, "keys");
  const path = join(folder, name);
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(path, `${randomBytes(bytes).toString("hex")}\n`, { mode: 0o600, flag: "wx" });
  }
  return Buffer.from(readFileSync(path, "utf8").trim(), "hex");
}
