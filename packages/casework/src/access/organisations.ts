/** What an organisation is; `maker` makes vehicles. */
export const ORGANISATION_KINDS = [
  "authority",
  "technical",
  "maker",
  "importer",
  "batteryMaker",
  "supplier",
  "techFirm",
  "operator",
  "dealer",
  "laboratory",
  "platform",
  "operation",
] as const;
export type OrganisationKind = (typeof ORGANISATION_KINDS)[number];

/** Bodies that supervise, examine, or run the platform: none of them makes, sells or operates what is supervised. */
const AUTHORITIES: readonly string[] = [
  "authority",
  "technical",
  "platform",
  "operation",
] satisfies readonly OrganisationKind[];

export function isAuthority(kind: string): boolean {
  return AUTHORITIES.includes(kind);
}

export function isOrganisationKind(text: string): text is OrganisationKind {
  return (ORGANISATION_KINDS as readonly string[]).includes(text);
}
