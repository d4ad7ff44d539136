/**
 * Rehearsals of a plan's triggers: the test cases of its pack run through the very engine of supervision, or a backtest of the
 * rulebook over what the vehicles really sent. Either way the case learns what was run and what came of it, not what somebody says.
 */
import type { ProjectTriggerSet, RehearsalFacts } from "@sandglass/casework";
import { runTestCase, type TestCase, type TriggerSet } from "@sandglass/triggers";
import type { Rehearsals } from "../cases/mod.ts";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import type { Rulebook } from "../rulebook/mod.ts";
import type { PackLookup } from "./project-sets.ts";

export interface RehearsalParts {
  readonly packs: PackLookup;
  readonly compile: (set: ProjectTriggerSet) => TriggerSet;
  /** Undefined until the rulebook is open. */
  readonly rulebook: () => Rulebook | undefined;
}

export function createRehearsals({ packs, compile, rulebook }: RehearsalParts): Rehearsals {
  const opened = (): Rulebook => {
    const found = rulebook();
    if (found === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: "backtest" });
    return found;
  };
  return {
    simulate: async (set) => simulate(compile(set), set.pack ?? "", packs.find(set.pack ?? "")?.pack.tests ?? []),
    async request(actor, { set, vehicles, from, to }) {
      const sources = [...(set.text === undefined ? [] : [set.text]), ...textsOf(packs, set.pack)];
      const { id } = await opened().requestBacktest(actor, { text: sources.join("\n\n"), vehicles, from, to });
      return id;
    },
    async result(actor, id) {
      const backtest = await opened().backtest(actor, id);
      if (backtest.state !== "done") return undefined;
      const report = backtest.report as {
        readonly set: { readonly firingsInAll: number };
        readonly data: { readonly rows: number; readonly vehicles: number };
      };
      return {
        kind: "past",
        reference: id,
        setHash: backtest.set_hash,
        rows: report.data.rows,
        vehicles: report.data.vehicles,
        firings: report.set.firingsInAll,
        failed: 0,
      };
    },
  };
}

function textsOf(packs: PackLookup, pack: string | undefined): readonly string[] {
  return (packs.find(pack ?? "")?.pack.sources ?? []).map((source) => source.text);
}

/** Runs every test case of a pack on the compiled set of the plan. */
export function simulate(set: TriggerSet, reference: string, tests: readonly TestCase[]): RehearsalFacts {
  const results = tests.map((test) => runTestCase(set, test));
  return {
    kind: "simulated",
    reference,
    setHash: set.hash,
    rows: tests.reduce((sum, test) => sum + Math.max(0, ...Object.values(test.series).map(lengthOf)), 0),
    vehicles: tests.length,
    firings: results.reduce((sum, { events }) => sum + events.filter(({ kind }) => kind === "onset").length, 0),
    failed: results.filter(({ passed }) => !passed).length,
  };
}

/** Observations of a series as test cases write them: `40x6 57` are seven. */
function lengthOf(series: string): number {
  return series
    .split(/\s+/)
    .filter((token) => token !== "")
    .reduce((sum, token) => sum + Number(/x(\d+)$/.exec(token)?.[1] ?? 1), 0);
}
