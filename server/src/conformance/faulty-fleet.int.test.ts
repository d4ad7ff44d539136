/** Vehicles and platforms with known faults over real sockets: every figure of their reports is what was sent. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, test, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { bccOf } from "@sandglass/gbt32960";
import { startGateway, testKey, until, type Bench, type Client } from "../intake/gateway/gateway.fixture.ts";
import { SYSTEM_ACCESS } from "../records/mod.ts";
import { openTestRecords, type TestRecords } from "../records/testing.ts";
import { loginFrame, NOON, platformLoginFrame, report, type CarState } from "./frames.fixture.ts";
import { Conformance } from "./mod.ts";
import { findBursts, findBurstsOf, findPlatformDays, findVehicleDays } from "./queries.ts";
import { buildReport, type ConformanceReport } from "./report.ts";

const DAY = { from: "2026-07-01", to: "2026-07-02" };
const YEAR = Date.UTC(2027, 0, 1);
const LATER = NOON + 6 * 3_600_000;
const ALARM = { level: 3, flags: { raw: "00000002", active: ["batteryHighTemperature"] } };

/** Of each test its own: the counters know up to which block of a journal they have counted. */
let records: TestRecords;
beforeEach(async () => {
  records = await openTestRecords();
});
afterEach(() => records.close());

/** As real keys are: the registry's are 63 bits. */
const keyOf = (vin: string): bigint => BigInt.asUintN(63, testKey(vin));

async function open(context: TestContext, writeEveryMs = 20) {
  const late: { to?: Conformance } = {};
  const bench = await startGateway(context, {
    vehicleKeyOf: keyOf,
    noteDamage: ({ code, ...damage }) =>
      late.to?.noteDamage({ ...damage, kind: code === "SG_FRAME_BCC" ? "bcc" : "framing" }),
    authenticatePlatform: async (user) => ({ id: user, name: user }),
  });
  const conformance = await Conformance.start({ records, journal: bench.journal, writeEveryMs });
  late.to = conformance;
  context.after(() => conformance.close());
  return { bench, conformance };
}

/** Reports every `step` s up to now. */
function series(vin: string, count: number, step: number, car: (i: number) => CarState = () => ({})): Uint8Array[] {
  return Array.from({ length: count }, (_, i) => {
    const given = car(i);
    const seconds = (i - count) * step;
    const mileage = 1000 + Math.floor(((count + seconds / step) * step * 36.1) / 360) / 10;
    return report({ vin, time: NOON + seconds * 1000, ...given, vehicle: { mileage, ...given.vehicle } });
  });
}

function withWrongBcc(frame: Uint8Array): Uint8Array {
  const copy = Buffer.from(frame);
  copy[copy.length - 1] ^= 0x55;
  return copy;
}

/** Ends within its first item, with a right length and check code. */
function cutShort(frame: Uint8Array): Uint8Array {
  const copy = Buffer.from(frame.subarray(0, 24 + 10 + 1));
  copy.writeUInt16BE(10, 22);
  copy[copy.length - 1] = bccOf(copy, 2, copy.length - 1);
  return copy;
}

/** A frame and its damaged copy after every tenth one. */
function between(frames: readonly Uint8Array[], damaged: (frame: Uint8Array) => Uint8Array, count: number) {
  return frames.flatMap((frame, i) => (i > 0 && i % 10 === 0 && i <= count * 10 ? [frame, damaged(frame)] : [frame]));
}

/** The second of the onset and the 30 s after it, and the 30 s before it as re-issue where they were stored. */
function alarm(vin: string, isStored: boolean): Uint8Array[] {
  const at = (seconds: number, car: CarState) => report({ vin, time: NOON - 60_000 + seconds * 1000, ...car });
  return [
    at(-35, {}),
    ...Array.from({ length: 31 }, (_, s) => at(s, { alarm: ALARM })),
    ...(isStored ? Array.from({ length: 30 }, (_, s) => at(s - 30, { command: 3 })) : []),
  ];
}

async function terminal(bench: Bench, vin: string, frames: readonly Uint8Array[]): Promise<void> {
  const client = await bench.connect();
  client.send(loginFrame({ serial: 1, time: NOON - 900_000, vin }));
  await client.receive(1);
  client.send(...frames);
}

async function platform(bench: Bench, user: string): Promise<Client> {
  const client = await bench.connect();
  client.send(platformLoginFrame(user));
  await client.receive(1);
  return client;
}

/** Waits until everything that is durable is counted. */
async function counted(bench: Bench, conformance: Conformance, frames: number): Promise<void> {
  await until(() => bench.journal.status().durableRows >= frames, `${frames} frames`);
  await sleep(50);
  await conformance.write();
}

const reportOfVehicle = (vin: string): Promise<ConformanceReport> =>
  records.transact(SYSTEM_ACCESS, async (tx) => {
    const key = keyOf(vin);
    return buildReport(await findVehicleDays(tx, key, DAY), await findBursts(tx, key, 0, YEAR), LATER);
  });
const reportOfPlatform = (username: string): Promise<ConformanceReport> =>
  records.transact(SYSTEM_ACCESS, async (tx) =>
    buildReport(
      await findPlatformDays(tx, username, DAY),
      await findBurstsOf(tx, { username }, 0, YEAR),
      LATER,
      "platform",
    ),
  );

/** `broken of …, verdict` of an item. */
function figure({ items }: ConformanceReport, id: string): readonly [number, number, string] {
  const item = items.find((each) => each.id === id);
  assert.ok(item !== undefined, id);
  return [item.broken, item.of, item.verdict];
}

test("reports of terminals say what was sent: items, periods, sentinels, damage, re-issue and the seconds around an alarm", async (context) => {
  const { bench, conformance } = await open(context);
  const vin = (letter: string) => `LTESTFLEET${letter}000001`;
  const lateOnes = (days: number) =>
    Array.from({ length: 10 }, (_, i) =>
      report({ vin: vin("G"), command: 3, time: NOON - days * 86_400_000 + i * 10_000 }),
    );
  await terminal(bench, vin("A"), series(vin("A"), 100, 5));
  await terminal(
    bench,
    vin("B"),
    series(vin("B"), 100, 5, (i) => (i % 8 === 3 ? { location: false } : {})),
  );
  await terminal(bench, vin("C"), series(vin("C"), 12, 40));
  const sentinels = { vehicle: { speed: "invalid", stateOfCharge: "abnormal" } };
  await terminal(
    bench,
    vin("D"),
    series(vin("D"), 100, 5, (i) => (i % 33 === 5 && i < 99 ? sentinels : {})),
  );
  await terminal(bench, vin("E"), between(series(vin("E"), 100, 5), withWrongBcc, 7));
  await terminal(bench, vin("F"), between(series(vin("F"), 100, 5), cutShort, 5));
  await terminal(bench, vin("G"), [...series(vin("G"), 100, 5), ...lateOnes(4), ...lateOnes(1)]);
  await terminal(bench, vin("H"), alarm(vin("H"), true));
  await terminal(bench, vin("J"), alarm(vin("J"), false));
  await counted(bench, conformance, 101 + 101 + 13 + 101 + 101 + 106 + 121 + 63 + 33);

  const sound = await reportOfVehicle(vin("A"));
  assert.equal(sound.verdict, "pass");
  assert.ok(sound.items.every(({ verdict }) => verdict !== "fail"));
  assert.deepEqual([sound.frames, sound.realtime, sound.logins], [101, 100, 1]);
  assert.deepEqual(figure(await reportOfVehicle(vin("B")), "missing.location"), [13, 100, "fail"]);
  assert.deepEqual(figure(await reportOfVehicle(vin("C")), "transmission.period"), [11, 11, "fail"]);
  const marked = await reportOfVehicle(vin("D"));
  assert.deepEqual(figure(marked, "values.invalid"), [3, 100, "fail"]);
  assert.deepEqual(figure(marked, "values.abnormal"), [3, 100, "fail"]);
  assert.deepEqual(figure(await reportOfVehicle(vin("E")), "transmission.bcc"), [7, 108, "fail"]);
  assert.deepEqual(figure(await reportOfVehicle(vin("F")), "transmission.structure"), [5, 106, "fail"]);
  const reissued = await reportOfVehicle(vin("G"));
  assert.deepEqual(figure(reissued, "transmission.reissue_late"), [10, 20, "fail"]);
  assert.deepEqual(figure(reissued, "reissue.share"), [20, 120, "pass"]);
  const stored = await reportOfVehicle(vin("H"));
  assert.deepEqual(figure(stored, "alarm.burst"), [0, 1, "pass"]);
  assert.deepEqual([stored.bursts[0].before, stored.bursts[0].after, stored.reissued], [30, 30, 30]);
  assert.deepEqual(figure(stored, "reissue.share"), [0, 62, "pass"], "the alarm made them due");
  const lost = await reportOfVehicle(vin("J"));
  assert.deepEqual(figure(lost, "alarm.burst"), [1, 1, "fail"]);
  assert.deepEqual([lost.bursts[0].before, lost.bursts[0].after], [0, 30]);
});

test("who reads counters finds what was counted just before, however long it is until the next write", async (context) => {
  const { bench, conformance } = await open(context, 3_600_000);
  const vin = "LTESTFLEETX000001";
  await terminal(bench, vin, series(vin, 100, 5));
  await until(() => bench.journal.status().durableRows >= 101, "101 frames");
  await sleep(50);
  assert.equal((await reportOfVehicle(vin)).frames, 0, "nothing is written yet");
  await conformance.freshen();
  assert.equal((await reportOfVehicle(vin)).frames, 101);
});

test("a platform answers for what came through it: its damage, and its alarms, not those of others", async (context) => {
  const { bench, conformance } = await open(context);
  const [one, two] = ["LTESTFLEETM000001", "LTESTFLEETN000001"];
  const [first, second] = [await platform(bench, "first"), await platform(bench, "second")];
  const logins = [one, two].map((vin) => loginFrame({ serial: 1, time: NOON - 900_000, vin }));
  const reports = series(two, 60, 5, (i) => (i % 12 === 6 ? { cells: false } : {}));
  first.send(...logins, ...between(reports, withWrongBcc, 3), cutShort(reports[0]), cutShort(reports[1]));
  second.send(...logins, ...alarm(one, false));
  await first.receive(64);
  await second.receive(34);
  await counted(bench, conformance, 2 + 64 + 34);

  const ofFirst = await reportOfPlatform("first");
  assert.deepEqual([ofFirst.frames, ofFirst.realtime, ofFirst.alarmLevel3], [65, 60, 0]);
  assert.deepEqual(figure(ofFirst, "missing.cells"), [5, 60, "fail"]);
  assert.deepEqual(figure(ofFirst, "transmission.bcc"), [3, 68, "fail"]);
  assert.deepEqual(figure(ofFirst, "transmission.structure"), [2, 65, "fail"]);
  assert.deepEqual(figure(ofFirst, "alarm.burst"), [0, 0, "unknown"]);
  const ofSecond = await reportOfPlatform("second");
  assert.deepEqual(figure(ofSecond, "alarm.burst"), [1, 1, "fail"]);
  assert.deepEqual([ofSecond.bursts[0].vehicle, ofSecond.alarmLevel3], [keyOf(one), 31]);
});
