/** Whether an organisation that an action names is in the directory. */
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import type { Unit } from "./unit.ts";

/** @throws SG_NOT_FOUND */
export async function requireOrganisation({ tx }: Pick<Unit, "tx">, id: string): Promise<void> {
  const row = await tx.selectFrom("organisations").select("id").where("id", "=", id).executeTakeFirst();
  if (row === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: id });
}
