import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ALL, DAY, fixture, SALT } from "./segments.fixture.ts";

test(
  "sums of the fleet follow at once in rest, and wait while segments wait to be stored",
  { timeout: 60_000 },
  async (context) => {
    const files = fixture();
    const history = await files.open();
    try {
      let stored = 0;
      const store = async (waiting: number): Promise<void> => {
        await history.insertSegment(files.segment([{ vehicle: 7n, time: DAY + stored++ * 1000 }]), SALT, waiting);
      };
      const received = async (): Promise<number> => (await history.fleetTotals(ALL, { onlineSince: 0 })).received;
      await store(0);
      while ((await received()) < 1) await sleep(50);
      for (let i = 0; i < 3; i++) await store(2);
      await sleep(4_000);
      assert.equal(await received(), 1);
      await store(1);
      const behind = performance.now();
      while ((await received()) < stored) await sleep(50);
      context.diagnostic(`all are in the sums after ${Math.round(performance.now() - behind)} ms`);
    } finally {
      await history.close();
      files.remove();
    }
  },
);
