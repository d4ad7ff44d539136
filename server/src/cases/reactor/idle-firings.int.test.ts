/** Firings that concern no case are passed together, and only those from which nothing follows. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { HazardOrderData } from "@sandglass/casework";
import { SYSTEM_TRIGGER } from "../../records/mod.ts";
import type { StoredCase } from "../engine/store.ts";
import { openWorld, vehicle, type World } from "../world.fixture.ts";
import type { Firing } from "./firing.ts";
import { isIdle, react, Reactor } from "./reactor.ts";

const KINDS = ["onset", "escalated", "cleared", "superseded", "retracted", "amended"] as const;

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

const firingOf = (fields: Partial<Firing>): Firing => ({
  kind: "onset",
  finding: "fnd_x",
  trigger: "ITEM",
  version: 1,
  versionHash: "cd",
  level: 1,
  title: { en: "t", zh: "t" },
  vehicle: vehicle(0),
  vehicleKey: 0n,
  subjectKind: undefined,
  project: undefined,
  effect: undefined,
  assurance: "platform",
  onset: 0,
  at: 0,
  status: undefined,
  clearedAt: undefined,
  ...fields,
});

async function orderOf(index: number): Promise<HazardOrderData | undefined> {
  const rows = await world.cases.engine.transact(SYSTEM_TRIGGER, ({ tx }) =>
    tx.selectFrom("cases").select(["vehicles", "folded"]).where("kind", "=", "hazard-order").execute(),
  );
  const row = rows.find(({ vehicles }) => vehicles.includes(vehicle(index)));
  return (row?.folded as StoredCase["folded"] | undefined)?.data as HazardOrderData | undefined;
}

/** How often firings were taken from the outbox: each time locks what it takes in a transaction of its own. */
async function transactionsOf(work: () => Promise<void>): Promise<number> {
  let count = 0;
  const { engine } = world.cases;
  const transact = engine.transact.bind(engine);
  engine.transact = ((...given: Parameters<typeof transact>) => {
    count += 1;
    return transact(...given);
  }) as typeof transact;
  try {
    await work();
  } finally {
    engine.transact = transact;
  }
  return count;
}

test("a serious finding does not wait for a transaction of each slight one before it", async () => {
  for (let n = 0; n < 250; n += 1) {
    const finding = await world.fire({ vehicle: n % 3, level: 1 + (n % 2) });
    await world.fire({ vehicle: n % 3, level: 1 + (n % 2), kind: "cleared", finding });
  }
  const serious = await world.fire({ vehicle: 1, level: 3 });
  for (let n = 0; n < 20; n += 1) await world.fire({ vehicle: 0, level: 1 });
  await world.fire({ vehicle: 1, level: 3, kind: "cleared", finding: serious });
  const transactions = await transactionsOf(async () => assert.equal(await world.cases.drain(), 522));
  assert.ok(transactions < 12, `${transactions} transactions`);
  const order = await orderOf(1);
  assert.deepEqual(
    order?.findings.map(({ finding, clearedAt }) => [finding, clearedAt !== undefined]),
    [[serious, true]],
    "in their order: it was raised, then cleared",
  );
});

test("a stop waits for one transaction, not for all that waits, and the next run takes the rest", async () => {
  for (let n = 0; n < 500; n += 1) await world.fire({ vehicle: 0, level: 1 });
  const { engine } = world.cases;
  const reactor = new Reactor({ engine, now: () => world.now });
  let asked = 0;
  assert.equal(await reactor.drain(() => (asked += 1) < 2), 200);
  assert.equal(await world.cases.drain(), 300);
});

test("what counts as idle changes no case, for every kind and level, with an open order and without", async () => {
  let idle = 0;
  for (const [index, hasOrder] of [
    [2, false],
    [3, true],
  ] as const) {
    const finding = hasOrder ? await world.fire({ vehicle: index, level: 3, trigger: "ITEM" }) : "fnd_none";
    await world.cases.drain();
    for (const kind of KINDS)
      for (const level of [1, 2, 3, 4])
        for (const status of kind === "amended" ? ["firing", "cleared", "suppressed"] : [undefined])
          for (const clearedAt of [undefined, 1]) {
            const firing = firingOf({ kind, level, status, clearedAt, finding, vehicle: vehicle(index) });
            if (!isIdle(firing, hasOrder)) continue;
            idle += 1;
            await world.cases.engine.transact(SYSTEM_TRIGGER, async (unit) => {
              await react(world.cases.engine, unit, firing).catch((cause: unknown) => {
                // The reason of a finding that no supervision recorded cannot be read; nothing follows from it either.
                assert.match(String(cause), /no result|not found/i);
              });
              assert.deepEqual(unit.changes, [], JSON.stringify([kind, level, status, hasOrder]));
            });
          }
  }
  assert.ok(idle > 40, `${idle}`);
  assert.equal(
    isIdle(firingOf({ project: "prj_1" }), false),
    false,
    "a project's firing may have an effect at any level",
  );
  assert.equal(isIdle(firingOf({ level: 3 }), false), false);
  assert.equal(isIdle(firingOf({ kind: "cleared" }), true), false);
});
