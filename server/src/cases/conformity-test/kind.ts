/** A conformity test, as the server discovers it: whether the platform of the maker has passed, and what its vehicles speak. */
import { CONFORMITY_TEST, type ConformityTestData, type Json, type Lifecycle } from "@sandglass/casework";
import { sql } from "kysely";
import type { CaseType } from "../engine/case-type.ts";
import { requireOrganisation } from "../engine/organisation.ts";
import type { Unit } from "../engine/unit.ts";

export const caseType: CaseType = {
  kind: CONFORMITY_TEST.kind,
  prefix: "cft",
  lifecycles: [CONFORMITY_TEST as unknown as Lifecycle],
  fieldsOf: (data) => {
    const { name = "" } = data as ConformityTestData;
    return { title: { en: `Conformity of ${name}`, zh: `${name} 符合性检测` }, vehicles: [] };
  },
  prepare: async (unit, _actor, name, input, folded) => {
    const { organisation } = input as Pick<ConformityTestData, "organisation">;
    if (organisation !== undefined) await requireOrganisation(unit, organisation);
    if (folded === undefined) return { input };
    const data = folded.data as ConformityTestData;
    if (name === "startConformity" && data.subject === "model")
      return { input, facts: { platformPassed: await hasPassed(unit, data) } };
    if (name === "countEditions" && data.subject === "model")
      return { input, facts: { spoken: await countEditions(unit, data) } };
    return { input };
  },
};

/** Whether a platform of the maker has passed its test under the same edition. */
async function hasPassed({ tx }: Unit, { organisation = "", edition = "2025" }: ConformityTestData): Promise<boolean> {
  const row = await tx
    .selectFrom("cases")
    .select("id")
    .where("kind", "=", CONFORMITY_TEST.kind)
    .where("state", "=", "PASSED")
    .where(sql<boolean>`organisations @> array[${organisation}]::text[]`)
    .where(sql<boolean>`folded -> 'data' ->> 'subject' = 'platform' and folded -> 'data' ->> 'edition' = ${edition}`)
    .executeTakeFirst();
  return row !== undefined;
}

async function countEditions(
  { tx }: Unit,
  { organisation = "", name = "", edition = "2025" }: ConformityTestData,
): Promise<Json> {
  const { applicable, all } = await tx
    .selectFrom("vehicles")
    .select((eb) => [
      eb.fn.countAll<bigint>().filterWhere("edition", "=", edition).as("applicable"),
      eb.fn.countAll<bigint>().as("all"),
    ])
    .where("registered", "=", true)
    .where("organisation", "=", organisation)
    .where("model", "=", name)
    .where("edition", "is not", null)
    .executeTakeFirstOrThrow();
  return { applicable: Number(applicable), other: Number(all) - Number(applicable) };
}
