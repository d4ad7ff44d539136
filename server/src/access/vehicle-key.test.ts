import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { createVehicleKeyer, parseVehicleId, vehicleIdOf } from "./vehicle-key.ts";

test("a key is positive, fits a signed 64-bit integer and depends on VIN and registry key", () => {
  const keyOf = createVehicleKeyer(Buffer.alloc(32, 1));
  const other = createVehicleKeyer(Buffer.alloc(32, 2));
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 17 }), fc.string({ minLength: 1, maxLength: 17 }), (a, b) => {
      assert.ok(keyOf(a) >= 0n && keyOf(a) < 1n << 63n);
      assert.equal(keyOf(a), keyOf(a));
      assert.notEqual(keyOf(a), other(a));
      if (Buffer.from(a, "latin1").compare(Buffer.from(b, "latin1")) !== 0) assert.notEqual(keyOf(a), keyOf(b));
    }),
  );
});

test("an id names exactly its key", () => {
  fc.assert(
    fc.property(fc.bigInt(0n, (1n << 63n) - 1n), (key) => {
      const id = vehicleIdOf(key);
      assert.match(id, /^veh_[0-9a-hjkmnp-tv-z]{13}$/);
      assert.equal(parseVehicleId(id), key);
    }),
  );
});

test("what is no id is not read as one", () => {
  for (const text of [
    "",
    "veh_",
    "veh_00000000000000",
    "veh_000000000000u",
    "veh_zzzzzzzzzzzzz",
    "fnd_0000000000000",
    "veh_000000000000 ",
  ]) {
    assert.equal(parseVehicleId(text), undefined, text);
  }
});
