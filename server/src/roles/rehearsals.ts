/**
 * Rehearsals of a plan's triggers: the test cases of its pack and of its published rules run through the very engine of supervision, or a backtest of the
 * rulebook over what the vehicles really sent. Either way the case learns what was run and what came of it, not what somebody says.
 */
import type { ProjectTriggerSet, RehearsalFacts } from "@sandglass/casework";
import { allTriggers, parseTestFile, partOf, runTestCase, type TriggerSet } from "@sandglass/triggers";
import type { Rehearsals } from "../cases/mod.ts";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import type { PublishedRule, Rulebook } from "../rulebook/mod.ts";
import { compileProjectSet, textsOf, type PackLookup } from "./project-sets.ts";

export interface RehearsalParts {
  readonly packs: PackLookup;
  /** As they are meant by plans that were signed. */
  readonly regions: Parameters<typeof textsOf>[2];
  /** The published rules that a plan is pinned to. */
  readonly rulesOf: (set: ProjectTriggerSet) => Promise<readonly PublishedRule[]>;
  /** Undefined until the rulebook is open. */
  readonly rulebook: () => Rulebook | undefined;
}

export function createRehearsals({ packs, regions, rulesOf, rulebook }: RehearsalParts): Rehearsals {
  const opened = (): Rulebook => {
    const found = rulebook();
    if (found === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: "backtest" });
    return found;
  };
  return {
    async simulate(plan) {
      const rules = await rulesOf(plan);
      const set = compileProjectSet(plan, packs, regions, rules);
      return simulate(set, plan.pack ?? "", packs.find(plan.pack ?? ""), rules);
    },
    async request(actor, { project, set, vehicles, from, to }) {
      const texts = textsOf(set, packs, regions, await rulesOf(set));
      const text = texts.sources.map((source) => source.text).join("\n\n");
      const { id } = await opened().requestBacktest(actor, { text, vehicles, from, to }, texts.regions, project);
      return id;
    },
    async result(actor, id) {
      const backtest = await opened().backtest(actor, id);
      if (backtest.state !== "done") return undefined;
      const report = backtest.report as {
        readonly set: { readonly firingsInAll: number };
        readonly data: {
          readonly rows: number;
          readonly vehicles: number;
          readonly events?: { readonly subjects: number; readonly receptions: number };
        };
      };
      const { rows, vehicles, events = { subjects: 0, receptions: 0 } } = report.data;
      return {
        kind: "past",
        reference: id,
        setHash: backtest.set_hash,
        // What services sent counts as what vehicles sent.
        rows: rows + events.receptions,
        vehicles: vehicles + events.subjects,
        firings: report.set.firingsInAll,
        failed: 0,
      };
    },
  };
}

/**
 * Runs the test cases that come with what a plan names: those of its pack on the set of the plan, and those of each
 * published rule on what it was published with, since its author wrote them for that and they know nothing of the plan.
 * @param rules published rules in `set`; the cases of the pack are judged without them, and without what is written into the plan, for the same reason
 */
export function simulate(
  set: TriggerSet,
  reference: string,
  found: ReturnType<PackLookup["find"]>,
  rules: readonly PublishedRule[] = [],
): RehearsalFacts {
  const ofPack = new Set(found === undefined ? [] : allTriggers(found.set).map(({ id }) => id));
  const own = partOf(set, ({ id }) => ofPack.has(id), ALL_SCREENINGS);
  const publications = new Map(rules.map((rule) => [rule.publication, rule]));
  const runs = [
    ...(found === undefined ? [] : [{ set: own, tests: found.pack.tests }]),
    ...[...publications.values()].map((rule) => ({ set: rule.set, tests: parseTestFile(rule.tests || "{}").tests })),
  ];
  const cases = runs.flatMap((run) => run.tests.map((test) => ({ test, result: runTestCase(run.set, test) })));
  return {
    kind: "simulated",
    reference,
    setHash: set.hash,
    rows: cases.reduce((sum, { test }) => sum + Math.max(0, ...Object.values(test.series).map(lengthOf)), 0),
    vehicles: cases.length,
    firings: cases.reduce((sum, { result }) => sum + result.events.filter(({ kind }) => kind === "onset").length, 0),
    failed: cases.filter(({ result }) => !result.passed).length,
  };
}

const ALL_SCREENINGS = { withScreenings: true } as const;

/** Observations of a series as test cases write them: `40x6 57` are seven. */
function lengthOf(series: string): number {
  return series
    .split(/\s+/)
    .filter((token) => token !== "")
    .reduce((sum, token) => sum + Number(/x(\d+)$/.exec(token)?.[1] ?? 1), 0);
}
