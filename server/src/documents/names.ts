/** Names of what stands in a document by its code or id, as they are when it is issued. */
import {
  programmeWord,
  REGIONS,
  SANDBOX_FUNCTIONS,
  type Json,
  type NameOf,
  type ProjectTriggerSet,
  type RuleVersion,
  type SandboxProjectData,
  type Text,
} from "@sandglass/casework";
import { sql } from "kysely";
import { maskVin, parseSubjectId, parseVehicleId, subjectIdOf, vehicleIdOf } from "../access/mod.ts";
import { findProgramme } from "../cases/mod.ts";
import type { Tx } from "../records/mod.ts";

/** A rule pack, or one rule, as documents name it. */
export interface NamedRule {
  readonly title: Text;
  readonly version: number;
}
/** Packs by id, with the rules in them by theirs; undefined for one that nobody has. */
export type FindPack = (id: string) => (NamedRule & { readonly rules: ReadonlyMap<string, NamedRule> }) | undefined;

/** Published rules in the versions asked for, those that there are. */
export type FindRules = (versions: readonly RuleVersion[]) => Promise<readonly (NamedRule & { readonly id: string })[]>;

const KNOWN_FUNCTIONS: ReadonlyMap<string, Text> = new Map(Object.entries(SANDBOX_FUNCTIONS));

/** Of organisations, places, subjects and rules, and of the codes of the programme version that the case runs under. */
export async function namesFor(
  tx: Tx,
  data: Partial<SandboxProjectData>,
  input: Json,
  { findPack, findRules }: { readonly findPack: FindPack; readonly findRules: FindRules },
): Promise<NameOf> {
  const rows = await tx.selectFrom("organisations").select(["id", "name_en", "name_zh"]).execute();
  const organisations = new Map(rows.map(({ id, name_en: en, name_zh: zh }) => [id, { en, zh }]));
  const subjects = await subjectNames(tx, idsIn([data as Json, input]));
  const places = await placeNames(tx, placesIn([data as Json, input]));
  const id = data.terms?.programme ?? data.programme;
  const programme = id === undefined ? undefined : await findProgramme(tx, id, data.terms?.version);
  const ruleOf = (pack: string | undefined, rule: string): NamedRule | undefined =>
    pack === undefined ? undefined : findPack(pack)?.rules.get(rule);
  const entered = (input as { readonly triggerSet?: ProjectTriggerSet } | null)?.triggerSet;
  const published = [];
  for (const set of [data.triggerSet, entered]) published.push(...(await findRules(set?.rules ?? [])));
  // A set has one rule of an id; what is entered replaces what was there.
  const rules = new Map(published.map((rule) => [rule.id, rule]));
  return (register, code) => {
    switch (register) {
      case "organisation":
        return organisations.get(code);
      case "region":
        return REGIONS[code];
      case "function":
        return KNOWN_FUNCTIONS.get(code);
      case "subject":
      case "vehicle":
        return subjects.get(code);
      case "area":
      case "road":
        return places.get(code) ?? REGIONS[code];
      case "rulePack":
        return withVersion(code, findPack(code));
      case "trigger":
        return withVersion(code, rules.get(code) ?? ruleOf(entered?.pack, code) ?? ruleOf(data.triggerSet?.pack, code));
      default:
        return programme === undefined ? undefined : programmeWord(programme, register, code);
    }
  };
}

/** The name, with the id and the version that say exactly what is meant. */
function withVersion(id: string, named: NamedRule | undefined): Text | undefined {
  if (named === undefined) return undefined;
  const { title, version } = named;
  return { en: `${title.en} (${id}, v${version})`, zh: `${title.zh}（${id}，v${version}）` };
}

/** Areas and roads anywhere in the limits of what a document is made from; they stand there by id or by name. */
function placesIn(value: Json): Set<string> {
  if (typeof value !== "object" || value === null) return new Set();
  if (Array.isArray(value)) return new Set((value as readonly Json[]).flatMap((each) => [...placesIn(each)]));
  return new Set(
    Object.entries(value as { readonly [name: string]: Json | undefined }).flatMap(([name, inner]) => {
      if (inner === undefined) return [];
      if (name !== "areas" && name !== "roads") return [...placesIn(inner)];
      return Array.isArray(inner) ? inner.filter((each) => typeof each === "string") : [];
    }),
  );
}

/** Places of the register of regions under what they are called in the plan: their id, or a name in either language. */
async function placeNames(tx: Tx, called: ReadonlySet<string>): Promise<ReadonlyMap<string, Text>> {
  if (called.size === 0) return new Map();
  const asked = [...called];
  const rows = await tx
    .selectFrom("regions")
    .select(["id", "name_en", "name_zh", "version"])
    .where((eb) => eb.or([eb("id", "in", asked), eb("name_en", "in", asked), eb("name_zh", "in", asked)]))
    // Of several with one name the one that is in use stands, which is the last of them here.
    .orderBy(sql`retired_at is null`)
    .orderBy("created_at")
    .execute();
  return new Map(
    rows.flatMap(({ id, name_en: en, name_zh: zh, version }) => {
      const name = withVersion(id, { title: { en, zh }, version })!;
      return [id, en, zh].map((call): [string, Text] => [call, name]);
    }),
  );
}

/** So many subjects are named; a larger fleet stands in its plan by opaque ids alone. */
const NAMED_AT_MOST = 1_000;

/** Opaque ids of vehicles and services anywhere in what a document is made from. */
function idsIn(value: Json): Set<string> {
  return new Set(JSON.stringify(value).match(/\b(?:veh|sub)_[0-9a-hjkmnp-tv-z]{13}\b/g) ?? []);
}

/** Masked VIN or name, with the id that says exactly which one is meant. */
async function subjectNames(tx: Tx, ids: ReadonlySet<string>): Promise<ReadonlyMap<string, Text>> {
  if (ids.size === 0 || ids.size > NAMED_AT_MOST) return new Map();
  const keysOf = (parse: (id: string) => bigint | undefined): bigint[] =>
    [...ids].map(parse).filter((key): key is bigint => key !== undefined);
  const listed = (keys: readonly bigint[]) => sql<boolean>`key = any(${keys.map(String)}::bigint[])`;
  const vehicles = await tx
    .selectFrom("vehicles")
    .select(["key", "vin"])
    .where(listed(keysOf(parseVehicleId)))
    .execute();
  const others = await tx
    .selectFrom("subjects")
    .select(["key", "kind", "name"])
    .where(listed(keysOf(parseSubjectId)))
    .execute();
  const named = (id: string, name: string): [string, Text] => [id, { en: `${name} (${id})`, zh: `${name}（${id}）` }];
  return new Map([
    ...vehicles.flatMap(({ key, vin }) => (vin === null ? [] : [named(vehicleIdOf(key), maskVin(vin))])),
    ...others.map(({ key, kind, name }) => named(subjectIdOf(kind, key), name)),
  ]);
}
