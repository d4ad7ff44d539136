/**
 * The first accounts of a new system, one for each administrator: `admin` keeps organisations and accounts, `system` runs the
 * platform, `audit` reads what everybody did. Their passwords are random and stand in `<data>/keys/<account>.password`, so that
 * whoever may read the data folder, and nobody else, can begin. None of them has business rights.
 */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import type { RoleCode } from "@sandglass/casework";
import { SYSTEM_SETUP, type Records } from "../records/mod.ts";
import type { Directory } from "./directory.ts";

const FIRST: readonly { readonly role: RoleCode; readonly names: readonly string[]; readonly title: string }[] = [
  // An installation of before has `admin` as its system administrator.
  { role: "SECURITY_ADMIN", names: ["admin", "security"], title: "Security administrator · 安全管理员" },
  { role: "PLATFORM_ADMIN", names: ["system"], title: "System administrator · 系统管理员" },
  { role: "AUDIT_ADMIN", names: ["audit"], title: "Audit administrator · 安全审计管理员" },
];
const ORGANISATION = { id: "operation", kind: "operation", names: { en: "Platform operation", zh: "平台运行" } };

/** @returns the files with passwords of accounts that were made now */
export async function ensureFirstAdministrators(
  records: Records,
  directory: Directory,
  dataDir: string,
): Promise<string[]> {
  const known = await records.transact(
    SYSTEM_SETUP,
    (tx) => tx.selectFrom("accounts").select(["account", "role"]).execute(),
    { retry: true },
  );
  const roles = new Set(known.map(({ role }) => role));
  const taken = new Set(known.map(({ account }) => account));
  const made: string[] = [];
  for (const { role, names, title } of FIRST) {
    const account = names.find((name) => !taken.has(name));
    if (roles.has(role) || account === undefined) continue;
    const password = await firstPassword(dataDir, account);
    await directory.ensureOrganisation(ORGANISATION);
    await directory.ensureAccount({
      account,
      name: title,
      role,
      organisation: ORGANISATION.id,
      password: password.text,
    });
    made.push(password.file);
  }
  return made;
}

/** Written before the account exists: a kill in between leaves a password that the next start uses. */
async function firstPassword(
  dataDir: string,
  account: string,
): Promise<{ readonly file: string; readonly text: string }> {
  const file = path.join(dataDir, "keys", `${account}.password`);
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  if (!existsSync(file)) {
    await writeFile(`${file}.new`, `${randomBytes(15).toString("base64url")}\n`, { mode: 0o600, flush: true });
    await rename(`${file}.new`, file);
  }
  return { file, text: (await readFile(file, "utf8")).trim() };
}
