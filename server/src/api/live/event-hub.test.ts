import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { Actor } from "../../records/mod.ts";
import { ClientQueue } from "./client-queue.ts";
import { EventHub, type LiveEvent, type NumberedEvent } from "./event-hub.ts";
import { isVisible } from "./visibility.ts";

const actor = (role: string, organisation = "", region?: string): Actor => ({
  kind: "person",
  id: role,
  role,
  organisation,
  region,
});
const finding = (id: string, organisation: string, region = "440300"): LiveEvent => ({
  topic: "finding",
  data: { id },
  extent: { organisations: [organisation], regions: [region] },
});

function watch(hub: EventHub, who: Actor): string[] {
  const seen: string[] = [];
  hub.subscribe({ actor: who, deliver: (event) => seen.push(event.data.id) });
  return seen;
}

test("an event reaches those who may see its thing, and nobody else", () => {
  const hub = new EventHub("run", isVisible);
  const regulator = watch(hub, actor("SAMR"));
  const own = watch(hub, actor("OEM", "a"));
  const rival = watch(hub, actor("OEM", "b"));
  const local = watch(hub, actor("LOCAL_IIT", "l", "440000"));
  const elsewhere = watch(hub, actor("LOCAL_IIT", "l", "310000"));
  const auditor = watch(hub, actor("AUDITOR"));
  hub.publish(finding("f1", "a"));
  hub.publish({ topic: "ledger", data: { id: "7" } });
  hub.publish({ topic: "alarm", data: { id: "SG_X" } });
  hub.publish({ topic: "finding", data: { id: "nobody's" } });
  assert.deepEqual(regulator, ["f1", "7", "SG_X", "nobody's"]);
  assert.deepEqual(own, ["f1", "7"]);
  assert.deepEqual(rival, ["7"]);
  assert.deepEqual(local, ["f1", "7"]);
  assert.deepEqual(elsewhere, ["7"]);
  assert.deepEqual(auditor, ["7", "SG_X"]);
});

test("a client resumes after the event it saw last, or is told that it missed some", () => {
  const hub = new EventHub("run", isVisible);
  for (let i = 1; i <= 10; i++) hub.publish(finding(`f${i}`, i % 2 === 0 ? "a" : "b"));
  assert.deepEqual(
    hub.since(7, actor("OEM", "a"))?.map((event) => event.number),
    [8, 10],
  );
  assert.deepEqual(hub.since(10, actor("SAMR")), []);
  assert.equal(hub.since(11, actor("SAMR")), undefined);
  for (let i = 0; i < 5_000; i++) hub.publish(finding("x", "a"));
  assert.equal(hub.since(10, actor("SAMR")), undefined);
  assert.equal(hub.since(hub.lastNumber - 100, actor("SAMR"))?.length, 100);
});

test("of one thing only the newest event is sent, in order, and a client that is far behind gets resync", () => {
  const numbered = (number: number, id: string): NumberedEvent => ({ ...finding(id, "a"), number });
  const queue = new ClientQueue();
  queue.add(numbered(1, "a"));
  queue.add(numbered(2, "b"));
  queue.add(numbered(3, "a"));
  assert.equal(
    queue.take("run", 3),
    'event: finding\nid: run-2\ndata: {"id":"b"}\n\nevent: finding\nid: run-3\ndata: {"id":"a"}\n\n',
  );
  assert.ok(queue.isEmpty);
  for (let i = 0; i < 600; i++) queue.add(numbered(10 + i, `f${i}`));
  assert.equal(queue.take("run", 700), "event: resync\nid: run-700\ndata: {}\n\n");
  assert.ok(queue.isEmpty);
});

test("whatever comes, the queue is bounded and keeps the newest state of each thing or says resync", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(700), { maxLength: 2_000 }), (ids) => {
      const queue = new ClientQueue();
      ids.forEach((id, i) => queue.add({ ...finding(`f${id}`, "a"), number: i + 1 }));
      const text = queue.take("r", ids.length);
      const events = text.split("\n\n").filter((part) => part !== "");
      if (new Set(ids).size > 500) assert.match(text, /^event: resync/);
      else if (!text.startsWith("event: resync")) {
        const numbers = events.map((event) => Number(/id: r-(\d+)/.exec(event)?.[1]));
        assert.deepEqual(
          numbers,
          [...new Map(ids.map((id, i) => [id, i + 1])).values()].sort((a, b) => a - b),
        );
      }
      assert.ok(events.length <= 500);
    }),
  );
});
