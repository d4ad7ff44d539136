/**
 * Published rules by id and version, for whoever takes one into a set of their own (the plan of a sandbox project). A version
 * never changes, so what it means is compiled once; what is in force, and what replaced it, is read each time.
 */
import type { RuleVersion } from "@sandglass/casework";
import { allTriggers, type CompiledTrigger, type Region, type TriggerSet } from "@sandglass/triggers";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { SYSTEM_RULEBOOK, type Actor, type Records, type Tx } from "../records/mod.ts";
import { compileRules } from "./compile.ts";
import { inForceAt } from "./replaced.ts";

export interface PublishedRule extends RuleVersion {
  readonly publication: string;
  readonly compiled: CompiledTrigger;
  /** Everything that was published with it, and the test cases that came with that (JSON; empty = none). */
  readonly set: TriggerSet;
  readonly tests: string;
  /** Those that the rule names, as they were when it was published. */
  readonly regions: readonly Region[];
  /** UTC ms. */
  readonly publishedAt: number;
  /** UTC ms, also in the future; undefined without an end. */
  readonly endedAt: number | undefined;
  /** The newest version in force, where that is a later one. */
  readonly newer: { readonly version: number; readonly publishedAt: number } | undefined;
}

export interface PublishedRulesOptions {
  readonly records: Records;
  /** The regions that a set with a hash was published with. */
  readonly pinned: (setHash: string) => readonly Region[];
  /** UTC ms. */
  readonly now: () => number;
}

/** `EV-BAT-001@2` */
export const ruleKey = ({ trigger, version }: RuleVersion): string => `${trigger}@${version}`;

export class PublishedRules {
  readonly #options: PublishedRulesOptions;
  /** By publication. */
  readonly #sets = new Map<string, TriggerSet>();

  constructor(options: PublishedRulesOptions) {
    this.#options = options;
  }

  /** Those in force, by id and version; at most `limit` behind `after`. */
  inForce(
    actor: Actor,
    { limit, after }: { readonly limit: number; readonly after?: RuleVersion | undefined },
  ): Promise<PublishedRule[]> {
    return this.#read(actor, async (tx) => {
      let query = rowsOf(tx)
        .where(inForceAt(this.#options.now()))
        .orderBy("trigger_id")
        .orderBy("rule_publication_triggers.version")
        .limit(limit);
      if (after !== undefined)
        query = query.where(({ eb, refTuple, tuple }) =>
          eb(refTuple("trigger_id", "rule_publication_triggers.version"), ">", tuple(after.trigger, after.version)),
        );
      return await query.execute();
    });
  }

  /** Those that were ever published of the versions asked for, in the order asked for. */
  async find(actor: Actor, versions: readonly RuleVersion[]): Promise<PublishedRule[]> {
    if (versions.length === 0) return [];
    const wanted = new Set(versions.map(ruleKey));
    const found = await this.#read(actor, async (tx) => {
      const rows = await rowsOf(tx)
        .where("trigger_id", "in", [...new Set(versions.map(({ trigger }) => trigger))])
        .execute();
      return rows.filter(({ trigger_id: trigger, version }) => wanted.has(ruleKey({ trigger, version })));
    });
    const byKey = new Map(found.map((rule) => [ruleKey(rule), rule]));
    return [...wanted].flatMap((key) => byKey.get(key) ?? []);
  }

  /** What a plan is pinned to, whether it is in force still or not. @throws SG_PLAN_RULE for one that was never published */
  async get(versions: readonly RuleVersion[]): Promise<PublishedRule[]> {
    const found = await this.find(SYSTEM_RULEBOOK, versions);
    const known = new Set(found.map(ruleKey));
    const unknown = versions.find((each) => !known.has(ruleKey(each)));
    if (unknown !== undefined)
      throw new SandglassError(ERRORS.PLAN_RULE, {
        ...unknown,
        reason: "no such version was published",
        reasonZh: "该版本从未发布",
      });
    return found;
  }

  /** What a plan takes: only what is in force, or what it `holds` already. @throws SG_PLAN_RULE */
  async take(versions: readonly RuleVersion[], holds: readonly RuleVersion[]): Promise<PublishedRule[]> {
    const held = new Set(holds.map(ruleKey));
    const rules = await this.get(versions);
    for (const { trigger, version, endedAt = Number.POSITIVE_INFINITY, newer } of rules) {
      if (endedAt > this.#options.now() || held.has(ruleKey({ trigger, version }))) continue;
      throw new SandglassError(ERRORS.PLAN_RULE, {
        trigger,
        version,
        reason: newer === undefined ? "it is no longer in force" : `version ${newer.version} has replaced it`,
        reasonZh: newer === undefined ? "该规则已不再有效" : `已由版本 ${newer.version} 取代`,
      });
    }
    return rules;
  }

  async #read(actor: Actor, rows: (tx: Tx) => Promise<RuleRow[]>): Promise<PublishedRule[]> {
    return await this.#options.records.transact(
      actor,
      async (tx) => {
        const found = await rows(tx);
        const newest = await this.#newest(tx, [...new Set(found.map(({ trigger_id }) => trigger_id))]);
        return found.map((row) => this.#ruleOf(row, newest.get(row.trigger_id)));
      },
      { retry: true },
    );
  }

  /** Newest version in force by trigger. */
  async #newest(tx: Tx, triggers: readonly string[]): Promise<ReadonlyMap<string, PublishedRule["newer"]>> {
    if (triggers.length === 0) return new Map();
    const rows = await tx
      .selectFrom("rule_publication_triggers")
      .innerJoin("rule_publications", "rule_publications.id", "rule_publication_triggers.publication")
      .select(["trigger_id", "version", "published_at"])
      .where("trigger_id", "in", triggers)
      .where(inForceAt(this.#options.now()))
      .orderBy("version")
      .execute();
    return new Map(
      rows.map(({ trigger_id, version, published_at }) => [
        trigger_id,
        { version, publishedAt: published_at.getTime() },
      ]),
    );
  }

  #ruleOf(row: RuleRow, newest: PublishedRule["newer"]): PublishedRule {
    const { publication, trigger_id: trigger, version, tests, set_hash, published_at, ended_at } = row;
    const regions = this.#options.pinned(set_hash);
    let set = this.#sets.get(publication);
    if (set === undefined) {
      set = compileRules({ sources: [{ text: row.text }], regions });
      this.#sets.set(publication, set);
    }
    const compiled = allTriggers(set).find(({ versionHash }) => versionHash === row.version_hash);
    if (compiled === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: ruleKey({ trigger, version }) });
    return {
      trigger,
      version,
      publication,
      compiled,
      set,
      tests,
      regions,
      publishedAt: published_at.getTime(),
      endedAt: ended_at?.getTime(),
      newer: newest !== undefined && newest.version > version ? newest : undefined,
    };
  }
}

type RuleRow = Awaited<ReturnType<ReturnType<typeof rowsOf>["execute"]>>[number];

// oxlint-disable-next-line typescript/explicit-function-return-type -- the type of a query is what it selects
const rowsOf = (tx: Tx) =>
  tx
    .selectFrom("rule_publication_triggers")
    .innerJoin("rule_publications", "rule_publications.id", "rule_publication_triggers.publication")
    .select(["publication", "trigger_id", "rule_publication_triggers.version", "version_hash"])
    .select(["text", "tests", "set_hash", "published_at", "ended_at"]);
