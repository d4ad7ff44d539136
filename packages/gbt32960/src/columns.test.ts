import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { createColumnDecoder } from "./columns.ts";
import { WIRE_FIELDS } from "./wire-fields.ts";
import {
  bytesOf,
  clearSink,
  frameOf,
  FULL_MAP,
  fullSink,
  randomPacks,
  randomReport,
  report,
  rowOf,
  seeded,
  TestList,
  TIME_BYTES,
} from "../testing/fixtures.ts";

const decode = createColumnDecoder(FULL_MAP);
const reference = createColumnDecoder(FULL_MAP, { interpret: true });
/** Has code of its own for every sink from its first frame on, as long as the sink has room. */
const bound = createColumnDecoder(FULL_MAP, { bindAfter: 1 });

/** The row of a frame, the same by shared code, by code bound to the sink and by the interpreter. */
function row(frame: Uint8Array): Record<string, unknown> {
  const of = (decoder: typeof decode, times: number) => {
    const sink = fullSink();
    for (let i = 0; i < times; i++) {
      clearSink(sink);
      const result = decoder(frame, sink, 0);
      assert.equal(result.code, undefined);
      assert.equal(result.ok, true);
    }
    return rowOf(sink, 0);
  };
  const fast = of(decode, 1);
  assert.deepEqual(of(reference, 1), fast);
  // The first frame makes the lists grow, the second finds room and bound code.
  for (const times of [1, 2]) assert.deepEqual(of(bound, times), fast);
  return fast;
}

const VEHICLE_2016 = "01010301006400001f4a0e422774380122 1194 0c00".replaceAll(" ", "");
const vehicle2025 = (gear: string) => `0101030101e80001e2401f4075ab3801${gear}10e1`;

test("both editions give the same ticks for the same current", () => {
  const at = (edition: 2016 | 2025, current: string) =>
    row(
      report(
        edition,
        edition === 2016
          ? `01010301000000000000 0e42${current}3801220fa00000`.replaceAll(" ", "")
          : `01010301000000000000 0e42${current}3801220fa0`.replaceAll(" ", ""),
      ),
    )["vehicle.totalCurrent"];
  assert.equal(at(2016, "2710"), 0);
  assert.equal(at(2025, "7530"), 0);
  assert.equal(at(2016, "278b"), 123);
  assert.equal(at(2025, "75ab"), 123);
});

test("sentinels and values out of range are reasons, never numbers", () => {
  const all = row(report(2016, `01${"ff".repeat(20)}`));
  assert.equal(all["vehicle.state"], "invalid");
  assert.equal(all["vehicle.mileage"], "invalid");
  assert.equal(all["vehicle.insulationResistance"], "out_of_range", "edition 2016 defines no sentinel for it");
  assert.equal(row(report(2025, `01${"ff".repeat(18)}`))["vehicle.insulationResistance"], "invalid");
  assert.equal(
    row(report(2016, `01${"fe".repeat(20)}`))["vehicle.speed"],
    "out_of_range",
    "FEFE is no sentinel of a WORD",
  );
  const range = row(report(2016, "01040301089900001f4a0e42277465012211940c00"));
  assert.deepEqual(
    [range["vehicle.state"], range["vehicle.speed"], range["vehicle.stateOfCharge"]],
    ["out_of_range", "out_of_range", "out_of_range"],
  );
  assert.equal(
    row(report(2025, `010103010899${"0001e2401f4075ab3801220fa0"}`))["vehicle.speed"],
    2201,
    "220.1 km/h is allowed in edition 2025",
  );
});

test("the gear is its low four bits, absent where it is marked invalid or not a gear", () => {
  assert.equal(row(report(2016, VEHICLE_2016.replace("220", "2e0")))["vehicle.gear"] !== undefined, true);
  assert.equal(row(report(2025, vehicle2025("2e")))["vehicle.gear"], 14);
  assert.equal(row(report(2025, vehicle2025("ae")))["vehicle.gear"], undefined);
  assert.equal(row(report(2016, `01${"ff".repeat(20)}`))["vehicle.gear"], undefined);
});

test("positions south and west are negative, also without a fix", () => {
  const at = row(report(2025, "05", "07", "01", "06f01234", "01312d00"));
  assert.equal(at["location.valid"], 0);
  assert.equal(at["location.coordinateSystem"], 1);
  assert.equal(at["location.longitude"], -0x06f01234);
  assert.equal(at["location.latitude"], -20_000_000);
  const outside = row(report(2016, "05", "00", "ffffffff", "055d4a81"));
  assert.deepEqual([outside["location.longitude"], outside["location.latitude"]], ["out_of_range", "out_of_range"]);
});

test("alarm flags keep the bits that the edition defines; faults are counted over all lists", () => {
  const at2016 = row(report(2016, "07", "03", "ffffffff", "01", "00000001", "00", "02", "0000000200000003", "fe"));
  assert.equal(at2016["alarm.flags"], 0x7ffff);
  assert.equal(at2016["alarm.faultCount"], 3);
  assert.equal(
    row(report(2025, "06", "04", "ffffffff", "00", "00", "00", "00", "01", "1704"))["alarm.flags"],
    0x0fffffff,
  );
});

test("the last of repeated bodies wins for scalars, and lists are joined", () => {
  const motor = (number: string) => `0201${number}013c4e204e204628002710`;
  const joined = row(
    report(
      2016,
      motor("01"),
      motor("02"),
      "0700000000000000 0000".replaceAll(" ", ""),
      "0702000000010000 0000".replaceAll(" ", ""),
    ),
  );
  assert.deepEqual(joined["motors.number"], [1, 2]);
  assert.equal(joined["alarm.level"], 2);
});

test("two alarm bodies in a frame: the higher level and every alarm stand, in either order", () => {
  const alarm = (level: string, flags: string, faults = "00") => `07${level}${flags}${faults}000000`;
  const both = (first: string, second: string) => row(report(2016, first, second));
  const low = alarm("01", "00000011");
  const high = alarm("03", "00010001", "0100000007");
  for (const at of [both(low, high), both(high, low), row(report(2016, low, high, low))]) {
    assert.equal(at["alarm.level"], 3);
    assert.equal(at["alarm.flags"], 0x10011);
    assert.equal(at["alarm.faultCount"], 1);
  }
  for (const none of ["fe", "ff", "09"]) {
    assert.equal(both(high, alarm(none, "00000000"))["alarm.level"], 3, none);
    assert.equal(both(alarm(none, "00000000"), high)["alarm.level"], 3, none);
  }
  assert.equal(both(alarm("fe", "00000000"), alarm("ff", "00000000"))["alarm.level"], "invalid");
  const at2025 = (level: string, flags: string) => `06${level}${flags}0000000000`;
  const thermal = row(report(2025, at2025("04", "00800000"), at2025("00", "00000000")));
  assert.deepEqual([thermal["alarm.level"], thermal["alarm.flags"]], [4, 0x800000]);
});

test("code bound to a sink gives way when its lists get other arrays, and comes back", () => {
  const decoder = createColumnDecoder(FULL_MAP, { bindAfter: 2 });
  const sink = fullSink();
  const expected = fullSink();
  const random = seeded(11);
  for (let i = 0; i < 3000; i++) {
    const frame = randomReport(random, i % 3 === 0 ? 2016 : 2025);
    if (random() % 40 === 0) {
      const list = sink.lists[random() % sink.lists.length];
      list.ticks = list.ticks.slice();
      list.reasons = list.reasons.slice();
    }
    for (const one of [sink, expected])
      if (one.lists.some((list) => list.length > 2000) || i % 100 === 0) clearSink(one);
    for (const one of [sink, expected]) for (const scalar of one.scalars) scalar.reasons[1] = 1;
    decoder(frame, sink, 1);
    reference(frame, expected, 1);
    assert.deepEqual(rowOf(sink, 1), rowOf(expected, 1), `frame ${i}`);
  }
});

test("cells know their pack and their first number", () => {
  const at2016 = row(
    report(
      2016,
      "08",
      "02",
      "01",
      "0e42",
      "2742",
      "0180",
      "00c9",
      "02",
      "0e42",
      "ffff",
      "02",
      "0e42",
      "2742",
      "0003",
      "0001",
      "01",
      "fffe",
    ),
  );
  assert.deepEqual(at2016["packs.firstCell"], [201, 1]);
  assert.deepEqual(at2016["packs.cellTotal"], [384, 3]);
  assert.deepEqual(at2016["packs.cellCount"], [2, 1]);
  assert.deepEqual(at2016["packs.cellVoltages"], [3650, "invalid", "abnormal"]);
  const at2025 = row(
    report(2025, "07", "02", "01", "0e42", "7562", "0002", "0e42", "0e43", "02", "0e42", "7562", "ffff"),
  );
  assert.deepEqual(at2025["packs.firstCell"], [1, 1]);
  assert.deepEqual(at2025["packs.cellTotal"], [2, "invalid"]);
  assert.deepEqual(at2025["packs.cellCount"], [2, "invalid"]);
});

test("a count of FE or FF is no number in the column of a list's length, nor in that of a sum of nothing", () => {
  const probes = (edition: 2016 | 2025) =>
    row(report(edition, edition === 2016 ? "09" : "08", "03", "01", "0001", "3c", "02", "fffe", "03", "ffff"));
  assert.deepEqual(probes(2016)["probePacks.probeCount"], [1, "abnormal", "invalid"]);
  assert.deepEqual(probes(2025)["probePacks.probeCount"], [1, "abnormal", "invalid"]);
  // Table B.6 gives the cells of a frame (1–200) no sentinels: FF is out of range there.
  const cells = row(report(2016, "08", "01", "01", "0e42", "2742", "0003", "0001", "ff"));
  assert.deepEqual(cells["packs.cellCount"], ["out_of_range"]);
  const alarm = (...counts: string[]) => row(report(2016, "07", "02", "00000000", ...counts))["alarm.faultCount"];
  assert.equal(alarm("ff", "ff", "ff", "ff"), "invalid");
  assert.equal(alarm("00", "fe", "00", "00"), "abnormal");
  assert.equal(alarm("00", "ff", "01", "00000007", "00"), 1);
  assert.equal(alarm("00", "00", "00", "00"), 0);
});

test("long lists are the same by words and one by one, at every position and with every kind of value", () => {
  const value = fc.oneof(
    { weight: 20, arbitrary: fc.nat({ max: 5000 }) },
    { weight: 1, arbitrary: fc.constantFrom(59_903, 59_904, 60_000, 60_001, 65_533, 65_534, 65_535) },
  );
  const words = createColumnDecoder({ "packs.cellVoltages": { list: 0 } });
  const plain = createColumnDecoder({ "packs.cellVoltages": { list: 0 } });
  fc.assert(
    fc.property(fc.array(value, { maxLength: 60 }), fc.nat({ max: 5 }), fc.nat({ max: 3 }), (cells, filled, shift) => {
      const hex = cells.map((cell) => cell.toString(16).padStart(4, "0")).join("");
      const frame = report(2025, "07", "01", "01", "0e42", "7562", cells.length.toString(16).padStart(4, "0"), hex);
      const shifted = new Uint8Array(frame.length + shift).subarray(shift);
      shifted.set(frame);
      const fast = new TestList((n) => new Uint16Array(n), 9);
      const slow = new TestList((n) => new Int32Array(n), 9);
      for (const list of [fast, slow]) {
        list.reserve(filled);
        list.reasons.fill(0, 0, filled);
        list.length = filled;
      }
      words(shifted, { scalars: [], lists: [fast] }, 0);
      plain(frame, { scalars: [], lists: [slow] }, 0);
      assert.equal(fast.length, filled + cells.length);
      assert.deepEqual([...fast.ticks.subarray(0, fast.length)], [...slow.ticks.subarray(0, slow.length)]);
      assert.deepEqual([...fast.reasons.subarray(0, fast.length)], [...slow.reasons.subarray(0, slow.length)]);
    }),
    { numRuns: 400 },
  );
});

test("the same for temperatures", () => {
  const value = fc.oneof(
    { weight: 20, arbitrary: fc.nat({ max: 250 }) },
    { weight: 1, arbitrary: fc.integer({ min: 250, max: 255 }) },
  );
  const decodeProbes = createColumnDecoder({ "probePacks.temperatures": { list: 0 } });
  const other = createColumnDecoder({ "probePacks.temperatures": { list: 0 } });
  fc.assert(
    fc.property(fc.array(value, { maxLength: 60 }), fc.nat({ max: 5 }), (probes, filled) => {
      const frame = report(
        2016,
        "09",
        "01",
        "01",
        probes.length.toString(16).padStart(4, "0"),
        Buffer.from(probes).toString("hex"),
      );
      const fast = new TestList((n) => new Int16Array(n), 9);
      const slow = new TestList((n) => new Int32Array(n), 9);
      for (const list of [fast, slow]) list.length = filled;
      decodeProbes(frame, { scalars: [], lists: [fast] }, 0);
      other(frame, { scalars: [], lists: [slow] }, 0);
      assert.deepEqual([...fast.ticks.subarray(filled, fast.length)], [...slow.ticks.subarray(filled, slow.length)]);
      assert.deepEqual(
        [...fast.reasons.subarray(filled, fast.length)],
        [...slow.reasons.subarray(filled, slow.length)],
      );
    }),
    { numRuns: 400 },
  );
});

test("the event time is the collection time in UTC, and only a calendar time is one", () => {
  const sink = fullSink();
  assert.equal(decode(report(2016), sink, 0).eventTime, Date.UTC(2026, 2, 31, 15, 59, 58));
  assert.ok(Number.isNaN(decode(frameOf(2016, 7, []), sink, 0).eventTime));
  assert.equal(decode(frameOf(2016, 4, [...TIME_BYTES, 0, 1]), sink, 0).eventTime, Date.UTC(2026, 2, 31, 15, 59, 58));
  for (const wrong of [
    [26, 13, 1, 0, 0, 0],
    [26, 2, 29, 0, 0, 0],
    [26, 1, 1, 24, 0, 0],
    [26, 0, 0, 0, 0, 0],
    [100, 1, 1, 0, 0, 0],
  ]) {
    assert.equal(decode(frameOf(2016, 2, wrong), sink, 0).code, "SG_BODY_TIME", wrong.join("-"));
  }
  assert.equal(decode(frameOf(2025, 2, [24, 2, 29, 8, 0, 0]), sink, 0).eventTime, Date.UTC(2024, 1, 29));
});

test("what is no observation says why", () => {
  const sink = fullSink();
  const code = (frame: Uint8Array) => decode(frame, sink, 0).code;
  assert.equal(code(frameOf(2016, 2, [1, 2, 3], { encryption: 3 })), "SG_BODY_ENCRYPTED");
  assert.equal(code(frameOf(2016, 2, [])), "SG_BODY_TRUNCATED");
  assert.equal(code(frameOf(2016, 1, [...TIME_BYTES, 0])), "SG_BODY_TRUNCATED");
  assert.equal(code(report(2016, "0101")), "SG_BODY_TRUNCATED");
  assert.equal(code(report(2016, "80ffff00")), "SG_BODY_TRUNCATED");
  assert.equal(code(report(2025, "ff0100")), "SG_BODY_TRUNCATED");
  assert.equal(code(bytesOf("0000")), "SG_FRAME_TRUNCATED");
  assert.equal(code(new Uint8Array(30)), "SG_FRAME_START");
  assert.equal(code(report(2016).subarray(0, 30)), "SG_FRAME_LENGTH");
});

test("unknown types, replies and other commands leave the row empty or as it was", () => {
  assert.deepEqual(row(report(2016, "0a010203")), {});
  assert.deepEqual(row(frameOf(2016, 2, [...TIME_BYTES], { flag: 1 })), {});
  assert.deepEqual(row(frameOf(2016, 0xc0, [1, 2, 3])), {});
  assert.equal(
    row(report(2025, vehicle2025("2e"), "ff0100000000", "0101"))["vehicle.speed"],
    488,
    "bytes after the signature are ignored",
  );
});

test("any bytes: no exception, nothing read outside the frame, no more entries than the frame can hold", () => {
  fc.assert(
    fc.property(fc.integer(), fc.uint8Array({ minLength: 64, maxLength: 64 }), (seed, noise) => {
      const random = seeded(seed);
      const frame = randomReport(random, random() % 2 === 0 ? 2016 : 2025);
      for (let i = random() % 6; i > 0; i--) frame[(24 + random()) % frame.length] = random();
      const around = (fill: (i: number) => number) => {
        const bytes = Uint8Array.from({ length: frame.length + 128 }, (_, i) => fill(i));
        bytes.set(frame, 64);
        const sink = fullSink();
        const result = { ...decode(bytes, sink, 1, 64, 64 + frame.length) };
        for (const list of sink.lists) assert.ok(list.length <= frame.length);
        return [result, result.ok ? rowOf(sink, 1) : undefined];
      };
      assert.deepEqual(
        around((i) => noise[i % 64]),
        around((i) => 255 - noise[(i * 7) % 64]),
      );
    }),
    { numRuns: 600 },
  );
});

test("what a list is told of its frame's bytes is so, and lists without gaps are told of", () => {
  class TellingList extends TestList {
    readonly runs: number[][] = [];

    tookRun(...run: number[]): void {
      this.runs.push(run);
    }
  }
  const names = WIRE_FIELDS.map(({ name }) => name);
  const cells = names.indexOf("packs.cellVoltages");
  const probes = names.indexOf("probePacks.temperatures");
  const whole = { cells: 0, probes: 0 };
  const random = seeded(32960);
  for (let i = 0; i < 600; i++) {
    const edition = i % 2 === 0 ? 2016 : 2025;
    const frame = i % 3 === 0 ? randomReport(random, edition) : randomPacks(random, edition);
    const at = random() % 50;
    const bytes = new Uint8Array(at + frame.length + 9);
    bytes.set(frame, at);
    const telling = [
      new TellingList((n) => new Uint16Array(n), i % 400),
      new TellingList((n) => new Int16Array(n), i % 400),
    ];
    const sink = fullSink();
    [sink.lists[cells], sink.lists[probes]] = telling;
    for (const decoder of [decode, bound]) {
      clearSink(sink);
      for (const list of telling) list.runs.length = 0;
      if (!decoder(bytes, sink, 2, at, at + frame.length).ok) continue;
      for (const [list, size, bias] of [
        [telling[0], 2, 0],
        [telling[1], 1, 40],
      ] as const) {
        const taken = list.runs.flatMap(([row, offset, count]) => {
          assert.equal(row, 2);
          const run = frame.subarray(offset, offset + count);
          return Array.from({ length: count / size }, (_, k) =>
            size === 2 ? (run[2 * k] << 8) | run[2 * k + 1] : run[k] - bias,
          );
        });
        if (taken.length === list.length) assert.deepEqual(taken, [...list.ticks.subarray(0, list.length)]);
        if (taken.length > 0 && taken.length === list.length) whole[size === 2 ? "cells" : "probes"]++;
        const values = [...list.ticks.subarray(0, list.length)];
        assert.ok(taken.length <= values.length && taken.every((tick) => values.includes(tick)));
      }
    }
  }
  assert.ok(whole.cells > 200 && whole.probes > 200, JSON.stringify(whole));
});

test("a map that names no field, or puts a list into a scalar, is refused", () => {
  assert.throws(() => createColumnDecoder({ "vehicle.colour": { scalar: 0 } }), /vehicle.colour/);
  assert.throws(() => createColumnDecoder({ "motors.torque": { scalar: 0 } }), /motors.torque/);
  assert.throws(() => createColumnDecoder({ "vehicle.speed": { scalar: -1 } }), /vehicle.speed/);
  assert.throws(
    () => createColumnDecoder({ "vehicle.speed": { scalar: 0 }, "vehicle.mileage": { scalar: 0 } }),
    /vehicle.mileage/,
  );
});

test("fields that the map does not name are skipped", () => {
  const only = createColumnDecoder({ "vehicle.speed": { scalar: 0 } });
  const sink = { scalars: [{ ticks: new Uint16Array(1), reasons: new Uint8Array(1).fill(1) }], lists: [] };
  assert.equal(
    only(report(2025, "0701010e4275620002 0e420e43".replaceAll(" ", ""), vehicle2025("2e")), sink, 0).ok,
    true,
  );
  assert.equal(sink.scalars[0].ticks[0], 488);
});

test("one decoder serves several sinks in turn", () => {
  const [a, b] = [fullSink(), fullSink()];
  const frame = report(2025, vehicle2025("2e"));
  decode(frame, a, 0);
  decode(frame, b, 1);
  decode(frame, a, 2);
  assert.equal(rowOf(a, 0)["vehicle.speed"], 488);
  assert.deepEqual(rowOf(b, 0), {});
  assert.equal(rowOf(a, 2)["vehicle.speed"], 488);
});
