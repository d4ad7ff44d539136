import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "../intake/gateway/gateway.fixture.ts";
import { Journal } from "../journal/mod.ts";
import { randomFrom } from "../journal/random-rows.fixture.ts";
import { temporaryFolder } from "../journal/temporary.fixture.ts";
import { openTestRecords, type TestRecords } from "../records/testing.ts";
import { BASE_SIZE, dateOfDay, RULE_COUNT } from "./counters.ts";
import { QualityEngine } from "./engine.ts";
import { loginFrame, platformLoginFrame, report } from "./frames.fixture.ts";
import { Conformance } from "./mod.ts";

let records: TestRecords;
before(async () => {
  records = await openTestRecords();
});
after(() => records.close());

interface Stored {
  readonly base: readonly number[];
  readonly hits: Readonly<Record<number, number>>;
}

async function storedVehicles(): Promise<Record<string, Stored>> {
  const rows = await records.asSuperuser(
    "select vehicle::text, day::text, base, rules, hits from quality_vehicle_days",
  );
  return Object.fromEntries(
    rows.map((row) => [
      `${String(row.vehicle)} ${String(row.day)}`,
      {
        base: (row.base as unknown[]).map(Number),
        hits: Object.fromEntries((row.rules as number[]).map((rule, i) => [rule, Number((row.hits as unknown[])[i])])),
      },
    ]),
  );
}

async function storedPlatforms(): Promise<Record<string, readonly number[]>> {
  const rows = await records.asSuperuser("select username, base from quality_platform_days");
  return Object.fromEntries(rows.map((row) => [String(row.username), (row.base as unknown[]).map(Number)]));
}

/** The counters of an engine that saw every durable block once. */
function countersOf(engine: QualityEngine): Record<string, Stored> {
  const { slots, days, base, hits } = engine.vehicleDays.takeChanged(engine.vehicles.size);
  return Object.fromEntries(
    [...slots.keys()]
      .filter((i) => slots[i] !== 0)
      .map((i) => {
        const broken: Record<number, number> = {};
        for (let rule = 0; rule < RULE_COUNT; rule++)
          if (hits[i * RULE_COUNT + rule] > 0) broken[rule] = hits[i * RULE_COUNT + rule];
        return [
          `${engine.vehicles.keyOf(slots[i])} ${dateOfDay(days[i])}`,
          { base: [...base.subarray(i * BASE_SIZE, (i + 1) * BASE_SIZE)], hits: broken },
        ];
      }),
  );
}

describe("quality counters", () => {
  it("hold every frame exactly once after kill -9 at any instant", { timeout: 180_000 }, async (context) => {
    const folder = temporaryFolder("conformance");
    context.after(folder.remove);
    const random = randomFrom(20_261_122);
    const start = Date.now();
    let sent = 0;
    for (let round = 0; round < 8; round++) {
      const child = fork(join(import.meta.dirname, "crash.fixture.ts"), [folder.path, records.databaseUrl]);
      const [ready] = (await Promise.race([once(child, "message"), once(child, "exit")])) as [
        { port: number } | number,
      ];
      assert.ok(typeof ready === "object", "the process of the round came up");
      const { port } = ready;
      const platform = await Client.connect(port);
      platform.send(platformLoginFrame("platform", "right", start));
      await platform.receive(1);
      const terminal = await Client.connect(port);
      terminal.send(loginFrame({ serial: round + 1, time: start, vin: "LTESTVAN000000009" }));
      await terminal.receive(1);
      const until = performance.now() + 60 + random() * 250;
      // On a busy machine too, something is durable that the counters have to agree with.
      while (performance.now() < until || platform.replies.length < 300) {
        const frames = Array.from({ length: 20 }, () => {
          sent++;
          return report({
            vin: `LTESTVAN00000000${sent % 7}`,
            time: start + Math.floor(sent / 7) * (sent % 3 === 0 ? 900 : 1100),
            vehicle: { mileage: 100 + (sent % 90), speed: sent % 13 === 0 ? "invalid" : 40.1 },
            ...(sent % 11 === 0 ? { location: false as const } : {}),
            ...(sent % 200 > 150 ? { alarm: { level: 3, flags: 2 } } : {}),
          });
        });
        platform.send(...frames);
        terminal.send(
          report({ vin: "LTESTVAN000000009", time: start + sent * 10 }),
          report({ vin: "LTESTVAN000000008" }),
        );
        await sleep(4);
      }
      child.kill("SIGKILL");
      await once(child, "exit");
      platform.socket.destroy();
      terminal.socket.destroy();
    }
    // The last one only counts what the journal still holds beyond the cursor.
    const journal = await Journal.open({ folder: folder.path, minFreeBytes: 0 });
    const conformance = await Conformance.start({ records, journal });
    await conformance.close();
    const engine = new QualityEngine();
    let rows = 0;
    let ofPlatform = 0;
    for await (const { columns } of journal.read()) {
      engine.step(columns);
      rows += columns.rows;
      for (let row = 0; row < columns.rows; row++) if (columns.assurance[row] === 1) ofPlatform++;
    }
    await journal.close();
    assert.ok(rows > 2000, `${rows} rows`);
    assert.deepEqual(await storedVehicles(), countersOf(engine));
    const platforms = await storedPlatforms();
    assert.equal(platforms.platform[0], ofPlatform, "every frame of the platform's links, though link numbers repeat");
    assert.equal(platforms.platform[0] + platforms[""][0], rows);
  });
});
