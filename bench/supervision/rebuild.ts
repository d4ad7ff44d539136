/**
 * How long states of a fleet take to be rebuilt from a day of history when every checkpoint is lost, and how live rows fare
 * meanwhile.
 *
 *   node bench/supervision/rebuild.ts [--vehicles 500] [--period 30] [--store FOLDER]
 *
 * Real history, journal and PostgreSQL, the 24 triggers of packs/bench-24. One JSON line: rows and seconds of the rebuild, rows per second, what that makes for
 * 50,000 vehicles at this period; the time from a row's append to its answer (fsync included, ms) before and during it.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { makeScope } from "../../server/src/access/scope.ts";
import { openHistory } from "../../server/src/history/mod.ts";
import { observationTable } from "../../server/src/journal/mod.ts";
import { SYSTEM_SUPERVISION } from "../../server/src/records/mod.ts";
import { openTestRecords } from "../../server/src/records/testing.ts";
import { AssignmentTable, storedFleet, storedRows, Supervision } from "../../server/src/supervision/mod.ts";
import { fillStore, START } from "../rulebook/store.ts";
import { benchSet, openJournal, quantile, report, temporaryHome } from "./fleet.ts";

const { values: options } = parseArgs({
  options: {
    vehicles: { type: "string", default: "500" },
    period: { type: "string", default: "30" },
    store: { type: "string" },
  },
});
const fleet = { vehicles: Number(options.vehicles), days: 1, periodMs: Number(options.period) * 1000 };
const END = START + 86_400_000;
/** Keys of the vehicles that report meanwhile; history does not know them. */
const FIRST_LIVE = 1_000_000;

/** CPU seconds of a process so far. */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

const temporary = mkdtempSync(join(tmpdir(), "sandglass-bench-rebuild-"));
const folder = options.store ?? temporary;
const done = join(folder, "made.json");
const silent = { info: () => undefined, warn: () => undefined, error: console.error };
const set = benchSet();
const history = await openHistory({ dataDir: join(folder, "history"), columns: observationTable(), log: silent });
const records = await openTestRecords();
const home = temporaryHome("rebuild");
const journal = await openJournal(home.path);
try {
  if (!existsSync(done)) {
    const rows = await fillStore(history, join(temporary, "segments"), fleet);
    writeFileSync(done, JSON.stringify(fleet));
    console.log(`stored ${rows} rows`);
  } else if (readFileSync(done, "utf8") !== JSON.stringify(fleet)) throw new Error("the store holds another fleet");

  let live = 0;
  /** Time from the append of a row to its answer. */
  const answer = async (): Promise<number> => {
    const began = performance.now();
    const target = journal.status().durableRows + 1;
    await report(journal, FIRST_LIVE + (live++ % 100), live, END + live * 100);
    while (journal.status().durableRows < target) await sleep(1);
    return performance.now() - began;
  };
  const answersWhile = async (go: () => boolean): Promise<number[]> => {
    const times: number[] = [];
    while (go()) {
      times.push(await answer());
      await sleep(20);
    }
    return times;
  };
  let left = 30;
  const before = await answersWhile(() => left-- > 0);
  const scope = makeScope(SYSTEM_SUPERVISION, "all", { location: true, fullVin: true });
  const child = history.status().childPid ?? 0;
  const [own, other] = [process.cpuUsage(), cpuOf(child)];
  const supervision = await Supervision.start({
    records,
    journal,
    dataDir: home.path,
    assignments: new AssignmentTable([set]),
    now: () => END,
    rows: storedRows(history, async () => scope),
    fleet: storedFleet({ history, scope: async () => scope, folder: join(temporary, "rows") }),
    checkpointMs: 3_600_000,
  });
  const status = () => supervision.status().rebuild ?? { subjects: 0, done: 0, rows: 0, tookMs: 0 };
  const during = await answersWhile(() => status().done < status().subjects);
  const { subjects, rows, tookMs } = status();
  const used = process.cpuUsage(own);
  const historyCpu = cpuOf(child) - other;
  await supervision.close();
  console.log(
    JSON.stringify({
      triggers: set.triggers.length,
      horizonHours: set.horizonMs / 3_600_000,
      vehicles: subjects,
      rows,
      seconds: Number((tookMs / 1000).toFixed(1)),
      // CPU time per row, with the live rows of the meantime: on a loaded machine the honest figure.
      serverMicroseconds: Number(((used.user + used.system) / rows).toFixed(3)),
      historyMicroseconds: Number(((historyCpu * 1e6) / rows).toFixed(3)),
      rowsPerSecond: Math.round((rows * 1000) / tookMs),
      secondsFor50000: Math.round((tookMs / 1000) * (50_000 / subjects)),
      answerMs: {
        before: [quantile(before, 0.5), quantile(before, 0.99)],
        during: [quantile(during, 0.5), quantile(during, 0.99)],
      },
    }),
  );
} finally {
  await journal.close();
  await records.close();
  await history.close();
  home.remove();
  rmSync(temporary, { recursive: true, force: true });
}
