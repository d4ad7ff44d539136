/**
 * How long supervision needs to come back, and what its checkpoints cost the blocks: 50,000 vehicles.
 *
 *   node bench/supervision/restart.ts [vehicles=50000] [rounds behind the checkpoint=2]
 *
 * Real journal, real PostgreSQL, the 24 triggers of packs/bench-24. One JSON line: checkpoint bytes, seconds to write the
 * last one in one go, seconds from the start of supervision until it has caught up; and, of a steady stream of blocks
 * (512 rows each 100 ms), how long a block takes from its last row to its verdicts, fsync included (ms), without and during a checkpoint beside them.
 */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import type { Journal } from "../../server/src/journal/mod.ts";
import { openTestRecords } from "../../server/src/records/testing.ts";
import { AssignmentTable, Supervision } from "../../server/src/supervision/mod.ts";
import { benchSet, openJournal, quantile, report, round, temporaryHome } from "./fleet.ts";

const VEHICLES = Number(process.argv[2] ?? 50_000);
const BEHIND = Number(process.argv[3] ?? 2);
const ROUNDS = 4;
const PERIOD_MS = 10_000;
const BLOCK_ROWS = 512;
const START = Date.UTC(2026, 10, 20);

const set = benchSet();
const home = temporaryHome("restart");
const records = await openTestRecords();
let now = START;
let number = 0;

async function nextRound(journal: Journal): Promise<void> {
  const time = START + number * PERIOD_MS;
  await round(journal, VEHICLES, number++, time);
  now = time + 200;
}

const start = (journal: Journal, checkpointMs = 3_600_000) =>
  Supervision.start({
    records,
    journal,
    dataDir: home.path,
    assignments: new AssignmentTable([set]),
    now: () => now,
    checkpointMs,
  });

async function caughtUp(supervision: Supervision, journal: Journal): Promise<void> {
  while (
    (supervision.status().cursor?.seq ?? -1) < journal.status().durableSeq ||
    journal.status().blocksWithConsumers > 0
  )
    await sleep(1);
}

/** How long blocks take from their last row to their verdicts, while `go()`. */
async function blockWaits(
  supervision: Supervision,
  journal: Journal,
  go: (done: number) => boolean,
): Promise<number[]> {
  const times: number[] = [];
  let vehicle = 0;
  for (let done = 0; go(done); done++) {
    const time = START + number * PERIOD_MS + done;
    for (let i = 0; i < BLOCK_ROWS; i++) {
      vehicle = (vehicle % VEHICLES) + 1;
      await report(journal, vehicle, number + done, time);
    }
    now = time + 200;
    const began = performance.now();
    await journal.closeSegment();
    await caughtUp(supervision, journal);
    times.push(performance.now() - began);
    await sleep(100);
  }
  number += 10;
  return times;
}

try {
  let journal = await openJournal(home.path);
  let supervision = await start(journal);
  for (let i = 0; i < ROUNDS; i++) await nextRound(journal);
  await journal.closeSegment();
  await caughtUp(supervision, journal);
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const writing = performance.now();
  await supervision.close();
  const writeSeconds = (performance.now() - writing) / 1000;
  delay.disable();
  for (let i = 0; i < BEHIND; i++) await nextRound(journal);
  await journal.close();
  const folder = join(home.path, "supervision");
  const files = readdirSync(folder).filter((name) => name.startsWith("checkpoint-"));
  const bytes = Math.max(...files.map((name) => statSync(join(folder, name)).size));

  journal = await openJournal(home.path);
  const began = performance.now();
  supervision = await start(journal);
  const restartSeconds = (performance.now() - began) / 1000;
  const { subjects } = supervision.status();
  const without = await blockWaits(supervision, journal, (done) => done < 100);
  await supervision.close();
  await journal.close();

  journal = await openJournal(home.path);
  supervision = await start(journal, 0);
  const known = supervision.status().checkpointAt;
  const beside = performance.now();
  const during = await blockWaits(supervision, journal, () => supervision.status().checkpointAt === known);
  const besideSeconds = (performance.now() - beside) / 1000;
  await supervision.close();
  await journal.close();
  process.stdout.write(
    `${JSON.stringify({
      vehicles: VEHICLES,
      triggers: set.triggers.length,
      checkpointBytes: bytes,
      bytesPerVehicle: Math.round(bytes / VEHICLES),
      writeSeconds: Number(writeSeconds.toFixed(2)),
      longestPauseMs: Math.round(delay.max / 1e6),
      journalRows: BEHIND * VEHICLES,
      restartSeconds: Number(restartSeconds.toFixed(2)),
      subjects,
      blockMs: { median: quantile(without, 0.5), p99: quantile(without, 0.99), most: quantile(without, 1) },
      duringCheckpointMs: { median: quantile(during, 0.5), p99: quantile(during, 0.99), most: quantile(during, 1) },
      besideSeconds: Number(besideSeconds.toFixed(2)),
    })}\n`,
  );
} finally {
  await records.close();
  home.remove();
}
