/**
 * `node bench/cases/first-seen.ts [--vehicles 150000] [--rounds 3] [--batch 5000]`: how long the registry takes for vehicles that are seen
 * for the first time at once, told in the batches of the gateway, and for the same ones again, as after a restart. Records as the product
 * runs them: embedded PostgreSQL with its own settings, fsync on.
 */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import pg from "pg";
import { Registry } from "../../server/src/access/mod.ts";
import { bootstrapEmbedded, DATABASE } from "../../server/src/records/bootstrap.ts";
import { SUPERUSER } from "../../server/src/records/embedded/initialise.ts";
import { launchEmbedded } from "../../server/src/records/embedded/launch.ts";
import { connect } from "../../server/src/records/records.ts";

const { values } = parseArgs({
  options: {
    vehicles: { type: "string", default: "150000" },
    rounds: { type: "string", default: "3" },
    batch: { type: "string", default: "5000" },
  },
});
const VEHICLES = Number(values.vehicles);
const BATCH = Number(values.batch);

const data = mkdtempSync(path.join(tmpdir(), "bench-first-seen-"));
chmodSync(data, 0o755);
const embedded = await launchEmbedded({ dataDir: data });
const records = await connect(
  { ...(await bootstrapEmbedded(embedded)), listeners: new Set(), stop: () => embedded.stop() },
  {},
);
const registry = new Registry({ records, keyOf: () => 0n, appendLeaf: async () => undefined, now: Date.now });
const client = new pg.Client({ connectionString: embedded.url(SUPERUSER, DATABASE) });
await client.connect();

/** Keys are hashes, spread evenly over 63 bits. */
const keyOf = (index: number): bigint => BigInt.asUintN(63, BigInt(index) * 0x9e3779b97f4a7c15n);
async function tell(from: number): Promise<string> {
  const begin = performance.now();
  const { lsn } = (await client.query("select pg_current_wal_lsn() as lsn")).rows[0];
  const cpu = process.cpuUsage();
  for (let at = 0; at < VEHICLES; at += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, VEHICLES - at) }, (_, index) => {
      const each = from + at + index;
      return {
        key: keyOf(each),
        vin: `LSGBENCH${String(each).padStart(9, "0")}`,
        firstSeen: Date.UTC(2026, 10, 23) + each,
        edition: 2025 as const,
        link: "terminal" as const,
      };
    });
    await registry.noteSeen(batch);
  }
  const { bytes } = (await client.query("select pg_current_wal_lsn() - $1::pg_lsn as bytes", [lsn])).rows[0];
  const used = process.cpuUsage(cpu);
  const own = (used.user + used.system) / 1e6;
  return `${((performance.now() - begin) / 1000).toFixed(2)} s (${own.toFixed(2)} s of it our processor time), ${(Number(bytes) / 1e6).toFixed(0)} MB of log`;
}
try {
  for (let round = 0; round < Number(values.rounds); round += 1) {
    process.stdout.write(`${VEHICLES} for the first time: ${await tell(round * VEHICLES)}\n`);
    process.stdout.write(`the same ones again: ${await tell(round * VEHICLES)}\n`);
  }
} finally {
  await client.end();
  await records.close();
  rmSync(data, { recursive: true, force: true });
}
