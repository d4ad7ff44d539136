import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ComplaintGate } from "./complaint-gate.ts";

const busy = (error: unknown) => (error as { readonly code?: string }).code === "SG_COMPLAINTS_BUSY";

describe("gate of the complaint channel", () => {
  it("takes a form once, not faster than a person writes, and not after half a day", () => {
    let now = 1_000_000;
    const gate = new ComplaintGate(() => now);
    const [ticket, forgotten] = [gate.issue(), gate.issue()];
    now += 2_999;
    assert.equal(gate.look(ticket), "tooFast");
    now += 1;
    assert.equal(gate.look(ticket), "good");
    assert.equal(gate.look(ticket), "good", "looking uses nothing up");
    gate.spend(ticket);
    assert.equal(gate.look(ticket), "used");
    now += 12 * 3_600_000;
    assert.equal(gate.look(forgotten), "stale");
  });

  it("takes no ticket that it did not sign", () => {
    const gate = new ComplaintGate(() => 5_000);
    const [at, nonce, signature] = gate.issue().split(".") as [string, string, string];
    for (const forged of ["", "a.b.c", `${at}.${nonce}`, `0.${nonce}.${signature}`, new ComplaintGate(() => 0).issue()])
      assert.equal(gate.look(forged), "stale", forged);
  });

  it("leaves room for others when one address floods it, and is closed to all when everybody does", () => {
    let now = 0;
    const gate = new ComplaintGate(() => now);
    for (let sent = 0; sent < 10; sent += 1) gate.take("a");
    assert.throws(() => gate.take("a"), busy);
    gate.take("b");
    for (let sent = 0; sent < 18; sent += 1) gate.take(`c${sent}`);
    assert.throws(() => gate.take("d"), busy);
    now += 60_000;
    gate.take("a");
  });
});
