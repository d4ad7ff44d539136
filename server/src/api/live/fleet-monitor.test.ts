import assert from "node:assert/strict";
import { test } from "node:test";
import { Assurance, Disposition, ObservationBlock } from "@sandglass/signals";
import { FleetMonitor, ONLINE_MS } from "./fleet-monitor.ts";

interface Row {
  readonly vehicle: bigint;
  readonly received: number;
  readonly event?: number;
  readonly disposition?: number;
}

function blockOf(rows: readonly Row[]): ObservationBlock {
  const block = new ObservationBlock(Math.max(1, rows.length));
  for (const row of rows) {
    const at = block.rows;
    block.putRaw(new Uint8Array(1));
    block.vehicle[at] = row.vehicle;
    block.receiveTime[at] = row.received;
    block.eventTime[at] = row.event ?? row.received;
    block.disposition[at] = row.disposition ?? Disposition.accepted;
    block.assurance[at] = Assurance.platform;
    block.command[at] = 0x02;
    block.endRow();
  }
  return block;
}

const START = Date.UTC(2026, 10, 22, 8, 0, 0);

test("a vehicle is online for two minutes after its last frame, then silent", () => {
  const clock = { now: START };
  const fleet = new FleetMonitor(() => clock.now);
  fleet.note(
    blockOf([
      { vehicle: 1n, received: START },
      { vehicle: 2n, received: START - ONLINE_MS + 10 },
    ]),
  );
  assert.deepEqual(fleet.keysWhere(true, 2), [1n, 2n]);
  assert.equal(fleet.keysWhere(true, 1), undefined, "more than that");
  assert.equal(fleet.find(3n), undefined);
  clock.now += 20;
  assert.deepEqual([fleet.keysWhere(true, 2), fleet.keysWhere(false, 2)], [[1n], [2n]]);
  const { online, silent, frames } = fleet.figures("all");
  assert.deepEqual([online, silent, frames], [1, 1, 2]);
  assert.deepEqual(fleet.find(1n), {
    online: true,
    lastReceived: START,
    lastEvent: START,
    frames: 1,
    assurance: Assurance.platform,
  });
});

test("an old recording that is replayed now counts as sending now, and its age is no lag", () => {
  const fleet = new FleetMonitor(() => START);
  fleet.note(blockOf([{ vehicle: 1n, received: START, event: START - 86_400_000 * 900 }]));
  assert.equal(fleet.find(1n)?.online, true);
  assert.equal(fleet.lag(), undefined);
  fleet.note(blockOf([{ vehicle: 1n, received: START, event: START - 700 }]));
  assert.equal(fleet.lag()?.p50, 700);
});

test("frames per second and minute follow the stream, and fall to zero after it", () => {
  const clock = { now: START };
  const fleet = new FleetMonitor(() => clock.now);
  for (let second = 0; second < 120; second++) {
    clock.now = START + second * 1_000 + 500;
    fleet.note(blockOf(Array.from({ length: 50 }, (_, i) => ({ vehicle: BigInt(i), received: clock.now }))));
  }
  assert.deepEqual(fleet.figures("all"), { online: 50, silent: 0, frames: 6_000, lastMinute: 3_000, perSecond: 50 });
  const own = fleet.figures(new Set([0n, 1n, 99n]));
  assert.equal(own.frames, 240);
  assert.ok(Math.abs(own.lastMinute - 120) <= 4, String(own.lastMinute));
  clock.now += 3_600_000;
  assert.deepEqual(fleet.figures("all"), { online: 0, silent: 50, frames: 6_000, lastMinute: 0, perSecond: 0 });
  assert.equal(fleet.lag(), undefined);
});

test("what is quarantined counts as a frame but not as a sign of life", () => {
  const fleet = new FleetMonitor(() => START);
  fleet.note(
    blockOf([
      { vehicle: 1n, received: START, disposition: Disposition.clockAhead },
      { vehicle: 2n, received: START },
    ]),
  );
  assert.equal(fleet.find(1n), undefined);
  assert.equal(fleet.quarantined, 1);
  assert.equal(fleet.figures("all").frames, 2);
});

test("a vehicle of which history knows no report has its frames counted, and is neither online nor seen in 1970", () => {
  const fleet = new FleetMonitor(() => START);
  fleet.prime(1n, { lastReceived: START - 10, lastEvent: undefined, frames: 3 });
  assert.equal(fleet.find(1n), undefined);
  assert.equal(fleet.figures(new Set([1n])).frames, 3);
  assert.deepEqual(fleet.keysWhere(false, 10), []);
});

test("what history knows is taken up once and does not overwrite what is live", () => {
  const clock = { now: START };
  const fleet = new FleetMonitor(() => clock.now);
  fleet.prime(1n, { lastReceived: START - 10, lastEvent: START - 20, frames: 100 });
  fleet.primeTotal(100);
  fleet.note(blockOf([{ vehicle: 1n, received: START }]));
  fleet.prime(1n, { lastReceived: 0, lastEvent: 0, frames: 100 });
  assert.deepEqual(fleet.find(1n), {
    online: true,
    lastReceived: START,
    lastEvent: START,
    frames: 101,
    assurance: Assurance.platform,
  });
  assert.equal(fleet.figures("all").frames, 101);
});
