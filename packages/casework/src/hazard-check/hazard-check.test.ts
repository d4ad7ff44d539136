/** What the yearly hazard check demands by mileage, and until when. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CaseActor } from "../access/extent.ts";
import type { Folded, Json, Lifecycle } from "../lifecycle/definition.ts";
import { apply } from "../lifecycle/fold.ts";
import { DEADLINES } from "../time/deadlines.ts";
import { CN_WORK_CALENDAR } from "../time/work-calendar-cn.ts";
import { BANDS, dueOf } from "./data.ts";
import { HAZARD_CHECK } from "./lifecycle.ts";
import { acceptedHazardCheckInput } from "./testing.ts";

const CASE = HAZARD_CHECK as unknown as Lifecycle;
const EIDC: CaseActor = { id: "eidc", role: "EIDC" };
const MAKER: CaseActor = { id: "maker", role: "OEM", organisation: "maker-a" };

function take(folded: Folded | undefined, actor: CaseActor, name: string, input?: Json): Folded {
  const action = {
    id: String(folded?.version ?? 0),
    name,
    at: Date.UTC(2027, 1, 1) + (folded?.version ?? 0) * 3_600_000,
    actor,
    input: input ?? acceptedHazardCheckInput(name) ?? {},
  };
  const outcome = apply(CASE, folded, action, { calendar: CN_WORK_CALENDAR, deadlines: DEADLINES });
  if (outcome.kind === "accepted") return outcome.folded;
  throw new Error("guard" in outcome.refusal ? outcome.refusal.guard : outcome.refusal.kind);
}
const checking = (): Folded =>
  [
    [EIDC, "announceCheck"],
    [MAKER, "planCheck"],
    [MAKER, "remindOwners"],
    [MAKER, "startCheck"],
  ].reduce<Folded | undefined>((folded, [actor, name]) => take(folded, actor as CaseActor, name as string), undefined)!;

describe("hazard check of the year", () => {
  it("R-2.20: samples operating vehicles by mileage, 5, 10 and 20 percent at least, and is due on the day of the notice", () => {
    assert.deepEqual(
      [dueOf("below100", 1_000), dueOf("to200", 101), dueOf("above200", 11)],
      [50, 11, 3],
      "rounded up: a share is a least",
    );
    const folded = checking();
    assert.equal(folded.obligations[0]!.dueAt, Date.parse("2027-07-31T15:59:59.999Z"));
    assert.equal(folded.obligations[0]!.certainty, "S");
    for (const band of Object.keys(BANDS)) {
      const results = acceptedHazardCheckInput("reportCheck") as { readonly checked: Record<string, number> };
      const short = { ...results, checked: { ...results.checked, [band]: results.checked[band]! - 1 } };
      assert.throws(() => take(folded, MAKER, "reportCheck", short as Json), { message: "sampled" }, band);
    }
    const closed = take(take(take(folded, MAKER, "reportCheck"), EIDC, "startSpotCheck"), EIDC, "endSpotCheck");
    assert.equal(closed.state, "CLOSED");
    assert.throws(() => take(folded, { ...MAKER, organisation: "maker-b" }, "reportCheck"), { message: "role" });
  });

  it("owners of private cars are told when to come in, and reminded", () => {
    const { data } = checking() as {
      readonly data: { readonly returnConditions: string; readonly reminders: unknown[] };
    };
    assert.match(data.returnConditions, /collision or flooding/);
    assert.deepEqual(data.reminders, [{ at: "2027-02-01", channel: "sms", owners: 900 }]);
  });

  it("a report that a spot check does not bear out is owed again by the day of the notice", () => {
    const spot = take(take(checking(), MAKER, "reportCheck"), EIDC, "startSpotCheck");
    const back = take(spot, EIDC, "endSpotCheck", { spotCheck: "Two of ten were not checked", convincing: false });
    assert.deepEqual([back.state, back.obligations[0]!.ended], ["CHECKING", undefined]);
  });
});
