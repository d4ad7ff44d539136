/** Whose a duty is, in words: the enterprise of the case, and of the authorities those that have a say in it. */
import { departmentOf, ENTERPRISE_ROLES, ROLES, type RoleCode } from "../access/roles.ts";
import type { Text } from "../text.ts";

const ENTERPRISE: Text = { en: "Enterprise", zh: "企业" };

/** @param leads departments that decide in the case's programme; without them every authority that the definition names */
export function bearersOf(roles: readonly RoleCode[], leads?: readonly string[]): readonly Text[] {
  // The supervisor of a demonstration may do everything and owes nothing.
  const named = roles.filter((role) => role !== "SUPERVISOR_ALL");
  const isEveryEnterprise = ENTERPRISE_ROLES.every((role) => named.includes(role));
  const kept = isEveryEnterprise ? named.filter((role) => !ENTERPRISE_ROLES.some((each) => each === role)) : named;
  const leading = kept.filter((role) => leads === undefined || leads.includes(departmentOf(role) ?? role));
  return [
    ...(isEveryEnterprise ? [ENTERPRISE] : []),
    ...(leading.length > 0 ? leading : kept).map((role) => ROLES[role].title),
  ];
}
