/** Messages of GB/T 45688: bytes always come back, readings only where the bytes fit what is assumed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { createColumnDecoder } from "./columns.ts";
import { CodecError } from "./errors.ts";
import { fieldsOf } from "./fields.ts";
import { DISPOSAL_FAULTS, DISPOSAL_HAZARDS, EXTENSIONS, type ExtensionReading } from "./gb45688.ts";
import { decodeFrame, encodeFrame, type MessageDraft } from "./mod.ts";
import { toHex } from "./text.ts";
import { bytesOf, frameOf, FULL_MAP, fullSink, TIME_BYTES } from "../testing/fixtures.ts";

const VIN = "LTESTVIN000000001";
const reading = (frame: Uint8Array): ExtensionReading | undefined =>
  (decodeFrame(frame) as { reading?: ExtensionReading }).reading;

test("the ids are those of tables B.1 and B.6, in both editions", () => {
  const kinds = (edition: 2016 | 2025) =>
    [0x10, 0x11, 0x12, 0x13, 0x90].map((command) => decodeFrame(frameOf(edition, command, [...TIME_BYTES, 1])).kind);
  const expected = ["faultResult", "hazardResult", "disposalReport", "accidentReport", "publicHazardResult"];
  assert.deepEqual(kinds(2016), expected);
  assert.deepEqual(kinds(2025), expected);
  assert.equal(decodeFrame(frameOf(2025, 0x10, [], { flag: 1 })).kind, "reply");
  assert.equal(decodeFrame(frameOf(2025, 0x14, [1])).kind, "opaque");
});

test("any data unit comes back byte for byte, also by way of JSON, and is never malformed", () => {
  const columns = createColumnDecoder(FULL_MAP);
  fc.assert(
    fc.property(
      fc.constantFrom(...EXTENSIONS),
      fc.constantFrom<2016 | 2025>(2016, 2025),
      fc.boolean(),
      fc.uint8Array({ maxLength: 40 }),
      ({ command, kind }, edition, timed, data) => {
        const frame = frameOf(edition, command, [...(timed ? TIME_BYTES : []), ...data]);
        const message = decodeFrame(frame);
        assert.equal(message.kind, kind);
        assert.deepEqual(encodeFrame(JSON.parse(JSON.stringify(message)) as MessageDraft), frame);
        assert.equal(columns(frame, fullSink(), 0).ok, true);
        const read = reading(frame);
        if (read !== undefined)
          assert.deepEqual(encodeFrame({ kind, edition, vin: VIN, reading: read }), frame, "the reading says it all");
        assert.equal(
          fieldsOf(frame).reduce((at, field) => at + field.length, 0),
          frame.length,
        );
      },
    ),
    { numRuns: 500 },
  );
});

test("a disposal report says of 12 faults and 12 hazards whether they are disposed of", () => {
  const states = [...Array.from({ length: 23 }, () => 0), 1];
  states[5] = 0xff;
  for (const time of [[], TIME_BYTES]) {
    const read = reading(frameOf(2025, 0x12, [...time, ...states]));
    assert.equal(read?.time, time.length === 0 ? undefined : "2026-03-31T23:59:58+08:00");
    assert.equal(read?.faults?.poorCellConsistency, 255);
    assert.equal(read?.faults?.temperatureDifference, 0);
    assert.equal(read?.hazards?.clusteredParking, 1);
    assert.deepEqual(Object.keys(read?.faults ?? {}), [...DISPOSAL_FAULTS]);
    assert.deepEqual(Object.keys(read?.hazards ?? {}), [...DISPOSAL_HAZARDS]);
  }
  assert.equal(reading(frameOf(2025, 0x12, [...TIME_BYTES, ...states, 0])), undefined, "25 states fit nothing");
  const fields = fieldsOf(frameOf(2025, 0x12, [...TIME_BYTES, ...states]));
  const last = fields.at(-2);
  assert.deepEqual([last?.name, last?.value], ["hazards.clusteredParking", "1 not yet disposed"]);
  assert.match(last?.clause ?? "", /GB\/T 45688 表B\.1, 表B\.4 \(assumed\)/);
});

test("other messages show their time where they begin with one", () => {
  assert.deepEqual(reading(frameOf(2025, 0x13, [...TIME_BYTES, 0xab, 0xcd])), {
    time: "2026-03-31T23:59:58+08:00",
    rest: "abcd",
  });
  assert.equal(reading(frameOf(2025, 0x13, [99, 99, 99, 99, 99, 99, 1])), undefined);
  const message = decodeFrame(frameOf(2025, 0x90, bytesOf("0102")[Symbol.iterator]().toArray()));
  assert.deepEqual("certainty" in message && message.certainty, { command: "F", structure: "P" });
});

test("what is no reading, or contradicts the bytes, is refused", () => {
  const refused = (draft: Record<string, unknown>) =>
    assert.throws(
      () => encodeFrame({ edition: 2025, vin: VIN, ...draft } as unknown as MessageDraft),
      (error) => error instanceof CodecError && error.code === "SG_MESSAGE_INVALID",
    );
  refused({ kind: "faultResult" });
  refused({ kind: "faultResult", reading: { rest: "00" } });
  refused({ kind: "faultResult", reading: { time: "yesterday" } });
  refused({ kind: "disposalReport", reading: { faults: {} } });
  refused({ kind: "faultResult", data: "00", reading: { time: "2026-03-31T23:59:58+08:00" } });
  const same = { data: "1A031F173B3A", reading: { time: "2026-03-31T23:59:58+08:00" } };
  const frame = encodeFrame({ kind: "faultResult", edition: 2025, vin: VIN, ...same });
  assert.equal(toHex(frame, 24, 30), "1a031f173b3a");
});
