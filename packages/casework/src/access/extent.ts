/** Which records a right reaches: the comparison of an actor with what a record says about itself. */
import { reachesOf, type ObjectCode, type Reach, type Right } from "./permissions.ts";
import { departmentOf, type RoleCode } from "./roles.ts";

/** Who acts. `organisation` and `region` are absent for the system and for national tokens. */
export interface CaseActor {
  /** Of the person, whichever session or token of theirs was used: two actors with one id are one person. */
  readonly id: string;
  readonly role: RoleCode;
  readonly organisation?: string;
  /** Six-digit area code (GB/T 2260) of the actor's territory; trailing zeros cover what lies below. */
  readonly region?: string;
  /** False of a credential that no person stands behind: it never gives the second pair of eyes. Absent = true. */
  readonly isPerson?: boolean;
}

/** What a record says about whose it is. */
export interface Extent {
  /** Organisations that are parties; the first is the one in charge. */
  readonly organisations: readonly string[];
  /** Area codes the record touches. */
  readonly regions: readonly string[];
  /** Ids of the persons the record is assigned to. */
  readonly assigned: readonly string[];
  /** Departments that lead the programme it belongs to; none where it belongs to none. */
  readonly leads?: readonly string[];
  /** Departments that issued that programme together with them. */
  readonly coIssuers?: readonly string[];
}

/** Every department that has a part in the programme of a record. */
export function issuersOf({ leads = [], coIssuers = [] }: Pick<Extent, "leads" | "coIssuers">): readonly string[] {
  return [...new Set([...leads, ...coIssuers])];
}

/** Whether an area code lies in a territory: 310000 covers 310115, 310100 covers 310115, 310115 only itself. */
export function covers(territory: string, region: string): boolean {
  if (!/^\d{6}$/.test(territory) || !/^\d{6}$/.test(region)) return territory === region;
  const prefix = territory.endsWith("0000") ? 2 : territory.endsWith("00") ? 4 : 6;
  return territory.slice(0, prefix) === region.slice(0, prefix);
}

/**
 * Whether a reach covers a record for an actor. Reaches that depend on other records (a case, an agreement, a person's
 * vehicle) or on an aggregated or published view are never satisfied here: the query that offers such a view decides.
 */
export function within(reach: Reach, actor: CaseActor, extent: Extent): boolean {
  const { organisation, region } = actor;
  switch (reach) {
    case "all":
      return true;
    case "own":
      return organisation !== undefined && organisation !== "" && extent.organisations.includes(organisation);
    case "partner":
      return organisation !== undefined && organisation !== "" && extent.organisations.indexOf(organisation) > 0;
    case "territory":
      return region !== undefined && region !== "" && extent.regions.some((touched) => covers(region, touched));
    case "assigned":
      return extent.assigned.includes(actor.id);
    case "issued":
      return issuersOf(extent).includes(departmentOf(actor.role));
    case "led":
      return extent.leads?.includes(departmentOf(actor.role)) === true;
    case "case":
    case "aggregate":
    case "published":
    case "person":
    case "joint":
    case "agreement":
      return false;
  }
}

/** Whether the actor has the right over this record. */
export function allows(actor: CaseActor, object: ObjectCode, right: Right, extent: Extent): boolean {
  return reachesOf(actor.role, object, right).some((reach) => within(reach, actor, extent));
}

/** Whether somebody of a role can have the right over this record: what hangs on the person is left open. */
export function mayReach(role: RoleCode, object: ObjectCode, right: Right, extent: Extent): boolean {
  return reachesOf(role, object, right).some((reach) => {
    switch (reach) {
      case "own":
        return extent.organisations.length > 0;
      case "partner":
        return extent.organisations.length > 1;
      case "territory":
        return extent.regions.length > 0;
      case "assigned":
        return extent.assigned.length > 0;
      default:
        return within(reach, { id: "", role }, extent);
    }
  });
}
