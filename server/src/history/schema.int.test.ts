import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { refuteInclusion } from "@sandglass/ledger";
import { ChdbEngine } from "./chdb-engine.ts";
import { openHistory } from "./history.ts";
import { ALL, COLUMNS, fixture, SALT, type Fixture } from "./segments.fixture.ts";
import { frameLeaf, HASHER } from "./segment-tree.ts";
import { trusted } from "./sql.ts";
import { SILENT } from "./silent.fixture.ts";

const DAY_MS = 86_400_000;
const THREE_DAYS_AGO = Math.floor(Date.now() / 1000) * 1000 - 3 * DAY_MS;

async function run(files: Fixture, ...statements: string[]): Promise<unknown[][]> {
  const engine = await ChdbEngine.open({ folder: join(files.folder, "history"), log: SILENT });
  try {
    for (const statement of statements.slice(0, -1)) await engine.execute(trusted(statement));
    return (await engine.query(trusted(statements[statements.length - 1]))) as unknown[][];
  } finally {
    await engine.close();
  }
}

const RAW_TTL =
  "SELECT extract(create_table_query, 'TTL toDateTime\\\\(receive_time\\\\) \\\\+ toIntervalDay\\\\((\\\\d+)\\\\)') FROM system.tables WHERE name = 'frames'";

test(
  "raw bytes expire, values and evidence stay, and the evidence can still be proved",
  { timeout: 60_000 },
  async () => {
    const files = fixture();
    let history = await files.open();
    try {
      const time = THREE_DAYS_AGO;
      const segment = files.segment(
        [1, 2, 3, 4].map((i) => ({
          vehicle: 5n,
          time: time + Math.min(i, 3) * 1000,
          raw: `raw ${i}`,
          values: { speed: i },
        })),
      );
      await history.insertSegment(segment, SALT);
      await history.copyEvidence("fnd_1", 5n, time + 1000, time + 2000);
      await history.close();
      history = await files.open({ retention: { rawDays: 1 } });
      await history.close();
      assert.deepEqual(await run(files, "OPTIMIZE TABLE frames FINAL", RAW_TTL), [["1"]]);

      history = await files.open({ retention: { rawDays: 1 } });
      const query = { vehicle: 5n, seq: segment.firstSeq };
      assert.equal((await history.frame(ALL, { ...query, seq: segment.firstSeq + 1 }))?.missing, "expired");
      assert.equal(Buffer.from((await history.frame(ALL, query))?.bytes ?? []).toString(), "raw 1");
      const proof = await history.frameProof(ALL, query);
      assert.ok(proof !== undefined);
      const claim = {
        index: BigInt(proof.leafIndex),
        size: BigInt(proof.segmentRows),
        leafHash: frameLeaf(proof.salt, proof.bytes),
        proof: proof.proof,
        root: proof.root,
      };
      assert.equal(refuteInclusion(claim, HASHER), undefined);
      assert.equal(await history.frameProof(ALL, { ...query, seq: segment.firstSeq + 1 }), undefined);
      const { items } = await history.samples(ALL, { vehicle: 5n, signals: ["speed"], from: time, to: time + 10_000 });
      assert.deepEqual(
        items.map(({ values }) => values["speed"]),
        [1, 2, 3, 4],
        "two frames of one instant are still told apart",
      );

      await history.close();
      history = await files.open();
      await history.close();
      assert.deepEqual(await run(files, RAW_TTL), [[""]], "without a limit again");
    } finally {
      await history.close();
      files.remove();
    }
  },
);

test(
  "a signal that is new in the catalogue becomes a column; older segments have nothing in it",
  { timeout: 60_000 },
  async () => {
    const files = fixture();
    const options = { dataDir: join(files.folder, "history"), log: SILENT };
    const older = COLUMNS.filter(({ name }) => name !== "max_motor_temp" && name !== "motor_temp");
    let history = await openHistory({ ...options, columns: COLUMNS });
    try {
      await history.close();
      await run(
        files,
        "DROP TABLE observations",
        "ALTER TABLE evidence DROP COLUMN motor_temp",
        "ALTER TABLE frames DROP COLUMN motor_temp",
        "SELECT 1",
      );
      history = await openHistory({ ...options, columns: COLUMNS });
      const segment = files.segment([{ vehicle: 5n, time: THREE_DAYS_AGO, values: { "motor.temp": [30] } }]);
      await history.insertSegment(segment, SALT);
      const query = { vehicle: 5n, signals: ["motor.temp"], from: THREE_DAYS_AGO, to: THREE_DAYS_AGO + 1 };
      assert.deepEqual((await history.samples(ALL, query)).items[0].values, { "motor.temp": [30] });
      await history.close();

      // The journal of an older program wrote fewer columns than the table has.
      history = await openHistory({ ...options, columns: older });
      await history.insertSegment(files.segment([{ vehicle: 6n, time: THREE_DAYS_AGO }]), SALT);
      assert.deepEqual((await history.samples(ALL, { ...query, vehicle: 6n })).items[0].values, { "motor.temp": [] });

      await history.close();
      const changed = COLUMNS.map((column) =>
        column.name === "speed" ? { ...column, type: "Nullable(UInt32)" } : column,
      );
      await assert.rejects(openHistory({ ...options, columns: changed }), { code: "SG_HISTORY_SCHEMA" });
    } finally {
      await history.close();
      files.remove();
    }
  },
);

test(
  "rows of the last hour stay compressed quickly; a merge of older ones compresses them well",
  { timeout: 60_000 },
  async () => {
    const files = fixture();
    const history = await files.open();
    try {
      for (const time of [Date.now(), Date.now() - 40 * DAY_MS])
        for (const later of [0, 1000])
          await history.insertSegment(files.segment([{ vehicle: 5n, time: time + later }]), SALT);
      await history.close();
      const codecs =
        "SELECT default_compression_codec, sum(rows) FROM system.parts WHERE active AND table = 'frames' GROUP BY 1 ORDER BY 1";
      assert.deepEqual(await run(files, "OPTIMIZE TABLE frames FINAL", codecs), [
        ["LZ4", "2"],
        ["ZSTD(1)", "2"],
      ]);
    } finally {
      await history.close();
      files.remove();
    }
  },
);
