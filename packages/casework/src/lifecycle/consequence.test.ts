/** What an action comes to is said before it is taken. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ACCIDENT_CASE, RECALL_CASE } from "../mod.ts";
import { DEADLINES } from "../time/deadlines.ts";
import { CN_WORK_CALENDAR } from "../time/work-calendar-cn.ts";
import { ACCIDENT_REPORT } from "../accident/testing.ts";
import { acceptedRecallInput } from "../recall/testing.ts";
import { consequenceOf, type Consequence } from "./consequence.ts";
import type { CaseAction, Folded, Json, Lifecycle } from "./definition.ts";
import { apply, fold } from "./fold.ts";

const OPTIONS = { calendar: CN_WORK_CALENDAR, deadlines: DEADLINES };
const AT = Date.UTC(2026, 10, 23, 1);

function taken(lifecycle: unknown, before: unknown, role: string, name: string, input: Json): Consequence {
  const actor = { id: `acc_${role}`, role, organisation: "maker-a" } as CaseAction["actor"];
  const outcome = apply(
    lifecycle as Lifecycle,
    before as Folded | undefined,
    { id: name, name, at: AT, actor, input },
    OPTIONS,
  );
  assert.ok(outcome.kind === "accepted", JSON.stringify(outcome));
  return consequenceOf(lifecycle as Lifecycle, before as Folded | undefined, outcome);
}

const reported = (): unknown =>
  fold(
    ACCIDENT_CASE as unknown as Lifecycle,
    [
      {
        id: "1",
        name: "report",
        at: AT,
        actor: { id: "acc_OEM", role: "OEM", organisation: "maker-a" },
        input: ACCIDENT_REPORT,
      },
    ],
    OPTIONS,
  );

const sentAlready = (): unknown => ({
  ...(reported() as object),
  data: {
    ...(reported() as { data: object }).data,
    reports: { samrBasic: { status: "accepted", submittedAt: AT - 1 } },
  },
});

describe("what an action comes to", () => {
  it("is the clocks that begin by what is entered, with their due times, and who is told", () => {
    const facts = { ...ACCIDENT_REPORT, happenedAt: "2026-11-23T00:00:00Z", fire: true };
    const { state, documents, duties, told } = taken(ACCIDENT_CASE, undefined, "OEM", "report", {
      ...facts,
      injured: 0,
      dead: 0,
      majorSocialImpact: false,
    });
    const hurt = taken(ACCIDENT_CASE, undefined, "OEM", "report", { ...facts, injured: 1 });
    const due = (consequence: Pick<Consequence, "duties">) =>
      consequence.duties.find(({ obligation }) => obligation.code === "samrBasic")?.obligation.dueAt;
    assert.deepEqual([state, documents], ["REPORTED", ["acknowledgement"]]);
    assert.ok(duties.every(({ how }) => how === "opened"));
    assert.deepEqual(
      [due({ duties }), due(hurt)],
      [12, 6].map((hours) => Date.UTC(2026, 10, 23, hours)),
    );
    assert.deepEqual(told, ["SAMR", "RECALL_CENTER", "EIDC", "LOCAL_IIT", "TRAFFIC_POLICE", "FIRE", "OEM", "IMPORTER"]);
  });

  it("is the duty that is met, and that the case keeps its state", () => {
    const sent = taken(ACCIDENT_CASE, reported(), "OEM", "submitReport", { report: "samrBasic", reference: "SAMR-1" });
    assert.equal(sent.state, undefined);
    assert.deepEqual(
      sent.duties.map(({ how, obligation }) => [how, obligation.code]),
      [["met", "samrBasic"]],
    );
    assert.deepEqual([sent.documents, sent.raised, sent.lowered], [[], [], []]);
    const supplemented = taken(ACCIDENT_CASE, sentAlready(), "OEM", "supplementReport", {
      report: "samrBasic",
      reference: "SAMR-2",
      what: "One dead",
      reasons: "Died later",
    });
    assert.deepEqual(
      supplemented.told,
      ["SAMR", "RECALL_CENTER"],
      "persons only: who sees all by a token reads no notices",
    );
  });

  it("names only the document that is issued by the outcome that was entered", () => {
    const evaluated = {
      ...(fold(RECALL_CASE as unknown as Lifecycle, [lead()], OPTIONS) as object),
      state: "EFFECT_EVALUATION",
    };
    const data = {
      ...(evaluated as unknown as Folded<string, string, object>).data,
      affected: 10,
      excluded: 0,
      remediedIn: { "2026-Q4": 10 },
    };
    const entered = acceptedRecallInput("evaluateEffect") as object;
    const issued = (outcome: string) =>
      taken(RECALL_CASE, { ...evaluated, data }, "SAMR", "evaluateEffect", { ...entered, outcome }).documents;
    assert.deepEqual([issued("effective"), issued("wider")], [["closingNote"], ["correctiveOrder"]]);
  });
});

function lead(): CaseAction {
  return {
    id: "1",
    name: "reportDefect",
    at: AT,
    actor: { id: "acc_OEM", role: "OEM", organisation: "maker-a" },
    input: acceptedRecallInput("reportDefect")!,
  };
}
