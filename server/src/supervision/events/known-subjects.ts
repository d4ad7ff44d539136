/** Attributes and owners of the subjects of events, vehicles among them. */
import type { appliesTo } from "@sandglass/triggers";
import type { Tx } from "../../records/mod.ts";

export type Attributes = Parameters<typeof appliesTo>[2];
export interface KnownSubject {
  readonly attributes: Attributes;
  readonly organisation: string | undefined;
  readonly region: string | undefined;
}

/** What the registry knows of subjects, by key. */
export async function knownSubjects(tx: Tx, keys: readonly bigint[]): Promise<Map<bigint, KnownSubject>> {
  const [others, vehicles] = [
    await tx
      .selectFrom("subjects")
      .select(["key", "kind", "name", "organisation", "region", "registered", "details"])
      .where("key", "in", keys)
      .execute(),
    await tx
      .selectFrom("vehicles")
      .select(["key", "registered", "organisation", "maker", "model", "region", "powertrain", "edition", "details"])
      .where("key", "in", keys)
      .execute(),
  ];
  return new Map(
    [...others, ...vehicles].map(({ key, details, ...columns }) => {
      const attributes: Record<string, string | number | boolean> = {};
      for (const [name, value] of [...Object.entries(details), ...Object.entries(columns)])
        if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
          attributes[name] = value;
      return [
        key,
        { attributes, organisation: columns.organisation ?? undefined, region: columns.region ?? undefined },
      ];
    }),
  );
}
