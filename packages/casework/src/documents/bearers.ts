/** Whose a duty is, in words: the enterprise of the case, and of the authorities those that have a say in it. */
import { departmentOf, ENTERPRISE_ROLES, ROLES, type RoleCode } from "../access/roles.ts";
import type { Lifecycle } from "../lifecycle/definition.ts";
import type { Text } from "../text.ts";

const ENTERPRISE: Text = { en: "Enterprise", zh: "企业" };

/** @param leads departments that decide in the case's programme; without them every authority that the definition names */
export function bearersOf(roles: readonly RoleCode[], leads?: readonly string[]): readonly Text[] {
  const named = owing(roles, leads);
  const isEveryEnterprise = ENTERPRISE_ROLES.every((role) => named.includes(role));
  const kept = isEveryEnterprise ? named.filter((role) => !isEnterprise(role)) : named;
  return [...(isEveryEnterprise ? [ENTERPRISE] : []), ...kept.map((role) => ROLES[role].title)];
}

/** The roles among those of a duty that owe it in this case: of several authorities those that decide in its programme. */
export function owing(roles: readonly RoleCode[], leads?: readonly string[]): readonly RoleCode[] {
  // The supervisor of a demonstration may do everything and owes nothing.
  const named = roles.filter((role) => role !== "SUPERVISOR_ALL");
  const everyEnterprise = ENTERPRISE_ROLES.every((role) => named.includes(role)) ? ENTERPRISE_ROLES : [];
  const others = named.filter((role) => everyEnterprise.length === 0 || !isEnterprise(role));
  const leading = others.filter((role) => leads === undefined || leads.includes(departmentOf(role)));
  return [...everyEnterprise, ...(leading.length > 0 ? leading : others)];
}

/**
 * The lifecycle with each duty as it is owed in a case: an authority that only issued the programme reads what another one
 * decides, and is neither told of that as a duty of its own nor reminded of it.
 */
export function asOwed(lifecycle: Lifecycle, data: unknown): Lifecycle {
  const { leads } = lifecycle.extentOf(data);
  if (leads === undefined) return lifecycle;
  const obligations = Object.entries(lifecycle.obligations).map(([code, definition]) => {
    const owed = owing(definition.bearers, leads);
    const bearers = definition.bearers.filter((role) => role === "SUPERVISOR_ALL" || owed.includes(role));
    return [code, { ...definition, bearers }];
  });
  return { ...lifecycle, obligations: Object.fromEntries(obligations) };
}

const isEnterprise = (role: RoleCode): boolean => ENTERPRISE_ROLES.some((each) => each === role);
