/**
 * A backtest as the product runs it: rules over a fleet's history, from the store to the report's figures. Only the
 * records (PostgreSQL) are left out.
 *
 *   node bench/rulebook/run.ts [--vehicles 100] [--days 30] [--period 30] [--rules bench/rulebook/ten-rules.tdl]
 *     [--packs bench-24] [--store FOLDER] [--runs 3] [--every-row]
 *
 * `--store` keeps the made history for the next run of the same fleet. `--every-row`: no row is left out, for comparison
 * of results and times.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { loadPack } from "@sandglass/triggers";
import { SYSTEM_INTAKE } from "../../server/src/records/actor.ts";
import { makeScope } from "../../server/src/access/scope.ts";
import { openHistory } from "../../server/src/history/mod.ts";
import { observationTable } from "../../server/src/journal/mod.ts";
import { runBacktest } from "../../server/src/rulebook/backtest/run.ts";
import { compileRules } from "../../server/src/rulebook/compile.ts";
import type { RegisteredMember } from "../../server/src/supervision/mod.ts";
import { fillStore, keyOf, START } from "./store.ts";

const { values: options } = parseArgs({
  options: {
    vehicles: { type: "string", default: "100" },
    days: { type: "string", default: "30" },
    period: { type: "string", default: "30" },
    rules: { type: "string" },
    packs: { type: "string" },
    store: { type: "string" },
    runs: { type: "string", default: "3" },
    "every-row": { type: "boolean", default: false },
  },
});
const fleet = {
  vehicles: Number(options.vehicles),
  days: Number(options.days),
  periodMs: Number(options.period) * 1000,
};

function textOf(): string {
  if (options.packs === undefined)
    return readFileSync(options.rules ?? join(import.meta.dirname, "ten-rules.tdl"), "utf8");
  return options.packs
    .split(",")
    .flatMap((name) => {
      const folder = join(import.meta.dirname, "../../packs", name);
      const files = readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), "utf8")]);
      return loadPack(Object.fromEntries(files)).sources.map(({ text }) => text);
    })
    .join("\n");
}

/** CPU seconds of a process so far. */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Ten models, all registered before the first report. */
function memberOf(vehicle: number): RegisteredMember {
  return { key: keyOf(vehicle), attributes: { powertrain: "BEV", model: `M${vehicle % 10}` }, registeredAt: 0 };
}

const temporary = mkdtempSync(join(tmpdir(), "sandglass-bench-rulebook-"));
const folder = options.store ?? temporary;
const done = join(folder, "made.json");
const silent = { info: () => undefined, warn: () => undefined, error: console.error };
const history = await openHistory({ dataDir: join(folder, "history"), columns: observationTable(), log: silent });
try {
  if (existsSync(done)) {
    if (readFileSync(done, "utf8") !== JSON.stringify(fleet)) throw new Error("the store holds another fleet");
  } else {
    const start = performance.now();
    const rows = await fillStore(history, join(temporary, "segments"), fleet);
    writeFileSync(done, JSON.stringify(fleet));
    console.log(`stored ${rows} rows in ${((performance.now() - start) / 1000).toFixed(0)} s`);
  }
  const texts = { sources: [{ text: textOf() }], regions: [] };
  const set = compileRules(texts);
  const { throughSeq } = await history.contentDigest();
  const scope = makeScope(SYSTEM_INTAKE, "all", { location: true, fullVin: true });
  for (let run = 0; run < Number(options.runs); run++) {
    const child = history.status().childPid ?? 0;
    const [own, other, start] = [process.cpuUsage(), cpuOf(child), performance.now()];
    const output = await runBacktest(
      {
        sets: [{ set, texts }],
        from: START,
        to: START + fleet.days * 86_400_000,
        throughSeq,
        throughEventSeq: 0,
        everyRow: options["every-row"],
      },
      {
        history,
        scope,
        subjectScope: scope,
        subjectAttributes: async () => new Map(),
        attributesOf: async (keys) => new Map(keys.map((key) => [key, { powertrain: "BEV" }])),
        members: async () => Array.from({ length: fleet.vehicles }, (_, i) => memberOf(i)),
        folder: join(temporary, "rows"),
        signal: new AbortController().signal,
        progress: () => undefined,
      },
    );
    const seconds = (performance.now() - start) / 1000;
    const used = process.cpuUsage(own);
    const [result] = output.sets;
    const { firings } = result;
    const { rows } = output;
    console.log(
      JSON.stringify({
        triggers: set.triggers.length,
        screenings: set.screenings.length,
        inputs: set.inputs.length,
        rows,
        seconds: Number(seconds.toFixed(2)),
        rowsPerSecond: Math.round(rows / seconds),
        serverMicroseconds: Number(((used.user + used.system) / rows).toFixed(3)),
        historyMicroseconds: Number((((cpuOf(child) - other) * 1e6) / rows).toFixed(3)),
        firings: firings.length,
        degradations: result.degradations.reduce((sum, count) => sum + count, 0),
        cooled: result.cooled.reduce((sum, count) => sum + count, 0),
        digest: createHash("sha256").update(JSON.stringify(firings)).digest("hex").slice(0, 16),
      }),
    );
  }
} finally {
  await history.close();
  rmSync(temporary, { recursive: true, force: true });
}
