import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { VIN_BYTES, VinTable, looksLikeVin } from "./vin-table.ts";

const vin = fc.uint8Array({ minLength: VIN_BYTES, maxLength: VIN_BYTES });
const key = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

test("the table finds what was added and nothing else, at any offset, while it grows", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(vin, key), { maxLength: 3000, selector: ([id]) => id.join() }),
      vin,
      (entries, other) => {
        const table = new VinTable();
        for (const [id, value] of entries) {
          const padded = Uint8Array.of(1, 2, 3, ...id, 4);
          assert.equal(table.find(padded, 3), -1);
          const slot = table.add(padded, 3, value);
          table.setFlags(slot, Number(value & 0xffn));
          table.setLink(slot, Number(value >> 32n));
        }
        assert.equal(table.size, entries.length);
        for (const [id, value] of entries) {
          const slot = table.find(id, 0);
          assert.equal(table.keyOf(slot), value);
          assert.equal(table.flags(slot), Number(value & 0xffn), "flags move with their entry");
          assert.equal(table.link(slot), Number(value >> 32n), "so does the number of the link");
          table.clearFlags(slot, 0x55);
          assert.equal(table.flags(slot), Number(value & 0xaan));
          assert.equal(table.find(id, 0), slot, "flags are no part of the id");
        }
        assert.equal(
          table.find(other, 0) >= 0,
          entries.some(([id]) => id.join() === other.join()),
        );
      },
    ),
    { numRuns: 20 },
  );
});

test("neighbouring serial numbers stay quick to find", () => {
  const table = new VinTable();
  const serial = (i: number) => Buffer.from(`LSGTEST12${String(i).padStart(8, "0")}`);
  for (let i = 0; i < 100_000; i++) table.add(serial(i), 0, BigInt(i));
  const before = process.threadCpuUsage();
  for (let i = 0; i < 100_000; i++) assert.equal(table.keyOf(table.find(serial(i), 0)), BigInt(i));
  const { user, system } = process.threadCpuUsage(before);
  assert.ok(user + system < 2_000_000, `${user + system} µs`);
});

test("a full table starts anew instead of growing", () => {
  const table = new VinTable(10);
  const id = (i: number) => Buffer.from(String(i).padStart(VIN_BYTES, "0"));
  for (let i = 0; i < 25; i++) {
    if (table.find(id(i), 0) < 0) table.add(id(i), 0, BigInt(i));
    assert.ok(table.size <= 10);
    assert.equal(table.keyOf(table.find(id(i), 0)), BigInt(i));
  }
});

test("an id is a vehicle's when it is written like a VIN", () => {
  const bytes = (id: string) => new TextEncoder().encode(id.padEnd(17, "\0"));
  assert.equal(looksLikeVin(bytes("LTESTVNN000000001"), 0), true);
  for (const id of ["PLATFORM-07", "ltestvnn000000001", "LTESTVNN00000001", "沙漏"]) {
    assert.equal(looksLikeVin(bytes(id), 0), false, id);
  }
});
