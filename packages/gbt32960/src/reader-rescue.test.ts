import assert from "node:assert/strict";
import { test } from "node:test";
import { bccOf } from "./bcc.ts";
import { FrameReader } from "./reader.ts";

function heartbeat(serial: number): Uint8Array {
  const bytes = new Uint8Array(25);
  bytes.set([0x23, 0x23, 7, 0xfe]);
  for (let i = 4; i < 21; i++) bytes[i] = 0x41 + ((i + serial) % 26);
  bytes[21] = 1;
  bytes[24] = bccOf(bytes, 2, 24);
  return bytes;
}

function readerInto(frames: number[][], damages: number[]): FrameReader {
  return new FrameReader({
    onFrame: (bytes, from, to) => frames.push([...bytes.subarray(from, to)]),
    onDamage: ({ length }) => damages.push(length),
  });
}

test("rescue finds the frame behind a stray start byte and counts one damaged byte", () => {
  const frames: number[][] = [];
  const damages: number[] = [];
  const reader = readerInto(frames, damages);
  reader.push(Uint8Array.of(0x23, ...heartbeat(1)));
  assert.equal(frames.length, 0, "until then it could be a longer frame");
  assert.equal(reader.rescue(), true);
  assert.deepEqual(frames, [[...heartbeat(1)]]);
  assert.deepEqual(damages, [1]);
  assert.equal(reader.pending, 0);
  reader.push(heartbeat(2));
  assert.equal(frames.length, 2);
});

test("rescue leaves an incomplete frame alone", () => {
  const frames: number[][] = [];
  const damages: number[] = [];
  const reader = readerInto(frames, damages);
  for (let cut = 0; cut <= 25; cut++) {
    reader.push(heartbeat(cut).subarray(0, cut));
    assert.equal(reader.rescue(), false);
    reader.push(heartbeat(cut).subarray(cut));
    assert.equal(frames.length, cut + 1);
  }
  assert.deepEqual(damages, []);
});

test("rescue keeps an incomplete frame that follows the rescued ones", () => {
  const frames: number[][] = [];
  const reader = readerInto(frames, []);
  const liar = heartbeat(1);
  liar[22] = 0x40;
  reader.push(Uint8Array.of(...liar, ...heartbeat(2), ...heartbeat(3), ...heartbeat(4).subarray(0, 9)));
  assert.equal(reader.rescue(), true);
  assert.equal(frames.length, 2);
  assert.equal(reader.pending, 9);
  reader.push(heartbeat(4).subarray(9));
  assert.deepEqual(frames.at(-1), [...heartbeat(4)]);
});
