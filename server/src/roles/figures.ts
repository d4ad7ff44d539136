/** Figures of the situation page that come from several modules. */
import type { HistoryScope } from "../access/mod.ts";
import type { Figures, FleetMonitor } from "../api/mod.ts";
import type { History } from "../history/mod.ts";
import type { Journal } from "../journal/mod.ts";
import type { Records } from "../records/mod.ts";
import { countOnsets, type Supervision } from "../supervision/mod.ts";
import type { CaseWiring } from "./case-wiring.ts";

const PAGE = 10_000;

/**
 * Gives the live figures what was received before this start: sums of what history holds, and the rows of journal
 * segments that it does not hold yet. In all, every row ever received counts: they are numbered from 1.
 */
export async function primeFleet(
  fleet: FleetMonitor,
  history: Pick<History, "settle" | "storedSegments" | "fleetNow">,
  journal: Pick<Journal, "read" | "status" | "closedSegments">,
  scope: HistoryScope,
): Promise<void> {
  await history.settle();
  for (let after: bigint | undefined; ;) {
    const page = await history.fleetNow(scope, { limit: PAGE, ...(after === undefined ? {} : { after }) });
    for (const { vehicle, lastReceived, lastEvent, received: frames, assurance } of page.items)
      fleet.prime(vehicle, { lastReceived, lastEvent, frames, assurance });
    if (page.next === undefined) break;
    after = page.next;
  }
  const stored = new Set(await history.storedSegments());
  const waiting = journal.closedSegments().find(({ id }) => !stored.has(id));
  let noted = 0;
  if (waiting !== undefined) {
    for await (const { segment, columns } of journal.read({ segment: waiting.id, block: 0 })) {
      if (stored.has(segment)) continue;
      fleet.note(columns);
      noted += columns.rows;
    }
  }
  fleet.primeTotal(Math.max(0, journal.status().durableSeq - noted));
}

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
    onsets: (actor, range) => records.transact(actor, (tx) => countOnsets(tx, range), { retry: true }),
    cases: async (actor) => (await wiring.cases.counts(actor)).cases,
    projectsByState: async (actor) => (await wiring.cases.counts(actor)).projects.byState,
    lateFrames: async (_actor, vehicle) => supervision.vehicleCounters(vehicle)?.late ?? 0,
  };
}
