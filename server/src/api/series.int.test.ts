import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { History } from "../history/mod.ts";
import { DAY, fixture, SALT, type Fixture, type Row } from "../history/segments.fixture.ts";
// The adapter between history and API is composition; the test uses the real one.
// oxlint-disable-next-line no-restricted-imports
import { createTelemetryReader } from "../roles/telemetry-reader.ts";
import { vehicleIdOf } from "../access/mod.ts";
import { SYSTEM_SETUP } from "../records/mod.ts";
import { openTestApi, type TestApi } from "./testing/open-test-api.ts";

const VIN = "LSJE36091MS000001";
const SECONDS = 3_600;
/** One second of the hour is an extreme. */
const SPIKE_AT = 1_234;

interface SeriesBody {
  readonly bucketMs: number;
  readonly source: string;
  readonly items: readonly {
    readonly time: string;
    readonly frames: number;
    readonly values: Readonly<Record<string, { min: number; max: number; last: number; count: number }>>;
  }[];
}

describe("series over HTTP", () => {
  let t: TestApi;
  let files: Fixture;
  let history: History;
  let all: string;
  let vehicle: string;

  before(async () => {
    files = fixture();
    history = await files.open();
    t = await openTestApi({ telemetry: () => createTelemetryReader(history) });
    const { registry, keyOf } = t.base.access;
    await registry.register(SYSTEM_SETUP, [{ vin: VIN, organisation: "oem-a", region: "440300" }]);
    const rows = Array.from({ length: SECONDS }, (_, second): Row => ({
      vehicle: keyOf(VIN),
      time: DAY + second * 1000,
      values: {
        speed: second === SPIKE_AT ? 180 : 50,
        soc: second % 2 === 0 ? 80 : ("abnormal" as const),
        "location.longitude": 114.05,
      },
    }));
    await history.insertSegment(files.segment(rows), SALT);
    all = await t.tokenOf("SUPERVISOR_ALL", "ops");
    vehicle = vehicleIdOf(keyOf(VIN));
  });
  after(async () => {
    await t.close();
    await history.close();
    files.remove();
  });

  const url = (query: string): string =>
    `/vehicles/${vehicle}/series?from=${new Date(DAY).toISOString()}&to=${new Date(DAY + SECONDS * 1000).toISOString()}&${query}`;

  test("every sample is in one bucket, no extreme is lost, what is no value does not count", async () => {
    const response = await t.get(url("signals=speed,soc&points=60"), all);
    assert.equal(response.statusCode, 200, response.body);
    const { bucketMs, source, items } = response.json<SeriesBody>();
    assert.deepEqual([bucketMs, source, items.length], [60_000, "frames", 60]);
    assert.equal(
      items.reduce((sum, item) => sum + item.frames, 0),
      SECONDS,
    );
    const spike = items[Math.floor(SPIKE_AT / 60)].values["speed"];
    assert.deepEqual([spike.min, spike.max, spike.last, spike.count], [50, 180, 50, 60]);
    assert.ok(items.every(({ values }, i) => i === Math.floor(SPIKE_AT / 60) || values["speed"].max === 50));
    assert.ok(items.every(({ values }) => values["soc"].count === 30 && values["soc"].min === 80));
    assert.equal(items[1].time, new Date(DAY + 60_000).toISOString());
  });

  test("questions that make no sense are refused, a foreign vehicle is not found", async () => {
    for (const query of ["signals=speed&points=1", "signals=,", "signals=speed&points=5001", "signals=no.such"])
      assert.equal((await t.get(url(query), all)).statusCode, 400, query);
    const backwards = `/vehicles/${vehicle}/series?signals=speed&from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z`;
    assert.equal((await t.get(backwards, all)).statusCode, 400);
    assert.equal((await t.get(url("signals=speed"), await t.tokenOf("OEM", "oem-b"))).statusCode, 404);
    assert.equal((await t.get(url("signals=speed"), await t.tokenOf("SAMR", "samr"))).statusCode, 403);
  });
});
