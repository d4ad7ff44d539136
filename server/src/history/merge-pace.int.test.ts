import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ChdbEngine } from "./chdb-engine.ts";
import { MergePace } from "./merge-pace.ts";
import { DAY, fixture } from "./segments.fixture.ts";
import { SILENT } from "./silent.fixture.ts";
import { sql, trusted, u64 } from "./sql.ts";

test("parts wait while segments do, and are merged once storing has kept up", { timeout: 60_000 }, async () => {
  const files = fixture();
  await (await files.open()).close();
  const engine = await ChdbEngine.open({ folder: join(files.folder, "history"), log: SILENT });
  try {
    const insert = (seq: number) =>
      engine.execute(
        sql`INSERT INTO frames (vehicle, event_time, receive_time, seq) SELECT 7, ${u64(DAY + seq)}, ${u64(DAY)}, ${u64(seq)}`,
      );
    const parts = async (): Promise<number> => {
      const [[count]] = await engine.query<[number]>(
        trusted("SELECT toUInt32(count()) FROM system.parts WHERE active AND table = 'frames'"),
      );
      return count;
    };
    const least = async (): Promise<string | undefined> => {
      const [[created]] = await engine.query<[string]>(
        trusted("SELECT create_table_query FROM system.tables WHERE database = currentDatabase() AND name = 'frames'"),
      );
      return /min_parts_to_merge_at_once = (\d+)/.exec(created)?.[1];
    };
    const merged = async (): Promise<void> => {
      while ((await parts()) >= 20) await sleep(20);
    };
    const pace = await MergePace.open(engine, SILENT, { keptUpMs: 100, most: 3 });
    for (let seq = 1; seq <= 20; seq++) await insert(seq);
    await merged();
    const before = await parts();
    await pace.note(true);
    for (let seq = 21; seq <= 60; seq++) await insert(seq);
    await sleep(300);
    assert.equal(await parts(), before + 40);
    await pace.note(false);
    await merged();
    assert.equal(await least(), "20");
    for (let i = 0; i < 3; i++) await pace.note(true);
    assert.equal(await least(), "100000");
    await pace.note(true);
    assert.equal(await least(), "20", "with so many parts they are merged even so");
    pace.close();
    await (await MergePace.open(engine, SILENT)).note(true);
    assert.equal(await least(), "100000");
    await MergePace.open(engine, SILENT);
    assert.equal(await least(), "20", "what an earlier run was behind with is forgotten");
  } finally {
    await engine.close();
    files.remove();
  }
});
