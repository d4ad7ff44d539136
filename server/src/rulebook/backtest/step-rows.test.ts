/**
 * A backtest finds what supervision's replay finds: of random vehicles, however their rows are cut into blocks, and
 * whether or not triggers that cannot fire are left out.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import fc from "fast-check";
import { createMonitor, type FiringEvent, type TriggerSet } from "@sandglass/triggers";
import { getScalar } from "@sandglass/signals";
import type { ExportedRows } from "../../history/mod.ts";
import { replaySubject } from "../../supervision/replay-subject.ts";
import { RowBuilder } from "../../supervision/rows.ts";
import { compileRules } from "../compile.ts";
import type { ChunkResult, ChunkWork, SetTexts } from "./firing.ts";
import { RowStepper } from "./step-rows.ts";

const PACKS = join(import.meta.dirname, "../../../../packs");
const START = Date.UTC(2026, 0, 5);
const SILENCE = `
trigger S1 version 1 { when offline for 3 min ; severity 1 ; }
trigger S2 version 1 { when max_cell_temp > 50 °C ; severity 1 ; suppressed by S3 ; }
trigger S3 version 1 { when max_cell_temp > 55 °C for 1 min ; severity 2 ; keep firing 5 min ; }
trigger S4 version 1 { when speed > 60 km/h ; severity 1 ; missing unknown after 2 min ; cooldown 10 min ; }
`;
const texts: SetTexts = {
  sources: [
    { text: readFileSync(join(PACKS, "bench-24/triggers.tdl"), "utf8") },
    { text: readFileSync(join(PACKS, "gbt32960-alarms/triggers.tdl"), "utf8") },
    { text: SILENCE },
  ],
  regions: [],
};
const set = compileRules(texts);

interface Row {
  readonly time: number;
  readonly receivedAt: number;
  readonly seq: number;
  readonly reissued: boolean;
  readonly values: Float64Array;
  readonly present: Uint8Array;
}

/** Centre and step of the signals that matter; the rest stay at 0. */
const WALKS: Readonly<Record<string, readonly [number, number]>> = {
  speed: [55, 20],
  soc: [30, 8],
  max_cell_temp: [50, 8],
  min_cell_temp: [30, 4],
  temp_spread: [12, 6],
  cell_spread: [0.25, 0.1],
  min_cell_voltage: [3, 0.4],
  max_cell_voltage: [4.2, 0.3],
  insulation: [150, 100],
  total_current: [200, 150],
  total_voltage: [300, 80],
  "alarm.level": [1.4, 1.5],
  "charge.state": [1.5, 1],
  "vehicle.state": [1.4, 1],
  accelerator: [20, 20],
  brake: [20, 20],
};

const row = fc.record({
  dt: fc.constantFrom(0, 1000, 10_000, 10_000, 30_000, 100_000, 700_000),
  delay: fc.constantFrom(300, 300, 300, 60_000),
  reissued: fc.constantFrom(false, false, false, true),
  draws: fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 7, maxLength: 7 }),
  missing: fc.nat(40),
  invalid: fc.nat(40),
  empty: fc.nat(15),
});
type Drawn = typeof row extends fc.Arbitrary<infer T> ? T : never;
const vehicle = fc.record({
  rows: fc.array(row, { minLength: 1, maxLength: 80 }),
  /** How far values move from their centres: most vehicles stay calm. */
  wild: fc.constantFrom(0, 0.2, 0.5, 1),
});

function rowsOf({ rows, wild }: { readonly rows: readonly Drawn[]; readonly wild: number }): Row[] {
  let time = START;
  const made = rows.map(({ dt, delay, reissued, draws, missing, invalid, empty }, index): Row => {
    time += dt;
    const values = new Float64Array(set.inputs.length);
    const present = new Uint8Array(set.inputs.length);
    set.inputs.forEach((id, i) => {
      const [centre, step] = WALKS[id] ?? [0, 0];
      const perUnit = WALKS[id] === undefined ? 1 : getScalar(id).perUnit;
      present[i] = empty === 0 || missing === i ? 0 : invalid === i ? 2 : 1;
      const value = Math.max(0, Math.round((centre * (1 - (1 - wild) / 3) + step * wild * draws[i % 7]) * perUnit));
      values[i] = present[i] === 1 ? value / perUnit : 0;
    });
    return { time, receivedAt: time + delay, seq: index + 1, reissued, values, present };
  });
  return made;
}

/** The same rows as blocks of a file. */
function blocksOf(vehicles: readonly (readonly Row[])[], size: number): ExportedRows[] {
  const all = vehicles.flatMap((rows, v) => rows.map((each) => ({ ...each, vehicle: BigInt(v + 1) })));
  const blocks: ExportedRows[] = [];
  for (let at = 0; at < all.length; at += size) {
    const part = all.slice(at, at + size);
    const groups = Map.groupBy(part.keys(), (i) => part[i].vehicle);
    blocks.push({
      count: part.length,
      vehicles: [...groups].map(([key, indices]) => ({
        vehicle: key,
        start: indices[0],
        end: indices[indices.length - 1] + 1,
      })),
      time: Float64Array.from(part, (each) => each.time),
      receivedAt: Float64Array.from(part, (each) => each.receivedAt),
      seq: Float64Array.from(part, (each) => each.seq),
      reissued: Uint8Array.from(part, (each) => Number(each.reissued)),
      columns: set.inputs.map((id, i) => {
        const perUnit = WALKS[id] === undefined ? 1 : getScalar(id).perUnit;
        return {
          ticks: Int32Array.from(part, (each) => Math.round(each.values[i] * perUnit)),
          perUnit,
          present: Uint8Array.from(part, (each) => each.present[i]),
        };
      }),
    });
  }
  return blocks;
}

const TO = START + 100 * 86_400_000;
const workOf = (vehicles: number, everyRow: boolean, of: TriggerSet = set): ChunkWork => ({
  path: "",
  signals: set.inputs,
  from: 0,
  to: TO,
  instants: [],
  everyRow,
  vehicles: Array.from({ length: vehicles }, (_, v) => ({
    key: BigInt(v + 1),
    applies: [of.triggers.map(() => 1 as const)],
  })),
});

/**
 * Witnesses by their event times: whether a second saying of a report corrects it depends on the inputs that are looked
 * at, and both receptions say what is witnessed.
 */
function withTimes({ sets, ...result }: ChunkResult, fleet: readonly (readonly Row[])[]): unknown {
  const timeOf = (vehicle: bigint, seq: number): number | undefined => fleet[Number(vehicle) - 1][seq - 1]?.time;
  return {
    ...result,
    sets: sets.map(({ firings, ...set }) => ({
      ...set,
      firings: firings.map((firing) => ({
        ...firing,
        witnesses: [...new Set(firing.witnesses.map((seq) => timeOf(firing.vehicle, seq)))],
      })),
    })),
  };
}

describe("stepping a backtest", () => {
  test("finds the same with and without what cannot fire, however rows are cut into blocks", () => {
    let [firings, leftOut] = [0, 0];
    const lean = new RowStepper([{ set, texts }]);
    const full = new RowStepper([{ set, texts }]);
    fc.assert(
      fc.property(
        fc.array(vehicle, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 90 }),
        fc.integer({ min: 1, max: 90 }),
        (fleet, oneSize, otherSize) => {
          const rows = fleet.map(rowsOf);
          const every = full.step(workOf(fleet.length, true), blocksOf(rows, oneSize));
          const some = lean.step(workOf(fleet.length, false), blocksOf(rows, otherSize));
          assert.deepEqual(withTimes(some, rows), withTimes(every, rows));
          firings += every.sets[0].firings.length;
          leftOut += fleet.filter(({ wild }) => wild === 0).length;
        },
      ),
      { seed: 20_260_103, numRuns: 400 },
    );
    assert.ok(firings > 200 && leftOut > 20, `${firings} firings, ${leftOut} calm vehicles`);
  });

  test("finds what a replay of supervision finds", async () => {
    const stepper = new RowStepper([{ set, texts }]);
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(vehicle, fc.integer({ min: 1, max: 90 }), async (one, size) => {
        const rows = rowsOf(one);
        const { sets } = stepper.step(workOf(1, false), blocksOf([rows], size));
        const builder = new RowBuilder(set.inputs.length, rows.length);
        for (const { time, receivedAt, seq, reissued, values, present } of rows)
          builder.add(time, receivedAt, seq, reissued, values, present);
        const monitor = createMonitor(set);
        const events: FiringEvent[] = [];
        const emit = (event: FiringEvent): void => void events.push(event);
        await replaySubject({ monitor, state: monitor.create(), emit }, [builder.build()], TO);
        const onsets = events.flatMap((event) =>
          event.kind === "onset" && event.suppressedBy === undefined ? [`${event.trigger} ${event.onset}`] : [],
        );
        assert.deepEqual(
          sets[0].firings.map(({ trigger, onset }) => `${set.triggers[trigger].id} ${onset}`).sort(),
          onsets.sort(),
        );
        compared += onsets.length;
      }),
      { seed: 20_260_104, numRuns: 400 },
    );
    assert.ok(compared > 100, `${compared} firings`);
  });
});
