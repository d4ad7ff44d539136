/**
 * The first account of a new system: `admin`, role PLATFORM_ADMIN, which makes the other accounts. Its password is
 * random and stands in `<data>/keys/admin.password`, so that whoever may read the data folder, and nobody else, can
 * begin. It decides nothing else: the role has no business rights.
 */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { SYSTEM_SETUP, type Records } from "../records/mod.ts";
import type { Directory } from "./directory.ts";

const ROLE = "PLATFORM_ADMIN";
const ORGANISATION = { id: "operation", kind: "operation", names: { en: "Platform operation", zh: "平台运行" } };

/** @returns the file with the password when the account was made now; undefined when there is an administrator */
export async function ensureFirstAdministrator(
  records: Records,
  directory: Directory,
  dataDir: string,
): Promise<string | undefined> {
  const known = await records.transact(
    SYSTEM_SETUP,
    (tx) => tx.selectFrom("accounts").select("id").where("role", "=", ROLE).limit(1).executeTakeFirst(),
    { retry: true },
  );
  if (known !== undefined) return undefined;
  const file = path.join(dataDir, "keys", "admin.password");
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  // Written before the account exists: a kill in between leaves a password that the next start uses.
  if (!existsSync(file)) {
    await writeFile(`${file}.new`, `${randomBytes(15).toString("base64url")}\n`, { mode: 0o600, flush: true });
    await rename(`${file}.new`, file);
  }
  await directory.ensureOrganisation(ORGANISATION);
  await directory.ensureAccount({
    account: "admin",
    name: "Administrator · 管理员",
    role: ROLE,
    organisation: ORGANISATION.id,
    password: (await readFile(file, "utf8")).trim(),
  });
  return file;
}
