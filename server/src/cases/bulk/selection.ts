/** Which cases a bulk action is about: chosen one by one, or all that a filter of the list finds. */
import { Type, type Static } from "typebox";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import type { CaseEngine } from "../engine/engine.ts";
import { listCases } from "../engine/list.ts";
import { CASE_FILTER, filterOf } from "../engine/routes/cases.ts";
import { Id } from "../engine/routes/parameters.ts";
import { STORED_COLUMNS, toStored, type StoredCase } from "../engine/store.ts";
import type { Unit } from "../engine/unit.ts";

/** More cases at once are refused: nobody looks through the preview of more. */
export const BULK_LIMIT = 1_000;

export const Selection = Type.Object(
  {
    cases: Type.Optional(Type.Array(Id, { minItems: 1, maxItems: BULK_LIMIT, uniqueItems: true })),
    query: Type.Optional(
      Type.Object(CASE_FILTER, {
        additionalProperties: false,
        description: "All cases under this filter of the list.",
      }),
    ),
  },
  { additionalProperties: false, description: "Either the ids of cases or a filter." },
);
export type Selection = Static<typeof Selection>;

/**
 * The cases in the order in which they were given, or in the list's.
 * @throws SG_BULK_TOO_MANY, SG_CASE_KIND; SG_NOT_FOUND for a case that does not exist for the actor
 */
export async function selectCases(
  engine: CaseEngine,
  unit: Unit,
  selection: Selection,
): Promise<readonly StoredCase[]> {
  const { cases, query } = selection;
  if ((cases === undefined) === (query === undefined))
    throw new SandglassError(ERRORS.REQUEST_INVALID, {
      path: "body/selection",
      rule: "needs either cases or query",
      ruleZh: "须且仅须给出 cases 或 query 之一",
    });
  if (query !== undefined) {
    const filter = { ...filterOf(engine, unit.actor, query), limit: BULK_LIMIT };
    const rows = await listCases(unit.tx, filter, unit.at);
    if (rows.length > BULK_LIMIT) throw new SandglassError(ERRORS.BULK_TOO_MANY, { limit: BULK_LIMIT });
    return rows.map(toStored);
  }
  const rows = await unit.tx
    .selectFrom("cases")
    .select([...STORED_COLUMNS])
    .where("id", "in", cases!)
    .execute();
  const found = new Map(rows.map((row) => [row.id, toStored(row)]));
  return cases!.map((id) => {
    const stored = found.get(id);
    if (stored === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: id });
    return stored;
  });
}
