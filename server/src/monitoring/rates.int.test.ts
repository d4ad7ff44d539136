/** Rates over frames that were really stored and orders that were really handled, against the report of each single vehicle. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { FastifyInstance } from "fastify";
import { openWorld, PEOPLE, vehicle, type World } from "../cases/world.fixture.ts";
import { NOON, putRow, report, type CarState } from "../conformance/frames.fixture.ts";
import { Conformance } from "../conformance/mod.ts";
import { findVehicleDays } from "../conformance/queries.ts";
import { brokenRules, sumDays } from "../conformance/report.ts";
import { Journal } from "../journal/mod.ts";
import { temporaryFolder } from "../journal/temporary.fixture.ts";
import { SYSTEM_INTAKE } from "../records/mod.ts";
import { hostOf } from "../http/host.fixture.ts";
import { PASS_RATES } from "./benchmarks.ts";
import { monitoringRoutes } from "./mod.ts";
import { readFleetRates } from "./rates.ts";

const RANGE = { from: "2026-07-01", to: "2026-07-01" };
const HOUR = 3_600_000;
interface Covered {
  readonly organisation: string;
  readonly coverage: { readonly of: number; readonly count: number; readonly basis: { readonly certainty: string } };
}

describe("rates of the monitoring", () => {
  let world: World;
  let app: FastifyInstance;
  const folder = temporaryFolder("rates");
  before(async () => {
    world = await openWorld();
    await world.records.transact(SYSTEM_INTAKE, async (tx) => {
      await tx
        .updateTable("vehicles")
        .set({ first_seen: new Date(NOON - HOUR) })
        .where("registered", "=", true)
        .execute();
      for (const [key, details] of [
        [1_000n, { class: "bus" }],
        [1_001n, { category: "M1" }],
        [1_002n, { category: "M1" }],
      ] as const)
        await tx
          .updateTable("vehicles")
          .set({ details: JSON.stringify(details) })
          .where("key", "=", key)
          .execute();
    });
    const journal = await Journal.open({ folder: folder.path, minFreeBytes: 0 });
    const conformance = await Conformance.start({ records: world.records, journal });
    const frames = (key: bigint, everyMs: number, carOf: (index: number) => CarState = () => ({})) =>
      Array.from({ length: 60 }, (_, index) => {
        const time = NOON + index * everyMs;
        return { frame: report({ time, ...carOf(index) }), receive: time + 1_000, vehicle: key, link: Number(key) };
      });
    const rows = [
      ...frames(1_000n, 10_000),
      // One value in ten is invalid: beyond 1 %.
      ...frames(1_001n, 10_000, (index) => (index % 10 === 0 ? { vehicle: { speed: "invalid" } } : {})),
      // Of maker B: a report each 40 s, where 30 s is the longest.
      ...frames(1_003n, 40_000),
    ].toSorted((a, b) => a.receive - b.receive);
    for (const row of rows) {
      putRow(journal.findOpenBlock()!, row);
      journal.rowAdded();
    }
    await journal.closeSegment();
    await conformance.close();
    await journal.close();

    app = await hostOf([monitoringRoutes({ records: world.records, now: () => world.now })], PEOPLE);
  });
  after(async () => {
    await app.close();
    await world.close();
    folder.remove();
  });

  // oxlint-disable-next-line typescript/no-explicit-any -- answers are looked at field by field
  const rates = async (who: keyof typeof PEOPLE, query: string): Promise<any> =>
    (await app.inject({ method: "GET", url: `/quality/rates?${query}`, headers: { "x-person": who } })).json();
  const july = "from=2026-07-01&to=2026-07-01";

  it("R-3.26: counts who sent data among the connected vehicles, by class, and judges only firms of the published size", async () => {
    const { items } = await rates("samr", july);
    assert.deepEqual(
      items.map((each: Record<string, unknown>) => [each.organisation, each.connected]),
      [
        ["oem-a", 3],
        ["oem-b", 1],
      ],
    );
    assert.deepEqual(
      items[0].online.map((each: Record<string, unknown>) => [
        each.class,
        each.count,
        each.of,
        each.share,
        each.verdict,
      ]),
      [
        ["bus", 1, 1, 1, "noBenchmark"],
        ["car", 1, 2, 0.5, "noBenchmark"],
      ],
    );
    assert.deepEqual(
      [
        items[0].online[1].benchmark.share,
        items[0].online[1].benchmark.from,
        items[0].online[1].benchmark.basis.certainty,
      ],
      [0.9, 50_000, "S"],
    );
    const before = await rates("samr", "from=2026-06-01&to=2026-06-02");
    assert.deepEqual(
      before.items.map((each: { connected: number; online: unknown[] }) => [each.connected, each.online]),
      [
        [0, []],
        [0, []],
      ],
      "nobody was connected then",
    );
  });

  it("R-3.1: every registered vehicle has to be monitored: those never heard of are counted and named, until they send", async () => {
    const silent = (on: boolean) =>
      world.records.transact(SYSTEM_INTAKE, (tx) =>
        tx
          .updateTable("vehicles")
          .set({ first_seen: on ? null : new Date(NOON - HOUR) })
          .where("key", "in", [1_001n, 1_002n])
          .execute(),
      );
    const unheard = async (who: keyof typeof PEOPLE, query = "") =>
      (await app.inject({ method: "GET", url: `/quality/unheard?${query}`, headers: { "x-person": who } })).json();
    const coverage = async (who: keyof typeof PEOPLE) =>
      (await rates(who, july)).items.map(({ organisation, coverage: { of, count, basis } }: Covered) => [
        organisation,
        count,
        of,
        basis.certainty,
      ]);
    await silent(true);
    assert.deepEqual(await coverage("samr"), [
      ["oem-a", 1, 3, "S"],
      ["oem-b", 1, 1, "S"],
    ]);
    const first = await unheard("samr", "limit=1");
    assert.deepEqual(
      first.items.map(({ id, organisation }: Record<string, string>) => [id, organisation]),
      [[vehicle(1), "oem-a"]],
    );
    const second = await unheard("samr", `limit=1&cursor=${first.next}`);
    assert.equal(second.items[0].id, vehicle(2));
    assert.deepEqual((await unheard("samr", `limit=1&cursor=${second.next}`)).items, []);
    assert.deepEqual((await unheard("samr", "organisation=oem-b")).items, []);
    assert.deepEqual((await unheard("oemB")).items, [], "of another maker");
    assert.equal((await unheard("local")).items.length, 2);
    assert.equal((await unheard("auditor")).items, undefined);
    await silent(false);
    assert.deepEqual(await coverage("oem"), [["oem-a", 3, 3, "S"]]);
    assert.deepEqual((await unheard("samr")).items, []);
  });

  it("R-3.27 R-3.28: fails a vehicle for its values or for its sending, exactly as its own report does", async () => {
    const { items, definitions } = await rates("samr", july);
    const passed = (row: { passed: { code: string; count: number; of: number; verdict: string }[] }) =>
      Object.fromEntries(row.passed.map(({ code, count, of, verdict }) => [code, [count, of, verdict]]));
    assert.deepEqual(passed(items[0]), { audit: [1, 2, "missed"], verification: [2, 2, "reached"] });
    assert.deepEqual(passed(items[1]), { audit: [1, 1, "reached"], verification: [0, 1, "missed"] });
    assert.deepEqual(
      definitions.map((each: { basis: { certainty: string } }) => each.basis.certainty),
      ["P", "P"],
      "how they are worked out was not published",
    );
    const failedIn = await world.records.transact(PEOPLE.samr, async (tx) => {
      const found: Record<string, number> = { audit: 0, verification: 0 };
      for (const key of [1_000n, 1_001n, 1_003n]) {
        const broken = brokenRules(sumDays(await findVehicleDays(tx, key, RANGE))).filter(
          ({ verdict }) => verdict === "fail",
        );
        for (const [code, { classes }] of Object.entries(PASS_RATES))
          if (broken.some(({ rule }) => (classes as readonly string[]).includes(rule.class))) found[code] += 1;
      }
      const counted = await readFleetRates(tx, RANGE);
      const sum = (code: keyof typeof PASS_RATES) =>
        counted.reduce((all, each) => all + each.online - each.passed[code], 0);
      assert.deepEqual(found, { audit: sum("audit"), verification: sum("verification") });
      return found;
    });
    assert.deepEqual(failedIn, { audit: 1, verification: 1 });
  });

  it("R-3.32: closes alarms by level: what was due, in time, late, and how long it took from the notice", async () => {
    const order = async (item: string, repairedAfter?: number): Promise<void> => {
      const { id } = await world.cases.openOrder(PEOPLE.eidc, {
        type: "FAULT_L3",
        level: 3,
        item,
        vehicle: vehicle(0),
      });
      await world.cases.actOnOrder(PEOPLE.oem, id, "notifyOwner", { channel: "phone", advice: "Stop" });
      if (repairedAfter === undefined) return;
      const noticed = world.now;
      world.now += repairedAfter;
      await world.cases.actOnOrder(PEOPLE.oem, id, "accept", {});
      await world.cases.actOnOrder(PEOPLE.oem, id, "repairRecord", { dealer: "D", causeCode: "C", work: "W" });
      world.now = noticed;
    };
    await order("in time", 2 * HOUR);
    await order("late", 10 * HOUR);
    await order("never");
    world.now += 12 * HOUR;
    const day = new Date(world.now + 8 * HOUR).toISOString().slice(0, 10);
    const [row] = (await rates("samr", `from=2026-11-23&to=${day}`)).items;
    assert.deepEqual(row.closure, [
      {
        level: 3,
        due: 3,
        closed: 2,
        inTime: 1,
        share: 1 / 3,
        meanHours: 6,
        limit: {
          unit: "immediate",
          amount: 4,
          basis: {
            requirement: "R-3.19c",
            source: "GB/T 45688-2025 6.2.1, Annex D.1",
            sourceZh: "GB/T 45688-2025 第6.2.1条、附录D.1",
            certainty: "F",
          },
        },
      },
    ]);
  });

  it("shows a maker its own rates, a territory those of its vehicles, and nothing to who may not read evaluations", async () => {
    const organisations = async (who: keyof typeof PEOPLE) =>
      (await rates(who, july)).items?.map((each: { organisation: string }) => each.organisation);
    assert.deepEqual(await organisations("oem"), ["oem-a"]);
    assert.deepEqual(await organisations("oemB"), ["oem-b"]);
    assert.deepEqual(await organisations("elsewhere"), ["oem-b"]);
    assert.equal(await organisations("auditor"), undefined);
  });
});
