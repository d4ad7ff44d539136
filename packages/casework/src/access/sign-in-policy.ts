/** Which roles must have a second factor (P: ours). Installations override single roles; demo accounts are exempt. */
import type { RoleCode } from "./roles.ts";

/** `beyond-loopback`: only when the server listens on other addresses than this machine's own. */
export const SECOND_FACTOR_RULES = ["never", "beyond-loopback", "always"] as const;
export type SecondFactorRule = (typeof SECOND_FACTOR_RULES)[number];

const DEFAULTS: Readonly<Partial<Record<RoleCode, SecondFactorRule>>> = {
  PLATFORM_ADMIN: "beyond-loopback",
  SECURITY_ADMIN: "beyond-loopback",
  AUDIT_ADMIN: "beyond-loopback",
  AUDITOR: "beyond-loopback",
  SAMR: "beyond-loopback",
  RECALL_CENTER: "beyond-loopback",
  MIIT: "beyond-loopback",
  EIDC: "beyond-loopback",
  NAT_PLATFORM: "beyond-loopback",
};

export function defaultSecondFactor(role: string): SecondFactorRule {
  return DEFAULTS[role as RoleCode] ?? "never";
}
