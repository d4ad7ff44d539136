/** Every option reads what it says, on every path, and what is read with it is written back with it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { createColumnDecoder } from "./columns.ts";
import { DEFAULT_DIALECT, type Dialect } from "./dialect.ts";
import { CodecError } from "./errors.ts";
import { fieldsOf } from "./fields.ts";
import { decodeFrame, encodeFrame, findUpgrade, findUpgradeOrder, formatUpgrade, type Message } from "./mod.ts";
import { toHex } from "./text.ts";
import {
  bytesOf,
  clearSink,
  findVectors,
  frameOf,
  FULL_MAP,
  fullSink,
  NO_DATA,
  randomReport,
  report,
  rowOf,
  seeded,
  TIME_BYTES,
} from "../testing/fixtures.ts";

/** Every option away from its default. */
const OTHER: Dialect = {
  parameterWidths: 2016,
  annexBTypes: "reserved",
  countSentinels: "malformed",
  firstCell: 0,
  hydrogenConcentrationMax: 50_000,
  activationInfoBase: 1,
  alarmBit22: "supercapacitorOverPressure",
};

const read = (frame: Uint8Array, dialect: Partial<Dialect>) => decodeFrame(frame, { dialect });
const truncated = (error: unknown) => error instanceof CodecError && error.code === "SG_BODY_TRUNCATED";

/** The row by generated, bound and interpreted code; the code of the error where there is one. */
function columns(frame: Uint8Array, dialect: Partial<Dialect>): unknown {
  const outcomes = [{}, { bindAfter: 1 }, { interpret: true }].map((options) => {
    const decode = createColumnDecoder(FULL_MAP, { ...options, dialect });
    const sink = fullSink();
    decode(frame, sink, 0);
    clearSink(sink);
    const { ok, code, offset } = decode(frame, sink, 0);
    return ok ? rowOf(sink, 0) : { code, offset };
  });
  assert.deepEqual(outcomes[1], outcomes[0]);
  assert.deepEqual(outcomes[2], outcomes[0]);
  return outcomes[0];
}

test("the defaults are what is read without options", { skip: findVectors() ? false : NO_DATA }, () => {
  for (const { hex, wellformed } of findVectors() ?? []) {
    if (!wellformed) continue;
    assert.deepEqual(read(bytesOf(hex), DEFAULT_DIALECT), decodeFrame(bytesOf(hex)));
  }
});

test("frames read with other options are written back with them", () => {
  fc.assert(
    fc.property(fc.integer(), fc.constantFrom<2016 | 2025>(2016, 2025), (seed, edition) => {
      const frame = randomReport(seeded(seed), edition);
      columns(frame, OTHER);
      let message: Message;
      try {
        message = read(frame, OTHER);
      } catch (error) {
        return assert.ok(truncated(error));
      }
      assert.deepEqual(encodeFrame(message, { dialect: OTHER }), frame);
    }),
    { numRuns: 150 },
  );
});

test("parameterWidths: a terminal of edition 2025 that still sends words", () => {
  const frame = frameOf(2025, 0x81, [...TIME_BYTES, 2, 0x02, 0x00, 0x0a, 0x09, 0x1e]);
  const dialect = { parameterWidths: 2016 } as const;
  const message = read(frame, dialect);
  assert.deepEqual("parameters" in message && message.parameters, [
    { id: 2, name: "reportPeriod", value: 10 },
    { id: 9, name: "heartbeatPeriod", value: 30 },
  ]);
  assert.deepEqual(encodeFrame(message, { dialect }), frame);
  const plain = decodeFrame(frame);
  assert.notDeepEqual("parameters" in plain && plain.parameters, "parameters" in message && message.parameters);
});

test("annexBTypes: 08 and 09 of edition 2016 as reserved types without a length", () => {
  const frame = report(2016, "0401ffff0000", "0901010002", "4142");
  const message = read(frame, { annexBTypes: "reserved" });
  assert.ok("items" in message);
  assert.deepEqual(message.items.at(-1), { type: 9, kind: "unknown", data: "010100024142" });
  assert.deepEqual(encodeFrame(message, { dialect: { annexBTypes: "reserved" } }), frame);
  assert.throws(() => encodeFrame(message), "without the option 09 is no unknown type");
  assert.deepEqual(Object.keys(columns(frame, { annexBTypes: "reserved" }) as object), [
    "engine.state",
    "engine.crankshaftSpeed",
    "engine.fuelRate",
  ]);
  assert.ok("probePacks.temperatures" in (columns(frame, {}) as object));
});

test("countSentinels: a count of FF refused", () => {
  const frame = report(2016, "0700000000000000ff00");
  assert.equal(decodeFrame(frame).kind, "realtimeReport");
  assert.throws(() => read(frame, { countSentinels: "malformed" }), truncated);
  assert.deepEqual(columns(frame, { countSentinels: "malformed" }), { code: "SG_BODY_TRUNCATED", offset: 39 });
  assert.equal(decodeFrame(report(2016, "04ffffffffff"), { dialect: OTHER }).kind, "realtimeReport", "no count");
});

test("firstCell: cells counted from 0 are counted from 1 in columns", () => {
  const body = (first: string) => report(2016, `08010103e827100060${first}02`, "0fa00fa1");
  const firstCells = (first: string, firstCell: 0 | 1) =>
    (columns(body(first), { firstCell }) as Record<string, unknown>)["packs.firstCell"];
  assert.deepEqual(firstCells("0000", 0), [1]);
  assert.deepEqual(firstCells("00c8", 0), [201]);
  assert.deepEqual(firstCells("0000", 1), ["out_of_range"]);
  assert.deepEqual(firstCells("ffff", 0), ["out_of_range"], "the table defines no sentinel for it");
});

test("names and ranges of the inspector follow the options", () => {
  const info = (base: 0 | 1) =>
    fieldsOf(frameOf(2025, 0x0a, [2, 1]), { dialect: { activationInfoBase: base } }).find(
      ({ name }) => name === "info",
    );
  assert.equal(info(0)?.value, "1 chip already activated");
  assert.equal(info(1)?.value, "1 activated");
  const fuelCell = report(2016, "03", "0000000000000000", "0000", "01", "c738", "01", "0000", "01", "01");
  const concentration = (hydrogenConcentrationMax: 50_000 | 60_000) =>
    fieldsOf(fuelCell, { dialect: { hydrogenConcentrationMax } }).find(({ name }) =>
      name.endsWith("maxHydrogenConcentration"),
    )?.problem;
  assert.equal(concentration(60_000), undefined);
  assert.equal(concentration(50_000), "outOfRange");
  const alarm = report(2025, "0601004000000000000000");
  const names = (alarmBit22: Dialect["alarmBit22"]) => {
    const message = read(alarm, { alarmBit22 });
    const [item] = "items" in message ? message.items : [];
    return item?.kind === "alarm" ? item.flags.active : [];
  };
  assert.deepEqual(names("supercapacitorOverVoltage"), ["supercapacitorOverVoltage"]);
  assert.deepEqual(names("supercapacitorOverPressure"), ["supercapacitorOverPressure"]);
});

test("the order of upgrade parameters is found where the URL shows it", () => {
  const upgrade = {
    url: "ftp://host/file.bin",
    accessPoint: "apn",
    user: "user",
    password: "pass",
    address: "0000c0a8013b",
    port: 15_248,
    manufacturer: "MFR1",
    hardwareVersion: "HW001",
    firmwareVersion: "FW001",
    timeLimit: 59,
  };
  for (const order of ["urlFirst", "urlNextToLast"] as const) {
    const bytes = bytesOf(formatUpgrade(upgrade, order));
    assert.equal(findUpgradeOrder(bytes), order);
    assert.deepEqual(findUpgrade(bytes, order), upgrade);
  }
  assert.equal(formatUpgrade(upgrade), formatUpgrade(upgrade, "urlFirst"));
  assert.equal(findUpgradeOrder(bytesOf(toHex(Uint8Array.of(1, 2)))), "urlFirst");
});
