import assert from "node:assert/strict";
import { chmodSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { SIGNALS } from "@sandglass/signals";
import { compileTriggers } from "@sandglass/triggers";
import { openRecords, SYSTEM_SUPERVISION } from "../records/mod.ts";
import { appendRows, openJournal, temporaryFolder, type Row } from "./feed.fixture.ts";
import { AssignmentTable, Supervision } from "./mod.ts";

const T0 = Date.UTC(2026, 10, 20, 8, 0, 0);

test("PostgreSQL is killed again and again while findings are written: none is lost, none is written twice", async () => {
  const compiled = compileTriggers(
    [{ text: 'trigger ALARM version 1 "Alarm" / "报警" { applies to vehicle; when alarm.level >= 3; severity 3; }' }],
    SIGNALS,
  );
  assert.ok(compiled.ok);
  const folder = temporaryFolder();
  // As root PostgreSQL runs as another user, who must be able to reach its files.
  chmodSync(folder.path, 0o755);
  const records = await openRecords({ dataDir: folder.path });
  const journal = await openJournal(folder.path);
  const supervision = await Supervision.start({
    records,
    journal,
    dataDir: folder.path,
    assignments: new AssignmentTable([compiled.set]),
    now: () => T0,
  });
  try {
    const rounds = 40;
    let killed = 0;
    const caughtUp = async (): Promise<void> => {
      for (let waited = 0; (supervision.status().cursor?.seq ?? -1) < journal.status().durableSeq; waited += 10) {
        assert.ok(waited < 60_000, `supervision stands at ${JSON.stringify(supervision.status())}`);
        await sleep(10);
      }
    };
    for (let round = 0; round < rounds; round++) {
      // Stepping runs ahead of the database: the one before it must have come back to be killed again.
      if (round % 10 === 4) await caughtUp();
      const level = round % 2 === 0 ? 3 : 0;
      const rows: Row[] = [1n, 2n, 3n].map((vehicle) => ({
        vehicle,
        event: T0 + round * 10_000,
        values: { "alarm.level": level },
      }));
      await appendRows(journal, rows);
      if (round % 10 === 5) {
        const [pid] = readFileSync(path.join(folder.path, "records", "cluster", "postmaster.pid"), "latin1").split(
          "\n",
        );
        process.kill(Number(pid), "SIGKILL");
        killed++;
      }
    }
    await caughtUp();
    assert.equal(killed, 4);
    const counts = await records.transact(
      SYSTEM_SUPERVISION,
      async (tx) => {
        const count = (table: "findings" | "finding_events" | "outbox" | "ledger_leaves") =>
          tx
            .selectFrom(table)
            .select(({ fn }) => fn.countAll<bigint>().as("n"))
            .executeTakeFirstOrThrow();
        const events = await tx
          .selectFrom("finding_events")
          .select(({ fn }) => fn.countAll<bigint>().as("n"))
          .where("kind", "!=", "confirmed")
          .executeTakeFirstOrThrow();
        return {
          findings: (await count("findings")).n,
          events: events.n,
          outbox: (await count("outbox")).n,
          leaves: (await count("ledger_leaves")).n,
        };
      },
      { retry: true },
    );
    // 20 onsets and 20 clearings of each of 3 vehicles.
    assert.deepEqual(counts, { findings: 60n, events: 120n, outbox: 120n, leaves: 120n });
  } finally {
    await journal.close();
    await supervision.close();
    await records.close();
    folder.remove();
  }
});
