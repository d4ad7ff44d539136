/** What the registry says of those that conditions over many count, and of everybody that is judged. */
import { hash } from "node:crypto";
import type { SubjectKind } from "@sandglass/signals";
import type { Attributes } from "@sandglass/triggers";
import { scopeAllows, subjectIdOf, type HistoryScope } from "../../access/mod.ts";
import type { RegisteredMember } from "../../supervision/mod.ts";
import { scopeOf } from "./step-events.ts";

export type Members = ReadonlyMap<SubjectKind, readonly RegisteredMember[]>;

export interface PopulationPorts {
  /** Vehicles that may be judged … */
  readonly scope: HistoryScope;
  /** … and subjects that are no vehicles. */
  readonly subjectScope: HistoryScope;
  /** Everything registered of a kind; asked only of kinds that a condition counts. */
  readonly members: (kind: SubjectKind) => Promise<readonly RegisteredMember[]>;
}

/** What was asked of the registry, in one hash: the same run needs the same answers. */
export interface RegistryDigest {
  readonly vehicles: number;
  /** Other subjects that were counted. */
  readonly senders: number;
  readonly digest: string;
}

/** Everything registered of these kinds that may be judged. `only`: nobody else. */
export async function membersOf(
  kinds: Iterable<SubjectKind>,
  only: readonly bigint[] | undefined,
  ports: PopulationPorts,
): Promise<Members> {
  const wanted = only === undefined ? undefined : new Set(only);
  const found = new Map<SubjectKind, readonly RegisteredMember[]>();
  for (const kind of new Set(kinds)) {
    const members = await ports.members(kind);
    const scope = scopeOf(ports, kind);
    found.set(
      kind,
      members.filter(({ key }) => scopeAllows(scope, key) && (wanted?.has(key) ?? true)),
    );
  }
  return found;
}

/** @param vehicles attributes of those whose frames were judged */
export function registryDigest(vehicles: ReadonlyMap<bigint, Attributes>, members: Members): RegistryDigest {
  const known = new Map(
    [...vehicles].map(([key, attributes]) => [
      key,
      { kind: "vehicle" as SubjectKind, attributes, registeredAt: null as number | null },
    ]),
  );
  for (const [kind, list] of members)
    for (const { key, attributes, registeredAt } of list) known.set(key, { kind, attributes, registeredAt });
  const lines = [...known]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, { kind, attributes, registeredAt }]) =>
      JSON.stringify([
        subjectIdOf(kind, key),
        registeredAt,
        Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1)),
      ]),
    );
  const senders = [...known.values()].filter(({ kind }) => kind !== "vehicle").length;
  return { vehicles: lines.length - senders, senders, digest: hash("sha256", lines.join("\n")) };
}

/** How many of each kind were judged: who sent something that was read, and whoever is registered where a condition over many counts. */
export function judgedOf(
  vehicles: readonly bigint[],
  senders: readonly { readonly key: bigint; readonly kind: SubjectKind }[],
  members: Members,
): Readonly<Partial<Record<SubjectKind, number>>> {
  const judged = [
    ...vehicles.map((key) => ({ key, kind: "vehicle" as const })),
    ...senders,
    ...[...members].flatMap(([kind, list]) => list.map(({ key }) => ({ key, kind }))),
  ];
  const byKind = Map.groupBy(judged, ({ kind }) => kind);
  return Object.fromEntries([...byKind].map(([kind, list]) => [kind, new Set(list.map(({ key }) => key)).size]));
}
