/** What must hold before a data folder is copied or checked. */
import { existsSync } from "node:fs";
import path from "node:path";
import { ERRORS, SandglassError } from "../errors/mod.ts";

/** @throws SG_BACKUP_DATA */
export function requireDataFolder(data: string): void {
  if (!existsSync(path.join(data, "keys")))
    throw new SandglassError(ERRORS.BACKUP_DATA, { folder: path.resolve(data) });
}

/** @throws SG_BACKUP_EXTERNAL: a copy of the folder would lack the records */
export function requireOwnDatabase(databaseUrl: string | undefined): void {
  if (databaseUrl) throw new SandglassError(ERRORS.BACKUP_EXTERNAL);
}
