/** Writes the permission matrix of packages/casework where the row policies read it. */
import { OBJECT_CODES, PERMISSIONS } from "@sandglass/casework";
import type { Client } from "pg";

/** One row of `permission_grants`: object, role, right, reach. */
export type GrantRow = readonly [object: string, role: string, right: string, reach: string];

export function grantRows(): GrantRow[] {
  return OBJECT_CODES.flatMap((object) =>
    Object.entries(PERMISSIONS[object]).flatMap(([role, grants]) =>
      (grants ?? []).map((grant): GrantRow => {
        const [right = "", reach = ""] = grant.split(" ");
        return [object, role, right, reach];
      }),
    ),
  );
}

/** As the owner; leaves rows alone that are right already. @returns how many rows were added or removed */
export async function syncPermissionGrants(owner: Client): Promise<number> {
  const wanted = JSON.stringify(
    grantRows().map(([object, role, right, reach]) => ({ object, role, grant_right: right, reach })),
  );
  const source = "jsonb_to_recordset($1::jsonb) as wanted (object text, role text, grant_right text, reach text)";
  const removed = await owner.query(
    `delete from permission_grants where (object, role, grant_right, reach) not in (select object, role, grant_right, reach from ${source})`,
    [wanted],
  );
  const added = await owner.query(
    `insert into permission_grants (object, role, grant_right, reach) select * from ${source} on conflict do nothing`,
    [wanted],
  );
  return (removed.rowCount ?? 0) + (added.rowCount ?? 0);
}
