import assert from "node:assert/strict";
import { test } from "node:test";
import { Turns } from "./turns.ts";

test("no more than the limit run at once, in order, also when some fail", async () => {
  const turns = new Turns(2, 100);
  let running = 0;
  let most = 0;
  const started: number[] = [];
  const results = await Promise.allSettled(
    Array.from({ length: 9 }, (_, i) =>
      turns.run(async () => {
        started.push(i);
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 2));
        running--;
        if (i % 3 === 0) throw new Error("refused");
        return i;
      }),
    ),
  );
  assert.equal(most, 2);
  assert.deepEqual(started, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
  assert.deepEqual(
    results.map((result) => (result.status === "fulfilled" ? result.value : "rejected")),
    ["rejected", 1, 2, "rejected", 4, 5, "rejected", 7, 8],
  );
});

test("what does not find room to wait is refused at once, and the others go on", async () => {
  const turns = new Turns(1, 1);
  let finish = () => {};
  const first = turns.run(() => new Promise<string>((resolve) => (finish = () => resolve("first"))));
  const second = turns.run(() => Promise.resolve("second"));
  await assert.rejects(turns.run(() => Promise.resolve("third")));
  finish();
  assert.deepEqual(await Promise.all([first, second]), ["first", "second"]);
  assert.equal(await turns.run(() => Promise.resolve("fourth")), "fourth");
});
