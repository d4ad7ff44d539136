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

export function isOrganisationKind(text: string): text is OrganisationKind {
  return (ORGANISATION_KINDS as readonly string[]).includes(text);
}
