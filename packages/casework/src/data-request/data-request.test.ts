/** Within which days a person's request is answered, and by what. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { refuses, Story } from "../story.fixture.ts";
import { DATA_REQUEST, type DataRequestData } from "./lifecycle.ts";
import { acceptedDataRequestInput } from "./testing.ts";

const MAKER = { id: "maker", role: "OEM", organisation: "maker-a" } as const;
const CLOCK = { id: "system:clock", role: "system:clock" } as const;
const RECEIPT = acceptedDataRequestInput("receiveRequest") as object;
const received = (fields: object = {}) =>
  new Story<DataRequestData>(DATA_REQUEST, acceptedDataRequestInput).take(MAKER, "receiveRequest", {
    ...RECEIPT,
    ...fields,
  });
const dueOf = ({ folded }: ReturnType<typeof received>): readonly [string, string] => {
  const [duty] = folded.obligations;
  return [new Date(duty!.dueAt! + 8 * 3_600_000).toISOString().slice(0, 10), duty!.certainty];
};

describe("request of a person about its data", () => {
  it("R-5.43: is deleted within ten working days of the request, unverified, however late it was entered", () => {
    const story = received();
    assert.deepEqual(dueOf(story), ["2026-12-04", "M"]);
    refuses(() => story.take(MAKER, "completeRequest"), "state");
    story.take(MAKER, "verifyPerson");
    refuses(() => story.take(MAKER, "completeRequest", { result: "Deleted", told: false }), "told");
    assert.deepEqual(story.take(CLOCK, "markRequestLate").folded.flags, ["LATE"]);
    assert.equal(story.take(MAKER, "completeRequest").folded.obligations[0]!.ended?.how, "met");
    refuses(() => received({ receivedAt: "2027-01-01T00:00:00Z" }), "receivedBefore");
  });

  it("an owner may look at data of operation, accidents and faults; the days are ours", () => {
    const story = received({ request: "query" });
    assert.deepEqual(dueOf(story), ["2026-12-11", "P"]);
    assert.equal(story.take(MAKER, "refuseRequest").folded.state, "REFUSED");
    assert.match(story.data.reasons ?? "", /life of the product/);
  });
});
