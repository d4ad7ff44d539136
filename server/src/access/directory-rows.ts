/** Organisations and accounts as the rest of the server sees them. */
import { covers, OBJECT_CODES, PERMISSIONS, type RoleCode } from "@sandglass/casework";
import type { Selectable } from "kysely";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import type { Tx } from "../records/mod.ts";
import type { OrganisationTable } from "../records/tables/identity.ts";

export interface Organisation {
  readonly id: string;
  /** One of ORGANISATION_KINDS of casework; older installations may hold others. */
  readonly kind: string;
  readonly names: { readonly en: string; readonly zh: string };
  /** GB/T 2260 code of its seat; for an authority its territory. */
  readonly region?: string | undefined;
  /** Codes of the places where it works. */
  readonly regions?: readonly string[] | undefined;
  /** Nobody of a disabled organisation signs in. */
  readonly disabled?: boolean | undefined;
}

export function toOrganisation(row: Selectable<OrganisationTable>): Organisation {
  return {
    id: row.id,
    kind: row.kind,
    names: { en: row.name_en, zh: row.name_zh },
    region: row.region ?? undefined,
    regions: row.regions,
    disabled: row.disabled,
  };
}

/** Roles whose rights end at a territory. */
const TERRITORIAL = new Set<string>(
  OBJECT_CODES.flatMap((object) =>
    Object.entries(PERMISSIONS[object])
      .filter(([, grants]) => grants?.some((grant) => grant.endsWith(" territory")))
      .map(([role]) => role as RoleCode),
  ),
);

/**
 * The territory of an account: what is given, or for a territorial role that of its organisation; never beyond that of the
 * organisation. @throws SG_ORGANISATION_UNKNOWN, SG_REGION_OUTSIDE
 */
export async function territoryFor(
  tx: Tx,
  account: { readonly role: string; readonly organisation: string; readonly region?: string | undefined },
): Promise<string | undefined> {
  const organisation = await tx
    .selectFrom("organisations")
    .select("region")
    .where("id", "=", account.organisation)
    .executeTakeFirst();
  if (organisation === undefined)
    throw new SandglassError(ERRORS.ORGANISATION_UNKNOWN, { organisation: account.organisation });
  if (!TERRITORIAL.has(account.role)) return account.region;
  const territory = organisation.region ?? undefined;
  if (account.region === undefined) return territory;
  if (territory !== undefined && !covers(territory, account.region))
    throw new SandglassError(ERRORS.REGION_OUTSIDE, { region: account.region, territory });
  return account.region;
}
