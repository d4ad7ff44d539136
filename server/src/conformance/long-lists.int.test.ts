import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { startGateway, until, type Bench } from "../intake/gateway/gateway.fixture.ts";
import { fixture, ALL, SALT } from "../history/segments.fixture.ts";
import type { History } from "../history/mod.ts";
import { loginFrame, NOON, report, VIN } from "./frames.fixture.ts";

/** A history of its own: segment numbers begin again with every journal. */
async function openHistory(context: TestContext): Promise<History> {
  const files = fixture();
  const history = await files.open();
  context.after(async () => {
    await history.close();
    files.remove();
  });
  return history;
}

/** Hands over what the gateway made durable, and returns the key of the vehicle. */
async function store(bench: Bench, history: History, frames: number): Promise<bigint> {
  await until(() => bench.journal.status().durableRows >= frames, `${frames} durable frames`);
  await bench.journal.closeSegment();
  for (const segment of bench.journal.closedSegments()) await history.insertSegment(segment, SALT);
  const [row] = await bench.rows();
  return row.vehicle;
}

const SIGNALS = [
  "speed",
  "cell.voltage",
  "pack.cell_count",
  "pack.first_cell",
  "max_cell_voltage",
  "min_cell_voltage",
  "cell_spread",
];

test("a long cell list that came in parts is one sample for readers and stays as received in the store", async (context) => {
  const history = await openHistory(context);
  const bench = await startGateway(context);
  const client = await bench.connect();
  const all = Array.from({ length: 384 }, (_, i) => (i === 10 ? 2300 : i === 300 ? 2600 : 2400 + (i % 50)));
  const volts = Math.round(all.reduce((sum, value) => sum + value, 0) / 100) / 10;
  const part = (first: number, to: number) => [
    { millivolts: all.slice(first - 1, to), first, total: 384, voltage: volts },
  ];
  const rest = {
    extremes: false,
    vehicle: false,
    motors: false,
    location: false,
    alarm: false,
    probes: false,
  } as const;
  const frames: Uint8Array[] = [];
  // No extremes body anywhere: only the whole list tells the highest and the lowest.
  for (let i = 0; i < 5; i++) {
    const time = NOON - 60_000 + i * 10_000;
    const vehicle = { totalVoltage: volts, speed: 30 + i };
    frames.push(report({ time, vehicle, extremes: false, cells: part(1, 200) }));
    frames.push(report({ time, ...rest, cells: part(201, 384) }));
  }
  client.send(loginFrame({ serial: 1 }), ...frames);
  const vehicle = await store(bench, history, 11);

  const range = { vehicle, from: NOON - 120_000, to: NOON + 1000, signals: SIGNALS };
  const { items } = await history.samples(ALL, range);
  assert.equal(items.length, 5);
  for (const [i, item] of items.entries()) {
    assert.equal(item.time, NOON - 60_000 + i * 10_000);
    assert.equal(item.values.speed, 30 + i);
    assert.deepEqual(
      item.values["cell.voltage"],
      all.map((value) => value / 1000),
    );
    assert.deepEqual([item.values["pack.first_cell"], item.values["pack.cell_count"]], [[1], [384]]);
    assert.deepEqual(
      [item.values.max_cell_voltage, item.values.min_cell_voltage, item.values.cell_spread],
      [2.6, 2.3, 0.3],
    );
    assert.equal(item.parts?.length, 2);
  }
  // Pages of two samples give the same five, none twice.
  const paged: number[] = [];
  for (let next: { time: number; seq: number } | undefined, i = 0; i < 10; i++) {
    const page = await history.samples(ALL, { ...range, limit: 2, ...(next === undefined ? {} : { after: next }) });
    paged.push(...page.items.map(({ time }) => time));
    next = page.next;
    if (next === undefined) break;
  }
  assert.deepEqual(
    paged,
    items.map(({ time }) => time),
  );

  const { items: received } = await history.frames(ALL, { vehicle, from: 0, to: NOON + 1000, commands: [2] });
  assert.equal(received.length, 10, "every frame is a row of its own");
  // What is judged row by row: half a list never gives extremes, the part that completes it gives those of the whole.
  const { items: judged } = await history.samples(ALL, {
    ...range,
    signals: ["max_cell_voltage", "min_cell_voltage", "cell_spread"],
  });
  const extremes = judged.map(({ values }) => [values.max_cell_voltage, values.min_cell_voltage, values.cell_spread]);
  assert.deepEqual(
    extremes,
    Array.from({ length: 5 }, () => [
      [null, null, null],
      [2.6, 2.3, 0.3],
    ]).flat(),
  );
});

test("the half minute before an alarm lands where it belongs though the vehicle slept for hours before it was re-issued", async (context) => {
  const history = await openHistory(context);
  const bench = await startGateway(context);
  const onset = NOON - 6 * 3_600_000;
  const vin = "LTESTVAN000000077";
  assert.notEqual(vin, VIN);
  const first = await bench.connect();
  bench.time.now = onset + 1000;
  first.send(
    loginFrame({ serial: 1, vin, time: onset - 61_000 }),
    report({ vin, time: onset - 60_000 }),
    report({ vin, time: onset - 31_000 }),
    ...Array.from({ length: 31 }, (_, s) => report({ vin, time: onset + s * 1000, alarm: { level: 3, flags: 2 } })),
  );
  await until(() => bench.journal.status().durableRows >= 34, "the alarm");
  first.socket.destroy();
  // Six hours later.
  bench.time.now = NOON;
  const second = await bench.connect();
  second.send(
    loginFrame({ serial: 2, vin, time: NOON - 2000 }),
    report({ vin, time: NOON - 1000 }),
    ...Array.from({ length: 30 }, (_, i) =>
      report({ vin, command: 3, time: onset - (30 - i) * 1000, vehicle: { speed: 50 + i } }),
    ),
  );
  const vehicle = await store(bench, history, 66);

  const { items } = await history.samples(ALL, {
    vehicle,
    from: onset - 40_000,
    to: onset + 31_000,
    signals: ["speed", "alarm.level"],
  });
  const times = items.map(({ time }) => (time - onset) / 1000);
  assert.deepEqual(times, [-31, ...Array.from({ length: 61 }, (_, i) => i - 30)]);
  const reissued = items.filter(({ command }) => command === 3);
  assert.deepEqual(
    reissued.map(({ values }) => values.speed),
    Array.from({ length: 30 }, (_, i) => 50 + i),
  );
  for (const item of reissued) assert.ok(item.receivedAt - item.time > 5.9 * 3_600_000);
});
