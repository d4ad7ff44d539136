/** The public vectors: what their reference decode says, and the same bytes again. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createColumnDecoder } from "./columns.ts";
import { decodeWith } from "./decode.ts";
import { encodeWith } from "./encode.ts";
import { CodecError } from "./errors.ts";
import { REFERENCE } from "./items.ts";
import { decodeFrame, encodeFrame, type Message } from "./mod.ts";
import {
  bytesOf,
  clearSink,
  findRealFrames,
  findVectors,
  FULL_MAP,
  fullSink,
  NO_DATA,
  rowOf,
} from "../testing/fixtures.ts";
import { toHex } from "./text.ts";
import { bodyView, messageView, type View } from "../testing/views.ts";

const vectors = findVectors();
const skip = vectors === undefined ? NO_DATA : false;
const wellformed = (vectors ?? []).filter((vector) => vector.wellformed);

function assertSame(actual: unknown, expected: unknown, path: string): void {
  if (typeof expected === "number" && typeof actual === "number") {
    assert.ok(
      Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected)),
      `${path}: ${actual} instead of ${expected}`,
    );
  } else if (Array.isArray(expected)) {
    assert.ok(Array.isArray(actual), `${path} is no list`);
    assert.equal(actual.length, expected.length, `${path} length`);
    expected.forEach((value, i) => assertSame(actual[i], value, `${path}[${i}]`));
  } else if (typeof expected === "object" && expected !== null) {
    for (const [key, value] of Object.entries(expected)) assertSame((actual as View)[key], value, `${path}.${key}`);
    for (const key of Object.keys(actual as View)) assert.ok(key in expected, `${path}.${key} is not in the reference`);
  } else {
    assert.deepEqual(actual, expected, path);
  }
}

/** The VIN inside this password is masked in the reference decode, but not in the bytes. */
const MASKED_ONLY_IN_REF: readonly string[] = ["v024"];

test("every well-formed vector decodes to what the reference decode says", { skip }, () => {
  for (const { id, hex, ref } of wellformed) {
    const message = decodeFrame(bytesOf(hex));
    const { payload, ...header } = messageView(message);
    const { payload: expected, bcc: _bcc, len: _len, issues: _issues, ...expectedHeader } = ref;
    assertSame(header, expectedHeader, id);
    if (MASKED_ONLY_IN_REF.includes(id)) (payload as View).pass = (expected as View).pass;
    assertSame(payload, expected, `${id}.payload`);
  }
});

test("every well-formed vector is written back byte for byte, also by way of JSON", { skip }, () => {
  for (const { id, hex } of wellformed) {
    const message = JSON.parse(JSON.stringify(decodeFrame(bytesOf(hex)))) as Message;
    assert.equal(toHex(encodeFrame(message)), hex.toLowerCase(), id);
  }
});

test("the generated path and the interpreter agree on every vector, damaged ones included", { skip }, () => {
  for (const { id, hex } of vectors ?? []) {
    const bytes = bytesOf(hex);
    const outcome = (decode: () => Message): unknown => {
      try {
        return decode();
      } catch (error) {
        assert.ok(error instanceof CodecError, `${id}: ${String(error)}`);
        return { code: error.code, message: error.message, offset: error.offset };
      }
    };
    const fast = outcome(() => decodeFrame(bytes));
    assert.deepEqual(
      fast,
      outcome(() => decodeWith(REFERENCE.readItems, bytes)),
      id,
    );
    if (typeof fast === "object" && fast !== null && "kind" in fast) {
      assert.equal(toHex(encodeWith(REFERENCE.writeItems, fast as Message)), hex.toLowerCase(), id);
    }
  }
});

test("a vector that is not well-formed gives a coded error or a message that keeps every byte", { skip }, () => {
  for (const { id, hex, wellformed: good } of vectors ?? []) {
    if (good) continue;
    const bytes = bytesOf(hex);
    let message: Message;
    try {
      message = decodeFrame(bytes, { malformed: "keep" });
    } catch (error) {
      assert.match((error as CodecError).code, /^SG_FRAME_/, id);
      continue;
    }
    assert.equal(toHex(encodeFrame(message)), hex.toLowerCase(), id);
  }
});

test("vectors with a wrong BCC are refused for it, or for their length", { skip }, () => {
  const bad = (vectors ?? []).filter((vector) => vector.bcc.startsWith("BAD"));
  assert.ok(bad.length >= 8);
  for (const { id, hex } of bad) {
    assert.throws(
      () => decodeFrame(bytesOf(hex)),
      (error) => /^SG_FRAME_(BCC|TRAILING|TRUNCATED)$/.test((error as CodecError).code),
      id,
    );
  }
});

test("columns hold what the typed decode says, on every vector", { skip }, () => {
  const decode = createColumnDecoder(FULL_MAP);
  const reference = createColumnDecoder(FULL_MAP, { interpret: true });
  const bound = createColumnDecoder(FULL_MAP, { bindAfter: 1 });
  const own = fullSink();
  let compared = 0;
  for (const { id, hex } of vectors ?? []) {
    const bytes = bytesOf(hex);
    const [sink, other] = [fullSink(), fullSink()];
    const result = { ...decode(bytes, sink, 1) };
    const expected = { ...reference(bytes, other, 1) };
    assert.deepEqual(
      { ok: result.ok, code: result.code, time: result.eventTime },
      { ok: expected.ok, code: expected.code, time: expected.eventTime },
      id,
    );
    if (!result.ok) continue;
    assert.deepEqual(rowOf(sink, 1), rowOf(other, 1), id);
    clearSink(own);
    bound(bytes, own, 1);
    assert.deepEqual(rowOf(own, 1), rowOf(other, 1), id);
    let message: Message;
    try {
      message = decodeFrame(bytes);
    } catch {
      continue;
    }
    if (message.kind !== "realtimeReport" && message.kind !== "reissuedReport") continue;
    assert.deepEqual(rowOf(sink, 1), bodyView(message), id);
    assert.equal(result.eventTime, Date.parse(message.time), id);
    compared++;
  }
  if (vectors !== undefined) assert.ok(compared >= 80, `${compared} compared`);
});

test(
  "real frames decode to the independently checked figures",
  { skip: findRealFrames() === undefined ? NO_DATA : false },
  () => {
    for (const { id, hex, decoded } of findRealFrames() ?? []) {
      const message = decodeFrame(bytesOf(hex));
      assert.equal(toHex(encodeFrame(message)), hex.toLowerCase(), id);
      assert.equal(message.vin, decoded.vin, id);
      assert.equal("time" in message ? message.time?.slice(0, 19).replace("T", " ") : undefined, decoded.time, id);
      const blocks = (decoded.blocks ?? []) as readonly Record<string, unknown>[];
      const view = message.kind === "realtimeReport" ? bodyView(message) : {};
      for (const block of blocks) {
        if (block.t === "vehicle") {
          assert.equal((view["vehicle.speed"] as number) / 10, block.speed, id);
          assert.equal((view["vehicle.totalVoltage"] as number) / 10, block.volt, id);
          assert.equal((view["vehicle.totalCurrent"] as number) / 10, block.curr, id);
          assert.equal(view["vehicle.insulationResistance"], block.insul_kohm, id);
        }
        if (block.t === "cellV") {
          const cells = (block.s as readonly { cellV: readonly number[] }[]).flatMap((pack) => pack.cellV);
          assert.deepEqual(
            (view["packs.cellVoltages"] as number[]).map((ticks) => ticks / 1000),
            cells,
            id,
          );
        }
      }
    }
  },
);
