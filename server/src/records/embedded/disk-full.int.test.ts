import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { sql } from "kysely";
import { SandglassError } from "../../errors/mod.ts";
import { openRecords, SYSTEM_SETUP, type Records } from "../mod.ts";

/** Rows of about 700 bytes. */
const append = (records: Records, rows: number) =>
  records.transact(SYSTEM_SETUP, (tx) =>
    sql`insert into access_log (actor_id, actor_role, organisation, action, subject, detail)
        select 'system:setup', 'system:setup', '', 'test', 'test', jsonb_build_object('text', repeat(md5(i::text), 20))
        from generate_series(1, ${rows}::int) i`.execute(tx),
  );

test("a full disk refuses with a code and an alarm; work goes on when space returns", async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), "sandglass-full-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=140m", "tmpfs", folder], { stdio: "pipe" });
  } catch {
    rmSync(folder, { recursive: true });
    t.skip("mounting a small disk needs root on Linux");
    return;
  }
  t.after(() => {
    execFileSync("umount", ["-l", folder]);
    rmSync(folder, { recursive: true });
  });
  const records = await openRecords({ dataDir: path.join(folder, "data") });
  try {
    const alarms: string[] = [];
    records.onAlarm((alarm) => alarms.push(alarm.code));
    await append(records, 10);
    const { bavail, bsize } = statfsSync(folder);
    writeFileSync(path.join(folder, "ballast"), Buffer.alloc(bavail * bsize - 1_000_000));
    await assert.rejects(
      append(records, 10_000),
      (error) => error instanceof SandglassError && error.code === "SG_RECORDS_DISK_FULL",
    );
    assert.deepEqual(alarms, ["SG_RECORDS_DISK_FULL"]);
    rmSync(path.join(folder, "ballast"));
    await append(records, 10);
    const rows = await records.transact(SYSTEM_SETUP, (tx) =>
      tx
        .selectFrom("access_log")
        .select((eb) => eb.fn.countAll<bigint>().as("rows"))
        .executeTakeFirstOrThrow(),
    );
    assert.equal(rows.rows, 20n);
  } finally {
    await records.close();
  }
});
