/**
 * Every state and every end of a sandbox project, of vehicles and of an AI service, reached over HTTP on the real database by the
 * people who may lead there.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SANDBOX_STATES, type SandboxState } from "@sandglass/casework";
import { acceptedInput } from "@sandglass/casework/testing";
import { SYSTEM_TRIGGER } from "../../records/mod.ts";
import { getCase } from "../engine/store.ts";
import { walkCases } from "../http.fixture.ts";
import { checkCase } from "../mod.ts";
import { programmesUnderTest } from "../programmes.fixture.ts";
import { type PEOPLE, PLAN, TO_TESTING } from "../world.fixture.ts";

type Step =
  | readonly [who: keyof typeof PEOPLE, action: string, input?: object]
  | { readonly fires: string; readonly level?: number; readonly assurance?: number }
  | { readonly days: number };

const TEST: readonly Step[] = TO_TESTING;
const UP_TO = (action: string): readonly Step[] =>
  TO_TESTING.slice(0, TO_TESTING.findIndex((step) => step[1] === action) + 1);
const REPORTED: readonly Step[] = [
  ["oem", "finalReport"],
  ["expert", "finalEvaluation"],
];

const FIVE = ["Chen", "Li", "Wang", "Zhao", "Qian"].map((name) => ({ name, freeOfInterest: true, vote: "for" }));

/** Ways to every end, each with what lies on it. */
const WAYS: Readonly<Record<string, readonly Step[]>> = {
  "is withdrawn as a draft": [["oem", "withdraw"]],
  "is returned, completed and refused; the appeal is rejected": [
    ["oem", "submit"],
    ["samr", "incomplete"],
    ["oem", "edit", { summary: "completed" }],
    ["oem", "resubmit"],
    ["samr", "completenessOk", { experts: ["acc_expert"] }],
    ["expert", "panelOpinion"],
    ["samr", "refuse"],
    ["oem", "appeal"],
    ["samr", "appealRejected"],
  ],
  "is refused; the appeal is upheld and the project admitted": [
    ...UP_TO("panelOpinion"),
    ["samr", "refuse"],
    ["oem", "appeal"],
    ["samr", "appealUpheld"],
    ["expert", "panelOpinion"],
    ["samr", "admit"],
  ],
  "lapses when an application is not completed in time": [["oem", "submit"], ["samr", "incomplete"], { days: 40 }],
  "lapses when a test does not start in time": [...UP_TO("planAgreed"), { days: 200 }],
  "is warned, corrected, extended, amended and promoted": [
    ...TEST,
    { fires: "EV-BAT-002", level: 1 },
    ["oem", "taskDone"],
    ["samr", "extend"],
    ["oem", "amend", { reasons: "Fewer vehicles", vehicles: PLAN.vehicles.slice(0, 1) }],
    ["oem", "controlledChange"],
    ["samr", "logContact"],
    ["samr", "regrade"],
    ["oem", "planDone"],
    ["oem", "finalReport"],
    // The tier is high by now: it demands five.
    ["samr", "finalEvaluation", { experts: FIVE, opinion: "Stable" }],
    ["samr", "issueProof"],
    ["samr", "promote"],
  ],
  "is restricted by rule, lifted, and exits with conditions": [
    ...TEST,
    { fires: "UNNAMED", level: 2 },
    ["samr", "lift"],
    ["samr", "authorityOrder"],
    ["samr", "lift"],
    ["oem", "planDone"],
    ...REPORTED,
    ["samr", "improve"],
  ],
  "is demanded to be suspended on weak data, which a person dismisses": [
    ...TEST,
    { fires: "EV-BAT-001", assurance: 0 },
    ["samr", "dismissConfirmation"],
    ["samr", "lift"],
    ["oem", "planDone"],
    ...REPORTED,
    ["samr", "toRoutine"],
  ],
  "is withdrawn while suspended": [
    ...TEST,
    { fires: "EV-BAT-001" },
    ["samr", "informCoAuthorities"],
    ["oem", "withdraw"],
    ...REPORTED,
    ["samr", "withdrawn"],
  ],
  "expires and exits as expired": [...TEST, { days: 400 }, ...REPORTED, ["samr", "expired"]],
  "halts for a defect, fails its mitigation, and is terminated by two persons": [
    ...TEST,
    ["samr", "defectConfirmed"],
    ["oem", "submitMitigation"],
    ["samr", "mitigationFailed"],
    ["samr", "confirm"],
    ["samr2", "confirm", {}],
    ["samr", "informCoAuthorities"],
  ],
  "is suspended by an incident and terminated because nobody answers": [
    ...TEST,
    ["oem", "severeIncident"],
    { days: 40 },
    ["samr", "confirm"],
    ["samr2", "confirm", {}],
  ],
  "is put up for termination by a trigger, which two persons drop": [
    ...TEST,
    { fires: "TERMINATES", level: 4 },
    ["samr", "dropTermination"],
    ["samr2", "dropTermination", {}],
    ["samr", "mitigationAccepted", { to: "RESTRICTED", evidence: "x", decidedBy: "panel", reasons: "x" }],
    ["oem", "withdraw"],
  ],
};

const EFFECTS = [...PLAN.triggerSet.effects, { trigger: "TERMINATES", effect: "terminate" as const }];
for (const [programme, walked] of Object.entries(programmesUnderTest(EFFECTS)))
  describe(`every state of a project of ${programme}`, () => {
    const { application, inputs, subjects, officers } = walked;
    const walk = walkCases();
    const reached = new Set<string>();

    for (const [story, steps] of Object.entries(WAYS)) {
      it(`R-1.11 R-1.20: a project ${story}`, async () => {
        const created = await walk.ask("oem", "POST", "/projects", application);
        assert.equal(created.status, 201, JSON.stringify(created.body));
        const { id } = created.body as { readonly id: string };
        const project = async () =>
          (await walk.world.cases.engine.transact(SYSTEM_TRIGGER, ({ tx }) => getCase(tx, id))).folded;
        reached.add((await project()).state);
        for (const step of steps) {
          if ("days" in step) {
            await walk.wait(step.days);
          } else if ("fires" in step) {
            await walk.world.fire({
              project: id,
              trigger: step.fires,
              level: step.level ?? 3,
              assurance: step.assurance ?? 1,
            });
            await walk.world.cases.drain();
          } else {
            const [named, name, given] = step;
            const who = named === "samr" || named === "samr2" ? officers[named] : named;
            const own = name === "amend" ? { reasons: "Fewer", vehicles: subjects.slice(0, 1) } : inputs[name];
            const input = own ?? given ?? acceptedInput(name, (await project()).obligations);
            const answer = await walk.ask(who, "POST", `/projects/${id}/actions/${name}`, { input });
            assert.equal(answer.status, 200, `${name} by ${who}: ${JSON.stringify(answer.body)}`);
          }
          reached.add((await project()).state);
        }
        const difference = await walk.world.cases.engine.transact(SYSTEM_TRIGGER, ({ tx }) =>
          checkCase(walk.world.cases.engine, tx, id),
        );
        assert.equal(difference, undefined);
        const { state, obligations } = await project();
        const end = SANDBOX_STATES[state as SandboxState];
        if ("end" in end && end.end === "final") {
          const open = obligations.filter((each) => each.ended === undefined).map((each) => each.code);
          // That departments are told of a suspension is owed whatever came of it.
          const stays = story.includes("nobody answers") ? ["informCoAuthorities"] : [];
          assert.deepEqual(open, stays, "an ended project leaves no other duty open");
        }
      });
    }

    it("leaves no state out", () => {
      assert.deepEqual(
        Object.keys(SANDBOX_STATES).filter((state) => !reached.has(state)),
        [],
      );
    });
  });
