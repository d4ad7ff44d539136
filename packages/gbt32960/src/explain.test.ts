/** The inspector: every byte is a field, and says what it means. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { describeExplained, explain, formatFieldValue } from "./explain.ts";
import { fieldsOf, type Field } from "./fields.ts";
import { decodeFrame } from "./mod.ts";
import { toHex } from "./text.ts";
import { bytesOf, findVectors, frameOf, NO_DATA, randomReport, report, seeded } from "../testing/fixtures.ts";

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

const named = (fields: readonly Field[], name: string): Field => {
  const field = fields.find((one) => one.name === name);
  assert.ok(field, `${name} in ${fields.map((one) => one.name).join(" ")}`);
  return field;
};

/** Fields follow each other without a gap, and their bytes are those of the frame. */
function assertCovers(bytes: Uint8Array, fields: readonly Field[]): void {
  let at = 0;
  for (const field of fields) {
    assert.equal(field.offset, at, field.name);
    assert.ok(field.length > 0, field.name);
    assert.equal(field.raw, toHex(bytes, at, at + field.length));
    at += field.length;
  }
  assert.equal(at, bytes.length);
}

test("a number has its bytes, its number, its scale, its range, its value, its unit and its clause", () => {
  const fields = fieldsOf(report(2016, "01010301006400001f4a0e4227743801220fa00c00"));
  assert.deepEqual(named(fields, "vehicle.totalCurrent"), {
    offset: 42,
    length: 2,
    name: "vehicle.totalCurrent",
    title: "总电流",
    raw: "2774",
    value: 10,
    unit: "A",
    clause: "2016 表9, 表B.4",
    section: "body",
    item: 0,
    number: 10_100,
    scale: { bias: -10_000, perUnit: 10 },
    range: [0, 20_000],
  });
  const state = named(fields, "vehicle.vehicleState");
  assert.deepEqual([state.value, state.number, state.unit, state.problem], ["1 started", 1, undefined, undefined]);
});

test("values that are none say why", () => {
  const fields = fieldsOf(report(2025, "010203ff fffe 05f5e100 ea61 7530 65 01 80 ffff".replaceAll(" ", "")));
  const problem = (name: string) => named(fields, `vehicle.${name}`).problem;
  assert.equal(problem("vehicleState"), undefined);
  assert.equal(problem("runningMode"), "invalid");
  assert.equal(problem("speed"), "abnormal");
  assert.equal(problem("mileage"), "outOfRange");
  assert.equal(problem("totalVoltage"), "outOfRange");
  assert.equal(problem("stateOfCharge"), "outOfRange");
  assert.equal(problem("insulationResistance"), "invalid");
  assert.equal(named(fieldsOf(frameOf(2016, 2, [26, 13, 1, 0, 0, 0])), "time").problem, "outOfRange");
  const wrong = report(2016);
  wrong[wrong.length - 1] ^= 1;
  assert.equal(named(fieldsOf(wrong), "bcc").problem, "mismatch");
});

test("fields of information items know their item", () => {
  const fields = fieldsOf(report(2016, "0401ffff0000", "800001aa", "0401ffff0000"));
  const items = fields.filter((field) => field.item !== undefined).map((field) => [field.item, field.name]);
  assert.deepEqual(items[0], [0, "engine.type"]);
  assert.deepEqual(items.find(([, name]) => name === "oem.data")?.[0], 1);
  assert.deepEqual(items.at(-1), [2, "engine.fuelRate"]);
  assert.ok(fields.every((field) => (field.item === undefined) === !["body"].includes(field.section)));
});

test("a dump of frames with damage between them is covered piece by piece", () => {
  const first = report(2016, "0401ffff0000");
  const second = frameOf(2025, 7, []);
  const broken = first.slice();
  broken[30] ^= 0x55;
  const dump = concat(Uint8Array.of(1, 2, 3), first, broken, Uint8Array.of(0x23), second, first.subarray(0, 30));
  const pieces = explain(dump);
  assert.deepEqual(
    pieces.map((piece) => [piece.kind, piece.offset, piece.kind === "frame" ? piece.message : piece.code]),
    [
      ["damage", 0, "SG_FRAME_START"],
      ["frame", 3, "realtimeReport"],
      ["damage", 40, "SG_FRAME_BCC"],
      ["frame", 78, "heartbeat"],
      ["damage", 103, "SG_FRAME_TRUNCATED"],
    ],
  );
  let at = 0;
  for (const piece of pieces) {
    assert.equal(piece.offset, at);
    assertCovers(dump.subarray(at, at + piece.length), piece.fields);
    at += piece.length;
  }
  assert.equal(at, dump.length);
  const damaged = pieces[2].fields;
  assert.equal(named(damaged, "vin").value, "LTESTVIN000000001", "a damaged frame is read as far as it goes");
  assert.equal(named(damaged, "bcc").problem, "mismatch");
  assert.match(describeExplained(pieces[2]), /^SG_FRAME_BCC: 38 bytes at 40/);
});

test("a data unit without the structure of its command is told, with what could be read", () => {
  const [piece] = explain(report(2016, "0101010300"));
  assert.equal(piece.kind, "frame");
  assert.equal(piece.message, "malformed");
  assert.equal(piece.error?.code, "SG_BODY_TRUNCATED");
  assert.equal(piece.fields.at(-2)?.problem, "unreadable");
});

test("a data unit that ends between two fields says so at the last one", () => {
  const cutBehind = (frame: Uint8Array) =>
    explain(frame).flatMap(({ fields }) =>
      fields.filter(({ problem }) => problem === "cutOff").map(({ name }) => name),
    );
  assert.deepEqual(cutBehind(report(2025, "0201")), ["motors.motorCount"]);
  assert.deepEqual(cutBehind(report(2025, "02ff")), [], "a count of FF is followed by nothing");
  assert.deepEqual(cutBehind(report(2016, "0401ffff")), ["engine.crankshaftSpeed"]);
  assert.deepEqual(cutBehind(frameOf(2016, 2, [])), ["length"], "not even a time");
  assert.deepEqual(cutBehind(report(2016, "0401ffff0000")), []);
});

test("any bytes are covered, and nothing throws", () => {
  fc.assert(
    fc.property(fc.integer(), fc.uint8Array({ maxLength: 12 }), (seed, noise) => {
      const random = seeded(seed);
      const one = randomReport(random, random() % 2 === 0 ? 2016 : 2025);
      const other = randomReport(random, 2025);
      for (let i = random() % 5; i > 0; i--) one[random() % one.length] = random();
      const dump = concat(noise, one, noise, other);
      let at = 0;
      for (const piece of explain(dump)) {
        assert.equal(piece.offset, at);
        const bytes = dump.subarray(at, at + piece.length);
        assertCovers(bytes, piece.fields);
        for (const field of piece.fields) assert.equal(typeof formatFieldValue(field), "string");
        at += piece.length;
      }
      assert.equal(at, dump.length);
    }),
    { numRuns: 400 },
  );
});

const vectors = findVectors();
test(
  "every vector is covered, and a well-formed one has no unreadable byte but its trailing ones",
  { skip: vectors ? false : NO_DATA },
  () => {
    for (const { id, hex, wellformed } of vectors ?? []) {
      const bytes = bytesOf(hex);
      assertCovers(bytes, fieldsOf(bytes));
      if (!wellformed) continue;
      const pieces = explain(bytes);
      assert.equal(pieces.length, 1, id);
      const message = decodeFrame(bytes);
      const unreadable = pieces[0].fields.filter((field) => field.problem === "unreadable").map((field) => field.raw);
      assert.deepEqual(unreadable, message.trailing === undefined ? [] : [message.trailing], id);
      assert.deepEqual(JSON.parse(JSON.stringify(pieces)), pieces, `${id} is JSON`);
    }
  },
);

test("values read as short text", () => {
  const fields = fieldsOf(report(2025, "010103010064000027100e42753000012e10e1", "0601000000010000000000"));
  const text = (name: string) => formatFieldValue(named(fields, name));
  assert.equal(text("vehicle.speed"), "10 km/h");
  assert.equal(text("vehicle.gear"), "D driving");
  assert.equal(text("alarm.flags"), "temperatureDifference");
});

test("parameters of queries, settings and controls have their ids, units, ranges and tables", () => {
  const time = [26, 3, 31, 23, 59, 58];
  const setting = fieldsOf(frameOf(2016, 0x81, [...time, 3, 2, 2, 0x59, 4, 2, 5, 0x61, 0x62]));
  const period = named(setting, "parameters[0].reportPeriod");
  assert.deepEqual(
    [period.raw, period.value, period.unit, period.range, period.problem, period.clause],
    ["0259", 601, "s", [1, 600], "outOfRange", "2016 表B.10"],
  );
  assert.equal(named(setting, "parameters[0].id").value, "2 reportPeriod");
  assert.equal(named(setting, "parameters[2].platformDomain").value, "ab");

  const query = fieldsOf(frameOf(2025, 0x80, [...time, 2, 0x10, 0x85]));
  assert.deepEqual([named(query, "ids[0].id").value, named(query, "ids[1].id").value], ["16 samplingMonitor", 0x85]);

  const alarm = fieldsOf(frameOf(2016, 0x82, [...time, 6, 4, 0xb5, 0xe7, 0xb3, 0xd8]));
  assert.equal(named(alarm, "control").value, "6 alarm or warning");
  assert.equal(named(alarm, "parameters.level").problem, "outOfRange");
  assert.equal(named(alarm, "parameters.text").value, "电池");

  const hex = (text: string) => Buffer.from(text).toString("hex");
  const upgrade = frameOf(2025, 0x82, [
    ...time,
    1,
    ...bytesOf(`${hex("ftp://h/f;;;;")}0000c0a8013b3b3b503b${hex("MFR1;HW001;FW002;")}ffff`),
  ]);
  const fields = fieldsOf(upgrade);
  assertCovers(upgrade, fields);
  assert.equal(named(fields, "parameters.url").value, "ftp://h/f");
  assert.equal(named(fields, "parameters.address").raw, "0000c0a8013b");
  assert.equal(named(fields, "parameters.port").value, 0x3b50);
  assert.deepEqual(
    [named(fields, "parameters.timeLimit").unit, named(fields, "parameters.timeLimit").problem],
    ["min", "invalid"],
  );
});
