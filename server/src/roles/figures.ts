/** Figures of the situation page that come from several modules. */
import type { Figures } from "../api/mod.ts";
import type { Records } from "../records/mod.ts";
import type { Supervision } from "../supervision/mod.ts";
import type { CaseWiring } from "./case-wiring.ts";

export function createFigures({
  records,
  supervision,
  wiring,
}: {
  readonly records: Records;
  readonly supervision: Supervision;
  readonly wiring: CaseWiring;
}): Figures {
  return {
    async openFindings(actor) {
      const rows = await records.transact(
        actor,
        (tx) =>
          tx
            .selectFrom("findings")
            .select(["level", (eb) => eb.fn.countAll<bigint>().as("count")])
            .where("status", "=", "firing")
            .groupBy("level")
            .execute(),
        { retry: true },
      );
      return Object.fromEntries(
        [1, 2, 3, 4].map((level) => [String(level), Number(rows.find((row) => row.level === level)?.count ?? 0)]),
      );
    },
    cases: async (actor) => (await wiring.cases.counts(actor)).cases,
    projectsByState: async (actor) => (await wiring.cases.counts(actor)).projects.byState,
    lateFrames: async (_actor, vehicle) => supervision.vehicleCounters(vehicle)?.late ?? 0,
  };
}
