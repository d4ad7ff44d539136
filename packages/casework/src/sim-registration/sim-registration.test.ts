/** Real-name registration of a SIM, by stage. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CaseActor } from "../access/extent.ts";
import type { Json } from "../lifecycle/definition.ts";
import { hiddenFields } from "../lifecycle/visibility.ts";
import { refuses, Story } from "../story.fixture.ts";
import { SIM_REGISTRATION } from "./lifecycle.ts";
import { acceptedSimInput } from "./testing.ts";

const MAKER: CaseActor = { id: "maker", role: "OEM", organisation: "maker-a" };
const CLOCK: CaseActor = { id: "system:clock", role: "system:clock" };
const registered = () => new Story(SIM_REGISTRATION, acceptedSimInput).take(MAKER, "registerSim");
const verified = (soldAt: string, verifiedAt: string): Json => ({
  ...(acceptedSimInput("verifyOwner") as object),
  soldAt,
  verifiedAt,
});

describe("real-name registration", () => {
  it("R-5.29: before the sale the SIM is on record, at the sale the owner is verified, and a new owner anew", () => {
    const story = registered();
    assert.equal(story.state, "BEFORE_SALE");
    refuses(() => story.take(MAKER, "reportTransfer"), "state");
    const late = verified("2026-11-20T08:00:00Z", "2026-11-21T18:00:00Z");
    refuses(() => story.take(MAKER, "verifyOwner", late), "atSale");
    refuses(
      () => story.take(MAKER, "verifyOwner", verified("2099-01-02T00:00:00Z", "2099-01-01T00:00:00Z")),
      "verifiedBefore",
    );
    assert.equal(story.take(MAKER, "verifyOwner").state, "VERIFIED");
    story.take(MAKER, "reportTransfer", { transferredAt: "2026-11-23T01:00:00Z" });
    assert.equal(story.due("verifyNewOwner"), "2026-12-07 P");
    assert.deepEqual(story.take(CLOCK, "markOwnerUnverified").flags, ["LATE"]);
    story.take(MAKER, "verifyOwner", verified("2026-11-22T01:00:00Z", "2026-11-23T01:00:00Z"));
    assert.deepEqual([story.state, story.flags], ["VERIFIED", []]);
  });

  it("R-5.29: what was sold before is registered by the end of September 2022, and marked when it was later", () => {
    const inTime = registered().take(MAKER, "verifyOwner", verified("2021-05-01T00:00:00Z", "2022-09-30T15:59:59Z"));
    assert.deepEqual([inTime.state, inTime.flags], ["VERIFIED", []]);
    const late = registered().take(MAKER, "verifyOwner", verified("2021-05-01T00:00:00Z", "2022-09-30T16:00:00Z"));
    assert.deepEqual(late.flags, ["BACK_REGISTERED_LATE"]);
  });

  it("R-5.29: the SIM and the reference of the owner are read by the maker and the police alone", () => {
    const hidden = (role: CaseActor["role"]) => [...hiddenFields(SIM_REGISTRATION, role)].toSorted();
    assert.deepEqual(hidden("MIIT"), ["iccid", "owner", "replaced"]);
    for (const role of ["OEM", "TRAFFIC_POLICE"] as const) assert.deepEqual(hidden(role), []);
  });
});
