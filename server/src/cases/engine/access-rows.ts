/** Keeps `case_access`, which row policies read, as the permission matrix has it for the kinds of this server. */
import { departmentOf, reachesOf, ROLE_CODES, ROLES } from "@sandglass/casework";
import { SYSTEM_SETUP, type Records } from "../../records/mod.ts";
import { newestLifecycle, type CaseType } from "./case-type.ts";

/** Reaches that a row policy can judge by itself. */
const ROW_REACHES = new Set(["all", "own", "territory", "assigned", "issued"]);

export interface AccessRow {
  readonly kind: string;
  readonly role: string;
  readonly reach: string;
  readonly department: string;
}

/** What the matrix says of the kinds. */
export function accessRowsOf(types: readonly CaseType[]): readonly AccessRow[] {
  return types.flatMap((type) => {
    const { object } = newestLifecycle(type);
    return ROLE_CODES.filter((role) => ROLES[role].kind !== "system").flatMap((role) =>
      [...new Set(reachesOf(role, object, "read"))]
        .filter((reach) => ROW_REACHES.has(reach))
        .map((reach) => ({ kind: type.kind, role, reach, department: departmentOf(role) })),
    );
  });
}

export async function syncCaseAccess(records: Records, types: readonly CaseType[]): Promise<void> {
  const wanted = accessRowsOf(types);
  const key = ({ kind, role, reach }: AccessRow): string => `${kind} ${role} ${reach}`;
  const kinds = types.map(({ kind }) => kind);
  if (kinds.length === 0) return;
  await records.transact(
    SYSTEM_SETUP,
    async (tx) => {
      const stored = await tx.selectFrom("case_access").selectAll().where("kind", "in", kinds).execute();
      const [known, right] = [new Set(stored.map(key)), new Set(wanted.map(key))];
      for (const row of stored.filter((each) => !right.has(key(each))))
        await tx
          .deleteFrom("case_access")
          .where("kind", "=", row.kind)
          .where("role", "=", row.role)
          .where("reach", "=", row.reach)
          .execute();
      const added = wanted.filter((each) => !known.has(key(each)));
      if (added.length > 0)
        await tx
          .insertInto("case_access")
          .values([...added])
          .onConflict((conflict) => conflict.doNothing())
          .execute();
    },
    { retry: true },
  );
}
