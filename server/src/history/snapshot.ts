/**
 * A snapshot of the tables while they are in use: ClickHouse links the parts that are there now (they never change)
 * into `shadow/`, which takes milliseconds and no space. It lies where the parts do, so that a backup puts
 * `shadow/<name>/store/…` to `store/…`.
 *
 * Each table is frozen by itself: who wants them to belong together keeps segments from being stored meanwhile.
 */
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Engine } from "./engine.ts";
import { name, sql, trusted } from "./sql.ts";

const SNAPSHOT = "snapshot";

/** Removes what a snapshot, or one that was killed, has linked. Done here because the engine's own way is disabled. */
export function dropSnapshot(folder: string): Promise<void> {
  return rm(join(folder, "chdb", "shadow"), { recursive: true, force: true });
}

/** @param folder of the history. @returns the folder that holds the linked parts under their paths below `chdb` */
export async function takeSnapshot(engine: Engine, folder: string): Promise<string> {
  await dropSnapshot(folder);
  const snapshot = join(folder, "chdb", "shadow", SNAPSHOT);
  await mkdir(snapshot, { recursive: true });
  const tables = await engine.query<[string]>(
    trusted(
      "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree' ORDER BY name",
    ),
  );
  // First the table that says "stored completely": what it names is in the others by then.
  const inOrder = tables.map(([table]) => table).sort((a, b) => Number(b === "segments") - Number(a === "segments"));
  for (const table of inOrder)
    await engine.execute(sql`ALTER TABLE ${name(table)} FREEZE WITH NAME ${trusted(`'${SNAPSHOT}'`)}`);
  return snapshot;
}
