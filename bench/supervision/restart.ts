/**
 * How long supervision needs to come back: 50,000 vehicles, a checkpoint, and what the journal holds behind it.
 *
 *   node bench/supervision/restart.ts [vehicles=50000] [rounds behind the checkpoint=2]
 *
 * Real journal, real PostgreSQL, the 24 triggers of packs/bench-24. One JSON line: checkpoint bytes, seconds to write it,
 * longest time that it kept the event loop, seconds from the start of supervision until it has caught up.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import { compilePack, loadPack } from "@sandglass/triggers";
import { getScalar, Reason, SIGNALS } from "@sandglass/signals";
import { Journal } from "../../server/src/journal/mod.ts";
import { openTestRecords } from "../../server/src/records/testing.ts";
import { AssignmentTable, Supervision } from "../../server/src/supervision/mod.ts";

const VEHICLES = Number(process.argv[2] ?? 50_000);
const BEHIND = Number(process.argv[3] ?? 2);
const ROUNDS = 4;
const PERIOD_MS = 10_000;
const START = Date.UTC(2026, 10, 20);

const folder = join(import.meta.dirname, "../../packs/bench-24");
const pack = loadPack(
  Object.fromEntries(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), "utf8")])),
);
const set = compilePack(pack, SIGNALS);
const home = mkdtempSync(join(tmpdir(), "sandglass-restart-"));
const records = await openTestRecords();
const openJournal = () => Journal.open({ folder: join(home, "journal"), minFreeBytes: 0, poolBlocks: 24 });
let now = START;

const SPEED = getScalar("speed");
const VOLTAGE = getScalar("total_voltage");
const TEMPERATURE = getScalar("max_cell_temp");
const SOC = getScalar("soc");
const LEVEL = getScalar("alarm.level");

/** One report of every vehicle; quiet ones, as nearly all reports are. */
async function round(journal: Journal, number: number): Promise<void> {
  const time = START + number * PERIOD_MS;
  for (let vehicle = 1; vehicle <= VEHICLES; vehicle++) {
    let block = journal.findOpenBlock();
    while (block === undefined) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      block = journal.findOpenBlock();
    }
    const row = block.rows;
    block.vehicle[row] = BigInt(vehicle);
    block.eventTime[row] = time;
    block.receiveTime[row] = time + 200;
    block.assurance[row] = 1;
    block.edition[row] = 16;
    block.command[row] = 2;
    block.disposition[row] = 0;
    block.putRaw(Buffer.from(`##\u0002\u00fe${vehicle}:${number};`));
    for (const [signal, value] of [
      [SPEED, 40 + ((vehicle + number) % 30)],
      [VOLTAGE, 360],
      [TEMPERATURE, 25 + (vehicle % 10)],
      [SOC, 40 + (vehicle % 50)],
      [LEVEL, 0],
    ] as const) {
      block.scalars[signal.column].ticks[row] = Math.round(value * signal.perUnit);
      block.scalars[signal.column].reasons[row] = Reason.ok;
    }
    block.endRow();
    journal.rowAdded();
    if (vehicle % 4096 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  now = time + 200;
}

const start = (journal: Journal) =>
  Supervision.start({
    records,
    journal,
    dataDir: home,
    assignments: new AssignmentTable([set]),
    now: () => now,
    checkpointMs: 3_600_000,
  });

async function caughtUp(supervision: Supervision, journal: Journal): Promise<void> {
  while ((supervision.status().cursor?.seq ?? -1) < ROUNDS * VEHICLES - 1 || journal.status().blocksWithConsumers > 0)
    await new Promise((resolve) => setTimeout(resolve, 10));
}

try {
  let journal = await openJournal();
  const first = await start(journal);
  for (let i = 0; i < ROUNDS; i++) await round(journal, i);
  await journal.closeSegment();
  await caughtUp(first, journal);
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const writing = performance.now();
  await first.close();
  const writeSeconds = (performance.now() - writing) / 1000;
  delay.disable();
  for (let i = 0; i < BEHIND; i++) await round(journal, ROUNDS + i);
  await journal.close();
  const files = readdirSync(join(home, "supervision")).filter((name) => name.startsWith("checkpoint-"));
  const bytes = Math.max(...files.map((name) => statSync(join(home, "supervision", name)).size));

  journal = await openJournal();
  const began = performance.now();
  const second = await start(journal);
  const seconds = (performance.now() - began) / 1000;
  process.stdout.write(
    `${JSON.stringify({
      vehicles: VEHICLES,
      triggers: set.triggers.length,
      checkpointBytes: bytes,
      bytesPerVehicle: Math.round(bytes / VEHICLES),
      writeSeconds: Number(writeSeconds.toFixed(2)),
      longestPauseMs: Math.round(delay.max / 1e6),
      journalRows: BEHIND * VEHICLES,
      restartSeconds: Number(seconds.toFixed(2)),
      subjects: second.status().subjects,
    })}\n`,
  );
  await second.close();
  await journal.close();
} finally {
  await records.close();
  rmSync(home, { recursive: true, force: true });
}
