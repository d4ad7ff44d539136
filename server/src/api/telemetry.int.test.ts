import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { decodeFrame, encodeFrame } from "@sandglass/gbt32960";
import type { History } from "../history/mod.ts";
import { DAY, fixture, SALT, type Fixture, type Row } from "../history/segments.fixture.ts";
// The adapter between history and API is composition; the test uses the real one.
// oxlint-disable-next-line no-restricted-imports
import { createTelemetryReader } from "../roles/telemetry-reader.ts";
import { vehicleIdOf } from "../access/mod.ts";
import { SYSTEM_SETUP } from "../records/mod.ts";
import { openTestApi, type TestApi } from "./testing/open-test-api.ts";

const VIN = "LSJE36091MS000001";
const OTHER_VIN = "LSJE36091MS000002";
const FRAMES = 25;

/** A realtime report of edition 2016 with the vehicle's own data only. */
function frameOf(vin: string, time: number): Uint8Array {
  return encodeFrame({
    kind: "realtimeReport",
    edition: 2016,
    command: 2,
    response: 254,
    vin,
    encryption: 1,
    time: new Date(time + 8 * 3_600_000).toISOString().replace(/\.\d+Z$/, "+08:00"),
    items: [
      {
        type: 1,
        kind: "vehicle",
        vehicleState: 1,
        chargingState: 3,
        runningMode: 1,
        speed: 50.5,
        mileage: 100,
        totalVoltage: 350,
        totalCurrent: 10,
        stateOfCharge: 80,
        dcDcState: 1,
        gear: { raw: 14, position: "D", drivingForce: false, brakingForce: false },
        insulationResistance: 3000,
        acceleratorTravel: 10,
        brakePedal: 0,
      },
    ],
  });
}

describe("telemetry over HTTP", () => {
  let t: TestApi;
  let files: Fixture;
  let history: History;
  let all: string;
  let vehicle: string;
  let other: string;

  before(async () => {
    files = fixture();
    history = await files.open();
    t = await openTestApi({ telemetry: () => createTelemetryReader(history) });
    const { registry, keyOf } = t.base.access;
    await registry.register(SYSTEM_SETUP, [
      { vin: VIN, organisation: "oem-a", region: "440300" },
      { vin: OTHER_VIN, organisation: "oem-b", region: "310000" },
    ]);
    const rows = [VIN, OTHER_VIN].flatMap((vin): Row[] => [
      ...Array.from({ length: FRAMES }, (_, i) => ({
        vehicle: keyOf(vin),
        time: DAY + i * 10_000,
        raw: frameOf(vin, DAY + i * 10_000),
        values: {
          speed: i + 0.5,
          soc: i % 5 === 0 ? ("abnormal" as const) : 80,
          "cell.voltage": [3.7, "invalid" as const],
          "location.longitude": 114.05,
        },
      })),
      { vehicle: keyOf(vin), time: DAY + 5, command: 3, raw: frameOf(vin, DAY + 5), values: { speed: 1 } },
      { vehicle: keyOf(vin), time: DAY + 9e7, disposition: 2, raw: frameOf(vin, DAY + 9e7) },
    ]);
    await history.insertSegment(files.segment(rows), SALT);
    all = await t.tokenOf("SUPERVISOR_ALL", "ops");
    vehicle = vehicleIdOf(keyOf(VIN));
    other = vehicleIdOf(keyOf(OTHER_VIN));
  });
  after(async () => {
    await t.close();
    await history.close();
    files.remove();
  });

  const ok = async <T>(url: string, token = all): Promise<T> => {
    const response = await t.get(url, token);
    assert.equal(response.statusCode, 200, response.body);
    return response.json<T>();
  };

  interface Samples {
    readonly items: readonly {
      readonly time: string;
      readonly seq: string;
      readonly reissued: boolean;
      readonly values: Record<string, unknown>;
      readonly reasons: Record<string, string>;
    }[];
    readonly next: string | null;
  }

  test("samples come in order of event time, pages join without loss, null says why", async () => {
    const seen: Samples["items"][number][] = [];
    let next: string | null = null;
    do {
      const page: Samples = await ok(
        `/vehicles/${vehicle}/samples?signals=speed,soc,cell.voltage&limit=7${next === null ? "" : `&cursor=${next}`}`,
      );
      seen.push(...page.items);
      next = page.next;
    } while (next !== null);
    assert.equal(seen.length, FRAMES + 1);
    assert.deepEqual(
      seen.map((item) => item.time),
      seen.map((item) => item.time).sort(),
    );
    assert.equal(new Set(seen.map((item) => item.seq)).size, FRAMES + 1);
    assert.deepEqual(seen[0]?.values, { speed: 0.5, soc: null, "cell.voltage": [3.7, null] });
    assert.equal(seen[0]?.reasons["soc"], "abnormal");
    assert.deepEqual([seen[1]?.reissued, seen[1]?.values["speed"]], [true, 1]);
  });

  test("a range takes both its ends", async () => {
    const { items } = await ok<Samples>(
      `/vehicles/${vehicle}/samples?signals=speed&from=${new Date(DAY + 10_000).toISOString()}&to=${new Date(DAY + 20_000).toISOString()}`,
    );
    assert.deepEqual(
      items.map((item) => item.values["speed"]),
      [1.5, 2.5],
    );
  });

  test("one frame is shown as it was received, with its message and every byte explained", async () => {
    const { items } = await ok<{ items: { seq: string; disposition: string; command: number }[] }>(
      `/vehicles/${vehicle}/frames?limit=1`,
    );
    const frame = await ok<{
      hex: string;
      masked: boolean;
      message: { kind: string; vin: string };
      fields: { offset: number; length: number; clause: string }[];
    }>(`/vehicles/${vehicle}/frames/${items[0]?.seq}`);
    assert.equal(frame.hex, Buffer.from(frameOf(VIN, DAY)).toString("hex"));
    assert.deepEqual(
      [frame.masked, frame.message.kind, frame.message.vin],
      [false, decodeFrame(frameOf(VIN, DAY)).kind, VIN],
    );
    assert.equal(
      frame.fields.reduce((sum, field) => sum + field.length, 0),
      frame.hex.length / 2,
    );
    const log = await t.base.records.asSuperuser("select subject from access_log where action = 'frame.read'");
    assert.deepEqual(log, [{ subject: vehicle }]);
  });

  test("a frame is found under its own vehicle only", async () => {
    const { items } = await ok<{ items: { seq: string }[] }>(`/vehicles/${vehicle}/frames?limit=1`);
    assert.equal((await t.get(`/vehicles/${other}/frames/${items[0]?.seq}`, all)).json().error.code, "SG_NOT_FOUND");
    assert.equal((await t.get(`/vehicles/${vehicle}/frames/999999`, all)).json().error.code, "SG_NOT_FOUND");
  });

  test("counts say what came", async () => {
    const counts = await ok<Record<string, number>>(`/vehicles/${vehicle}/counts`);
    assert.deepEqual(
      [counts["received"], counts["realtime"], counts["reissued"], counts["quarantined"], counts["duplicates"]],
      [FRAMES + 2, FRAMES, 1, 1, 0],
    );
  });

  test("the newest of what was received is where it stands in the list, also when it was set aside", async () => {
    const { lastEvent, lastFrame } = await ok<Record<string, string>>(`/vehicles/${vehicle}/counts`);
    assert.ok(lastEvent! < lastFrame!);
    const { items } = await ok<{ items: { disposition: string }[] }>(
      `/vehicles/${vehicle}/frames?from=${lastFrame}&to=${lastFrame}`,
    );
    assert.deepEqual(
      items.map(({ disposition }) => disposition),
      ["clock_ahead"],
    );
  });

  test("the quarantine lists what does not count, within the actor's reach, page by page", async () => {
    interface Quarantine {
      readonly items: { vehicle: string; disposition: string; seq: string; time: string | null; receivedAt: string }[];
      readonly next: string | null;
    }
    const first = await ok<Quarantine>("/quarantine?limit=1");
    const second = await ok<Quarantine>(`/quarantine?limit=1&cursor=${first.next}`);
    assert.deepEqual([first.items[0]?.vehicle, second.items[0]?.vehicle, second.next], [other, vehicle, null]);
    assert.equal(first.items[0]?.disposition, "clock_ahead");
    const own = await ok<Quarantine>("/quarantine", await t.tokenOf("OEM", "oem-a"));
    assert.deepEqual(
      own.items.map((item) => item.vehicle),
      [vehicle],
    );
    assert.equal(own.items[0]?.time, new Date(DAY + 9e7).toISOString(), "a clock that is ahead says a time");
    await history.insertSegment(
      files.segment([
        {
          vehicle: t.base.access.keyOf(VIN),
          time: DAY + 8e7,
          received: DAY + 8e7,
          disposition: 1,
          raw: frameOf(VIN, DAY),
        },
      ]),
      SALT,
    );
    const [unusable] = (await ok<Quarantine>("/quarantine?limit=1")).items;
    assert.deepEqual(
      [unusable?.time, unusable?.receivedAt],
      [null, new Date(DAY + 8e7).toISOString()],
      "the time of receipt is no time of the frame",
    );
    const range = `from=${new Date(DAY + 8e7).toISOString()}&to=${new Date(DAY + 8e7).toISOString()}`;
    const listed = await ok<Quarantine>(`/vehicles/${vehicle}/frames?${range}`);
    assert.deepEqual(
      listed.items.map(({ time, disposition }) => [time, disposition]),
      [[null, unusable?.disposition]],
      "nor in the list of the vehicle's frames",
    );
  });

  test("who needs a case reads telemetry with it and nothing without it; the expert sees no location and no frame", async () => {
    const samr = await t.tokenOf("SAMR", "samr");
    const samrActor = await t.base.access.tokens.find(samr);
    const expert = await t.tokenOf("EXPERT", "ops");
    const expertActor = await t.base.access.tokens.find(expert);
    assert.ok(samrActor && expertActor);
    assert.equal((await t.get(`/vehicles/${vehicle}/samples?signals=speed`, samr)).json().error.code, "SG_NEEDS_CASE");
    const inCase = new Set([t.base.access.keyOf(VIN)]);
    t.base.caseVehicles.set(samrActor.id, inCase).set(expertActor.id, inCase);
    assert.equal((await ok<Samples>(`/vehicles/${vehicle}/samples?signals=speed`, samr)).items.length, FRAMES + 1);
    assert.equal((await t.get(`/vehicles/${other}/samples?signals=speed`, samr)).json().error.code, "SG_NEEDS_CASE");
    const located = await ok<Samples>(`/vehicles/${vehicle}/samples?signals=location.longitude,speed&limit=1`, samr);
    assert.equal(located.items[0]?.values["location.longitude"], 114.05);
    const hidden = await ok<Samples>(`/vehicles/${vehicle}/samples?signals=location.longitude,speed&limit=1`, expert);
    assert.deepEqual([hidden.items[0]?.values["location.longitude"], hidden.items[0]?.values["speed"]], [null, 0.5]);
    assert.equal((await t.get(`/vehicles/${vehicle}/frames/1`, expert)).json().error.code, "SG_FORBIDDEN");
  });
});
