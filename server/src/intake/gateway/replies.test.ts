import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { checkFrame } from "@sandglass/gbt32960";
import { frame, NOON_BYTES } from "./gateway.fixture.ts";
import { platformCredentials, withoutPassword } from "./platform-login.ts";
import { MAIN_BODY, MAX_REPLY_BYTES, ReplyBuffer, writeReply } from "./replies.ts";

const request = fc.record({
  command: fc.integer({ min: 0, max: 255 }),
  unit: fc.uint8Array({ maxLength: 200 }),
  edition: fc.constantFrom<2016 | 2025>(2016, 2025),
  encryption: fc.constantFrom(1, 3, 0xff),
});

test("every reply is a whole frame of at most 31 bytes with the flag, the id and the time of its request", () => {
  fc.assert(
    fc.property(request, fc.integer({ min: 1, max: 7 }), (parts, flag) => {
      const sent = frame(parts);
      const out = new Uint8Array(100).fill(0xaa);
      const length = writeReply(sent, 0, sent.length, flag, out, 20);
      const reply = Buffer.from(out.subarray(20, 20 + length));
      checkFrame(reply);
      assert.ok(length <= MAX_REPLY_BYTES);
      assert.deepEqual(reply.subarray(0, 3), sent.subarray(0, 3));
      assert.equal(reply[3], flag);
      assert.deepEqual(reply.subarray(4, 21), sent.subarray(4, 21));
      if (length === 31) assert.deepEqual(reply.subarray(24, 30), sent.subarray(24, 30));
      else assert.equal(length, 25);
    }),
  );
});

test("heartbeat and time sync are answered in 25 bytes, commands with a time in 31", () => {
  const lengths = [1, 2, 3, 4, 5, 6, 7, 8].map((command) => {
    const sent = frame({ command, unit: command === 7 || command === 8 ? [] : [...NOON_BYTES, 0, 1] });
    return writeReply(sent, 0, sent.length, 1, new Uint8Array(31), 0);
  });
  assert.deepEqual(lengths, [31, 31, 31, 31, 31, 31, 25, 25]);
});

test("no byte of an encrypted data unit is sent back", () => {
  const sent = frame({ command: 2, unit: [...NOON_BYTES, 1, 2, 3], encryption: 3 });
  const out = new Uint8Array(31);
  assert.equal(writeReply(sent, 0, sent.length, 7, out, 0), 25);
});

test("a reply buffer holds as many replies as a block has rows", () => {
  const buffer = new ReplyBuffer(1, 64);
  const sent = frame({ command: 2, unit: [...NOON_BYTES] });
  for (let i = 0; i < 4096; i++) buffer.add(sent, 0, sent.length, 1, MAIN_BODY, 0);
  assert.equal(buffer.length, 4096 * 31);
  for (let i = 0; i < 4096; i++) checkFrame(buffer.bytes, i * 31, i * 31 + 31);
});

test("the password is replaced by zeros and the rest of the login stays, check code included", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 41, maxLength: 41 }), (unit) => {
      const sent = frame({ command: 5, unit });
      const masked = withoutPassword(sent);
      checkFrame(masked);
      assert.deepEqual(masked.subarray(44, 64), new Uint8Array(20));
      assert.deepEqual(sent.subarray(44, 64), Buffer.from(unit.subarray(20, 40)), "the frame itself is not touched");
      assert.deepEqual(masked.subarray(0, 44), new Uint8Array(sent.subarray(0, 44)));
      assert.equal(masked[64], sent[64]);
    }),
  );
});

test("user names in GB 18030 are read, padding is not part of them, and another size is no login", () => {
  const unit = Buffer.alloc(41);
  unit.set(NOON_BYTES);
  unit.set([0xcd, 0xfe, 0xba, 0xa3], 8);
  unit.write("secret  ", 20, "latin1");
  assert.deepEqual(platformCredentials(frame({ command: 5, unit })), { user: "威海", password: "secret" });
  assert.equal(platformCredentials(frame({ command: 5, unit: unit.subarray(1) })), undefined);
});
