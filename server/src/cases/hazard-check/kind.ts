/** The hazard check of the year, as the server discovers it: what the maker reports stands beside its work orders. */
import { HAZARD_CHECK, type HazardCheckData, type Json, type Lifecycle } from "@sandglass/casework";
import { sql } from "kysely";
import type { CaseType } from "../engine/case-type.ts";
import { requireOrganisation } from "../engine/organisation.ts";
import type { Unit } from "../engine/unit.ts";

export const caseType: CaseType = {
  kind: HAZARD_CHECK.kind,
  prefix: "chk",
  lifecycles: [HAZARD_CHECK as unknown as Lifecycle],
  fieldsOf: (data) => {
    const { title = "" } = data as HazardCheckData;
    return { title: { en: title, zh: title }, vehicles: [] };
  },
  prepare: async (unit, _actor, name, input, folded) => {
    if (name === "announceCheck")
      await requireOrganisation(unit, (input as { readonly organisation: string }).organisation);
    if (name !== "reportCheck" || folded === undefined) return { input };
    const { organisation = "" } = folded.data as HazardCheckData;
    return { input, facts: { orders: await countOrders(unit, organisation, folded.openedAt) } };
  },
};

/** The maker's hazard work orders since the announcement. */
async function countOrders({ tx, at }: Unit, organisation: string, since: number): Promise<Json> {
  const { opened, closed, overdue } = await tx
    .selectFrom("cases")
    .select((eb) => [
      eb.fn.countAll<bigint>().as("opened"),
      eb.fn.countAll<bigint>().filterWhere("ended", "=", true).as("closed"),
      eb.fn.countAll<bigint>().filterWhere("due_at", "<", new Date(at)).filterWhere("ended", "=", false).as("overdue"),
    ])
    .where("kind", "=", "hazard-order")
    .where(sql<boolean>`organisations @> array[${organisation}]::text[]`)
    .where("opened_at", ">=", new Date(since))
    .executeTakeFirstOrThrow();
  return { opened: Number(opened), closed: Number(closed), overdue: Number(overdue) };
}
