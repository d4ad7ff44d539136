import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { apply, fold } from "../lifecycle/fold.ts";
import { possibleActions } from "../lifecycle/possible.ts";
import type { CaseAction } from "../lifecycle/definition.ts";
import { statusOf } from "../lifecycle/obligation.ts";
import { acceptedInput, ACTORS, FIRING_INPUT } from "../testing.ts";
import { DEADLINES } from "../time/deadlines.ts";
import { DAY_MS } from "../time/shanghai.ts";
import { CN_WORK_CALENDAR } from "../time/work-calendar-cn.ts";
import { effectOfFiring, widens } from "./data.ts";
import { SANDBOX_PROJECT, SANDBOX_PROJECT_V1 } from "./lifecycle.ts";

const OPTIONS = { calendar: CN_WORK_CALENDAR, deadlines: DEADLINES };
const START = Date.UTC(2026, 10, 23, 2);
const WAY: readonly (readonly [keyof typeof ACTORS, string])[] = [
  ["oem", "create"],
  ["oem", "submit"],
  ["samr", "completenessOk"],
  ["samr", "panelOpinion"],
  ["samr", "admit"],
  ["oem", "signPlan"],
  ["samr", "planAgreed"],
  ["oem", "rehearse"],
  ["oem", "start"],
];

function history(more: readonly (readonly [keyof typeof ACTORS, string, number?, object?])[] = []): CaseAction[] {
  return [...WAY, ...more].map(([who, name, days = 0, input], index) => ({
    id: `a${index + 1}`,
    name,
    at: START + index * 1_000 + days * DAY_MS,
    actor: ACTORS[who],
    input: (input ?? acceptedInput(name)) as CaseAction["input"],
  }));
}

describe("effects of firings on a project", () => {
  it("takes what the plan says first, then what the trigger declares, then the ladder of the programme", () => {
    const set = {
      pack: "x",
      effects: [
        { trigger: "T", effect: "warn" as const },
        { trigger: "T", effect: "terminate" as const, level: 4 },
      ],
    };
    assert.deepEqual([effectOfFiring(set, "T", 3, "suspend"), effectOfFiring(set, "T", 4)], ["warn", "terminate"]);
    assert.deepEqual(
      [effectOfFiring(set, "OTHER", 1, "suspend"), effectOfFiring(set, "OTHER", 1)],
      ["suspend", "warn"],
    );
    assert.deepEqual(
      [0, 1, 2, 3, 4, 9].map((level) => effectOfFiring(undefined, "T", level)),
      ["warn", "warn", "restrict", "suspend", "suspend", "suspend"],
    );
  });

  it("R-6.26: the co-issuing departments are still to be told of a suspension that was lifted, of deception, of a project that was terminated or withdrawn", () => {
    const suspended = history([["trigger", "riskTrigger"]]);
    const after = (name: string, at: number): CaseAction => ({
      ...suspended.at(-1)!,
      id: name,
      name,
      actor: ACTORS.samr,
      at: suspended.at(-1)!.at + at,
      input: acceptedInput(name) as CaseAction["input"],
    });
    const duty = (actions: readonly CaseAction[]) =>
      fold(SANDBOX_PROJECT, [...suspended, ...actions], OPTIONS).obligations.find(
        ({ code }) => code === "informCoAuthorities",
      )!.ended?.how;
    for (const name of ["deception", "illegal"]) {
      assert.equal(duty([after(name, 1_000)]), undefined, name);
      assert.equal(duty([after(name, 1_000), after("informCoAuthorities", 2_000)]), "met", name);
    }
    const lifted = [
      { ...after("submitMitigation", 1_000), actor: ACTORS.oem },
      after("mitigationAccepted", 2_000),
      after("informCoAuthorities", 3_000),
    ];
    assert.equal(duty(lifted), "met");
    const terminated = [
      after("mitigationFailed", 1_000),
      after("confirm", 2_000),
      { ...after("confirm", 3_000), id: "second", actor: ACTORS.samr2 },
    ];
    assert.equal(duty(terminated), undefined, "terminated");
    assert.equal(duty([...terminated, after("informCoAuthorities", 4_000)]), "met");
    const withdrawn = [{ ...after("withdraw", 1_000), actor: ACTORS.oem }];
    assert.equal(duty(withdrawn), undefined, "withdrawn");
    assert.equal(duty([...withdrawn, after("informCoAuthorities", 2_000)]), "met");
  });

  it("records finding, rule, version, margin and sentence in the action itself", () => {
    const folded = fold(SANDBOX_PROJECT, history([["trigger", "riskTrigger"]]), OPTIONS);
    assert.equal(folded.state, "SUSPENDED");
    assert.deepEqual(folded.data.suspension?.reason, FIRING_INPUT.sentence);
    assert.deepEqual(
      folded.data.findings.map((each) => [each.finding, each.effect]),
      [[FIRING_INPUT.finding, "suspend"]],
    );
  });
});

describe("limits", () => {
  it("are wider when anything is allowed that was not", () => {
    const limits = { maxVehicles: 20, maxSpeed: 100, regions: ["310000"], dailyFrom: "08:00", dailyTo: "18:00" };
    assert.ok(
      !widens(limits, limits) && !widens(limits, { ...limits, maxVehicles: 10, dailyFrom: "09:00", regions: [] }),
    );
    for (const wider of [
      { maxVehicles: 21 },
      { maxSpeed: 101 },
      { regions: ["310000", "110000"] },
      { dailyFrom: "07:00" },
      { dailyTo: "19:00" },
    ])
      assert.ok(widens(limits, { ...limits, ...wider }), JSON.stringify(wider));
    const invited = { ...limits, users: "200 invited persons" };
    assert.ok(widens(invited, { ...limits, users: "Everybody" }) && widens(invited, limits));
    assert.ok(!widens(invited, invited) && !widens(limits, invited), "users are named where none were");
    const { maxSpeed: _, ...unlimited } = limits;
    assert.ok(widens(limits, unlimited), "a limit that is dropped is a limit that is widened");
  });
});

describe("plan", () => {
  it("voids a signature and a rehearsal when its text changes", () => {
    const signed = history().slice(0, 6);
    const edited: CaseAction[] = [
      ...signed,
      { id: "e", name: "editPlan", at: START + 60_000, actor: ACTORS.samr, input: { months: 6 } },
    ];
    const folded = fold(SANDBOX_PROJECT, edited, OPTIONS);
    assert.notEqual(folded.data.enterpriseSignature?.planRevision, folded.data.planRevision);
    assert.throws(
      () =>
        fold(
          SANDBOX_PROJECT,
          [{ id: "p", name: "planAgreed", at: START + 70_000, actor: ACTORS.samr, input: {} }],
          OPTIONS,
          folded,
        ),
      /has not signed this text/,
    );
  });

  it("runs for the months it names; an extension moves the due time and keeps the old one", () => {
    const before = fold(SANDBOX_PROJECT, history(), OPTIONS);
    const after = fold(SANDBOX_PROJECT, history([["samr", "extend", 1]]), OPTIONS);
    const period = (folded: typeof before) => folded.obligations.find((each) => each.code === "testPeriod")!;
    assert.equal(new Date(period(before).dueAt!).toISOString().slice(0, 10), "2027-11-23");
    assert.equal(new Date(period(after).dueAt!).toISOString().slice(0, 10), "2028-02-23");
    assert.deepEqual(period(after).formerDue, [period(before).dueAt]);
  });
});

describe("extensions", () => {
  it("R-6.31: say before the decision what is asked for, what the programme allows and how sure that is, and when the test ends", () => {
    const remarks = (actions: CaseAction[]) =>
      possibleActions(SANDBOX_PROJECT, fold(SANDBOX_PROJECT, actions, OPTIONS), ACTORS.samr, START + DAY_MS).find(
        ({ name }) => name === "extend",
      )?.remarks;
    const request = { months: 5, reasons: "Winter is missing" };
    const asked = remarks(history([["oem", "requestExtension", 1, request]]))!;
    assert.deepEqual(
      asked.map(({ en }) => en),
      [
        "Asked for: 5 months, because: Winter is missing",
        "The programme allows 12 months at most for each extension; 1 of 1 left (R-1.17, product proposal, not law)",
        "The test runs for 12 months now, until 2027-11-23 23:59 (UTC+8)",
      ],
    );
    assert.match(asked[0]!.zh, /申请延长 5 个月，理由：Winter is missing/);
    assert.equal(remarks(history())!.length, 2, "nothing is asked for");
    assert.equal(remarks(history([["samr", "extend", 1]])), undefined, "none is left");
  });
});

describe("obligations", () => {
  it("pause the decision while the application is with the applicant", () => {
    const actions: CaseAction[] = [
      ...history().slice(0, 2),
      { id: "r", name: "incomplete", at: START + 10 * DAY_MS, actor: ACTORS.samr, input: { missing: ["x"] } },
    ];
    const waiting = fold(SANDBOX_PROJECT, actions, OPTIONS);
    const decision = (folded: typeof waiting) => folded.obligations.find((each) => each.code === "decision")!;
    assert.equal(statusOf(decision(waiting), START + 400 * DAY_MS), "paused");
    const back = fold(
      SANDBOX_PROJECT,
      [{ id: "s", name: "resubmit", at: START + 20 * DAY_MS, actor: ACTORS.oem, input: {} }],
      OPTIONS,
      waiting,
    );
    const unpaused = fold(SANDBOX_PROJECT, history().slice(0, 2), OPTIONS);
    assert.equal(decision(back).dueAt! - decision(unpaused).dueAt!, 10 * DAY_MS);
    assert.deepEqual(decision(back).formerDue, [decision(unpaused).dueAt]);
  });

  it("are pending, overdue, met in time or met late, by the clock that is passed in", () => {
    const folded = fold(SANDBOX_PROJECT, history([["trigger", "warnTrigger"]]), OPTIONS);
    const task = folded.obligations.find((each) => each.code === "correctiveTask")!;
    assert.deepEqual([statusOf(task, START), statusOf(task, START + 7 * DAY_MS)], ["pending", "overdue"]);
    const done = (days: number) =>
      fold(
        SANDBOX_PROJECT,
        [
          {
            id: "d",
            name: "taskDone",
            at: START + days * DAY_MS,
            actor: ACTORS.oem,
            input: { task: task.id, evidence: "Report" },
          },
        ],
        OPTIONS,
        folded,
      ).obligations.find((each) => each.id === task.id)!;
    assert.deepEqual(
      [statusOf(done(2), START + 9 * DAY_MS), statusOf(done(7), START + 9 * DAY_MS)],
      ["met", "metLate"],
    );
  });
});

describe("versions of the lifecycle", () => {
  it("fold a project without the terms of a programme to the same, so that the first version's histories stand", () => {
    const actions = history([
      ["trigger", "warnTrigger"],
      ["trigger", "riskTrigger"],
      ["oem", "submitMitigation", 2],
      ["samr", "mitigationAccepted", 3],
      ["oem", "planDone", 9],
      ["oem", "finalReport", 20],
    ]);
    assert.deepEqual(fold(SANDBOX_PROJECT_V1, actions, OPTIONS), fold(SANDBOX_PROJECT, actions, OPTIONS));
  });

  it("give the first none of the later actions", () => {
    for (const name of ["castBallot", "exclude", "decideTolerance", "consentPublication", "approveTacitly"])
      assert.equal(SANDBOX_PROJECT_V1.actions[name], undefined, name);
  });

  it("R-1.18: an incident's duty to report survives the end of the test, a tolerance never covers an injury", () => {
    const incident = { what: "Hacked", happenedAt: "2026-11-23T02:00:00Z", injured: 1, dead: 0, kind: "cyber" };
    const folded = fold(
      SANDBOX_PROJECT,
      history([
        ["oem", "reportIncident", 0, incident],
        ["oem", "planDone"],
        ["oem", "finalReport"],
        ["samr", "finalEvaluation"],
      ]),
      OPTIONS,
    );
    const open = folded.obligations.filter((each) => each.ended === undefined);
    assert.deepEqual(
      open.map((each) => [each.code, each.dueAt]),
      [["cyberIncident", Date.UTC(2026, 10, 23, 6)]],
    );
    const attempt = (name: string, input: object) =>
      apply(
        SANDBOX_PROJECT,
        folded,
        { id: "x", name, at: folded.since, actor: ACTORS.samr, input: input as never },
        OPTIONS,
      );
    const exit = attempt("toRoutine", { reasons: "Stable" });
    assert.ok(exit.kind === "refused" && exit.refusal.kind === "guard" && exit.refusal.guard === "incidentsReported");
    const tolerance = { ...(acceptedInput("decideTolerance") as object), incident: folded.data.incidents?.[0]?.id };
    for (const input of [tolerance, { ...tolerance, incident: undefined, matter: "concealment" }]) {
      const outcome = attempt("decideTolerance", JSON.parse(JSON.stringify(input)) as object);
      assert.ok(
        outcome.kind === "refused" && outcome.refusal.kind === "guard" && outcome.refusal.guard === "tolerable",
      );
    }
    assert.equal(attempt("decideTolerance", acceptedInput("decideTolerance") as object).kind, "accepted");
    const reported = attempt("dutyReported", { duty: open[0]!.id, reference: "CAC-7" });
    assert.ok(reported.kind === "refused", "the market regulator does not report for the enterprise");
  });

  it("R-6.36 X-10: a serious AI incident is reported in 15 days, after a death in 10, when widespread in 2, from the incident on", () => {
    const due = (fields: object) => {
      const incident = { what: "Harm", happenedAt: "2026-11-23T02:00:00Z", injured: 0, dead: 0, ...fields };
      const { obligations } = fold(SANDBOX_PROJECT, history([["oem", "reportIncident", 3, incident]]), OPTIONS);
      const { startAt, dueAt } = obligations.find((each) => each.code === "aiIncident")!;
      assert.equal(startAt, Date.UTC(2026, 10, 23, 2));
      return Math.floor(((dueAt ?? 0) - startAt) / DAY_MS);
    };
    assert.deepEqual(
      [due({ kind: "aiSerious" }), due({ kind: "aiSerious", dead: 1 }), due({ kind: "aiWidespread" })],
      [15, 10, 2],
    );
  });

  it("R-6.35: counts of consents are kept, and never more withdrawals than consents", () => {
    const accepted = fold(SANDBOX_PROJECT, history([["oem", "updateParticipants"]]), OPTIONS);
    assert.equal(accepted.data.participants?.withdrawn, 1);
    const wrong = { consented: 1, withdrawn: 2, deleted: 0, compensated: 0 };
    assert.throws(() => fold(SANDBOX_PROJECT, history([["oem", "updateParticipants", 0, wrong]]), OPTIONS));
  });
});
