/** What was entered with the newest action of a case: for what follows from an action, in its transaction. */
import type { Json } from "@sandglass/casework";
import type { Tx } from "../../records/mod.ts";

export async function newestInput(tx: Tx, caseId: string): Promise<Json> {
  const { input } = await tx
    .selectFrom("case_actions")
    .select("input")
    .where("case_id", "=", caseId)
    .orderBy("sequence", "desc")
    .executeTakeFirstOrThrow();
  return input as Json;
}
