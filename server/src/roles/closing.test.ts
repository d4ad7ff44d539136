import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Closing } from "./closing.ts";

function openClosing() {
  const told: string[] = [];
  const clock = { ms: 0 };
  const closing = new Closing({ warn: (_fields, text) => told.push(text) }, () => clock.ms);
  return { closing, told, clock };
}

describe("closing what was opened", () => {
  it("goes in the opposite order, tells what failed and what took long, and closes the rest", async () => {
    const { closing, told, clock } = openClosing();
    const closed: string[] = [];
    const close = (ms: number) => async (name: string) => {
      clock.ms += ms;
      closed.push(name);
    };
    closing.opened("records", "records", close(10));
    closing.opened("history", "history", close(2_340));
    closing.opened("gateway", "gateway", () => Promise.reject(new Error("no")));
    await closing.closeAll();
    assert.deepEqual(closed, ["history", "records"]);
    assert.deepEqual(told, ["while stopping gateway: Error: no", "stopping history took 2.3 s"]);
    closing.tellUnfinished();
    assert.equal(told.length, 2, "nothing is left");
  });

  it("names the step that is not finished, and those that wait for it", async () => {
    const { closing, told, clock } = openClosing();
    closing.opened("records", 0, async () => {});
    closing.opened("journal", 0, async () => {});
    closing.opened("supervision", 0, () => new Promise(() => {}));
    closing.opened("api", 0, async () => {});
    void closing.closeAll();
    await new Promise(setImmediate);
    clock.ms += 14_000;
    closing.tellUnfinished();
    assert.match(told[0]!, /at supervision, which has taken 14\.0 s; not begun: journal, records\./);
  });
});
