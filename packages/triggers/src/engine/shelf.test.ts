import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Places, REST, WINDOWS } from "./shelf.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Gives a subject of its own 3 kB on the shelf, and lets go of it. */
function visit(places: Places): void {
  const place = places.admit({});
  for (const part of [WINDOWS, REST] as const) places.keep(place, part, new Int32Array(250), 1000);
  assert.ok(places.bytes(place) >= 2000);
  assert.ok(places.room(place, 130).every((x) => x === 0));
}

describe("places on the shelf", () => {
  it("are left to others by subjects that nobody holds any more", async () => {
    const places = new Places();
    for (let round = 0; round < 20; round++) {
      for (let i = 0; i < 1000; i++) visit(places);
      collect();
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    assert.ok(places.slab.size <= 8 * 2 ** 20, `20,000 subjects came by, 1000 at a time: ${places.slab.size} bytes`);
  });

  it("give what grows a larger block, and what is forgotten none", () => {
    const places = new Places();
    const place = places.admit({});
    for (const bytes of [40, 4000, 900_000, 100]) {
      places.keep(place, REST, new Int32Array(bytes / 4).fill(7), bytes);
      const block = places.block(place, REST);
      assert.equal(places.slab.word(block, bytes / 4 - 1), 7);
      assert.ok(places.bytes(place) >= bytes && places.bytes(place) <= 1.3 * bytes + 96);
    }
    places.forget(place);
    assert.equal(places.bytes(place), 0);
  });
});
