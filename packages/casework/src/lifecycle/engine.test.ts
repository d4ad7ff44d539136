/** What the engine promises of every case type, shown on a small one made for it. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import type { CaseActor } from "../access/extent.ts";
import { basis } from "../basis.ts";
import { choice, flag, object, text } from "../schema.ts";
import { DEADLINES } from "../time/deadlines.ts";
import { dueAt } from "../time/deadline.ts";
import { CN_WORK_CALENDAR } from "../time/work-calendar-cn.ts";
import { actionsFor, type CaseAction, type Folded, type Json, type Lifecycle } from "./definition.ts";
import { differences } from "./difference.ts";
import { escalationsOf } from "./escalation.ts";
import { apply, DECLINE, fold } from "./fold.ts";
import { applyMigration, foldVersions, MIGRATE } from "./migration.ts";
import { blockedActions, impossibleActions, openActions, possibleActions } from "./possible.ts";
import { redact } from "./visibility.ts";

const P = basis("9", { en: "test", zh: "测试" }, "P");
const DAY = 86_400_000;
const HOUR = 3_600_000;
const START = Date.UTC(2026, 10, 23, 1);
const OPTIONS = { calendar: CN_WORK_CALENDAR, deadlines: DEADLINES };

type State = "OPEN" | "WAITING" | "ENDED";
interface Data {
  readonly note?: string;
  readonly secret?: { readonly phone?: string; readonly name?: string };
  readonly documents?: readonly string[];
}
const action = actionsFor<State, "MARKED", Data>();
const NOTHING = object({});
const KINDS = ["start", "answer", "wait", "end", "correct", "attach", "finish"] as const;

const SMALL: Lifecycle<State, "MARKED", Data> = {
  kind: "small",
  version: 1,
  title: { en: "Small", zh: "小" },
  object: "sandboxApplication",
  initial: "OPEN",
  stages: [{ code: "all", title: { en: "All", zh: "全部" } }],
  states: {
    OPEN: { stage: "all", title: { en: "Open", zh: "开" } },
    WAITING: { stage: "all", title: { en: "Waiting", zh: "等" } },
    ENDED: { stage: "all", title: { en: "Ended", zh: "完" }, end: "final" },
  },
  flags: { MARKED: { en: "Marked", zh: "标" } },
  actions: {
    start: action(object({}, { note: text() }), {
      title: { en: "Start", zh: "开始" },
      from: "nothing",
      to: "OPEN",
      roles: ["OEM", "SAMR"],
      basis: P,
      change: ({ input }) => input,
      effects: [
        { kind: "open", obligation: "answer" },
        { kind: "open", obligation: "look" },
      ],
    }),
    answer: action(NOTHING, {
      title: { en: "Answer", zh: "答复" },
      from: ["OPEN"],
      to: "same",
      roles: ["SAMR"],
      basis: P,
      effects: [{ kind: "meet", obligation: "answer" }],
      notifies: [
        {
          to: ["OEM"],
          text: ({ data }) => ({ en: `Answered ${data.note}`, zh: "已答复" }),
          when: ({ data }) => data.note !== undefined,
        },
      ],
    }),
    wait: action(NOTHING, {
      title: { en: "Wait", zh: "等待" },
      from: ["OPEN"],
      to: "WAITING",
      roles: ["SAMR"],
      basis: P,
    }),
    resume: action(NOTHING, {
      title: { en: "Resume", zh: "恢复" },
      from: ["WAITING"],
      to: "OPEN",
      roles: ["SAMR"],
      basis: P,
    }),
    returnIt: action(NOTHING, {
      title: { en: "Return", zh: "退回" },
      from: ["OPEN"],
      to: "same",
      roles: ["SAMR"],
      basis: P,
      effects: [{ kind: "reopen", obligation: "answer" }],
    }),
    correct: action(object({ startAt: text(), why: text() }), {
      title: { en: "Correct", zh: "更正" },
      from: ["OPEN"],
      to: "same",
      roles: ["OEM"],
      basis: P,
      effects: [
        {
          kind: "reset",
          obligation: "answer",
          startAt: ({ input }) => Number(input.startAt),
          reason: ({ input }) => ({ en: input.why, zh: input.why }),
        },
      ],
    }),
    attach: action(object({ kind: choice(["proof"]) }), {
      title: { en: "Attach", zh: "附件" },
      from: ["OPEN"],
      to: "same",
      roles: ["OEM"],
      basis: P,
      change: ({ data, input }) => ({ documents: [...(data.documents ?? []), input.kind] }),
    }),
    finish: action(NOTHING, {
      title: { en: "Finish", zh: "完结" },
      from: ["OPEN"],
      to: "ENDED",
      roles: ["OEM"],
      requires: ["proof"],
      basis: P,
    }),
    end: action(object({ sure: flag() }), {
      title: { en: "End", zh: "终止" },
      from: ["OPEN"],
      to: "ENDED",
      roles: ["SAMR"],
      confirmers: ["RECALL_CENTER", "SAMR"],
      fourEyes: P,
      basis: P,
    }),
  },
  obligations: {
    answer: {
      title: { en: "Answer", zh: "答复" },
      bearers: ["SAMR"],
      deadline: "smallAnswer",
      escalation: [{ code: "boss", when: "after", unit: "workingDay", amount: 2, notify: ["MIIT"], basis: P }],
    },
    look: { title: { en: "Look", zh: "查看" }, bearers: ["SAMR"], deadline: "decision", pausedIn: ["WAITING"] },
  },
  deadlines: { smallAnswer: { unit: "hour", amount: 48, from: { en: "start", zh: "开始" }, basis: P } },
  documents: { proof: { en: "Proof", zh: "证明" } },
  fields: {
    note: { title: { en: "Note", zh: "说明" } },
    "secret.phone": { title: { en: "Phone", zh: "电话" }, readers: ["SAMR"] },
  },
  empty: {},
  extentOf: () => ({ organisations: ["maker-a"], regions: [], assigned: [], leads: ["SAMR"] }),
  documentsOf: ({ documents = [] }) => documents,
};

const oem: CaseActor = { id: "oem", role: "OEM", organisation: "maker-a" };
const samr: CaseActor = { id: "samr", role: "SAMR" };
const samr2: CaseActor = { id: "samr-2", role: "SAMR" };
/** A credential of the authority with no person behind it. */
const service: CaseActor = { id: "service", role: "SAMR", isPerson: false };
const centre: CaseActor = { id: "centre", role: "RECALL_CENTER" };
const stranger: CaseActor = { id: "x", role: "OEM", organisation: "maker-b" };

let ids = 0;
const act = (name: string, actor: CaseActor, at: number, input: Json = {}): CaseAction => ({
  id: `a${(ids += 1)}`,
  name,
  at,
  actor,
  input,
});
function take<D>(
  lifecycle: Lifecycle<State, "MARKED", D>,
  folded: Folded<State, "MARKED", D> | undefined,
  step: CaseAction,
) {
  const outcome = apply(lifecycle, folded, step, OPTIONS);
  assert.equal(outcome.kind, "accepted", outcome.kind === "refused" ? outcome.refusal.reason.en : "");
  return outcome.kind === "accepted" ? outcome.folded : assert.fail();
}
const begun = () => fold(SMALL, [act("start", oem, START, { note: "A" })], OPTIONS);

describe("four eyes", () => {
  it("never executes by one person, nor confirmed by a service, whatever the order of proposing, declining and confirming", () => {
    const people = [samr, { ...samr }, samr2, service, centre, oem, stranger];
    fc.assert(
      fc.property(
        fc.array(fc.record({ who: fc.constantFrom(...people), what: fc.constantFrom("end", DECLINE) }), {
          maxLength: 12,
        }),
        (steps) => {
          let folded = begun();
          let proposer: CaseActor | undefined;
          for (const { who, what } of steps) {
            const input = what === DECLINE ? { action: "end", reasons: "no" } : { sure: true };
            const outcome = apply(SMALL, folded, act(what, who, START, input), OPTIONS);
            if (outcome.kind === "refused") continue;
            assert.ok(who !== oem && who !== stranger, "neither the applicant nor a stranger decides");
            if (outcome.folded.state === "ENDED") {
              assert.ok(
                proposer !== undefined && proposer.id !== who.id,
                `${who.id} ended what ${proposer?.id} proposed`,
              );
              assert.notEqual(who, service, "a person confirms");
              assert.deepEqual(outcome.folded.proposals, []);
              return;
            }
            if (what === DECLINE) assert.notEqual(proposer, undefined, "only what was proposed is declined");
            proposer = what === DECLINE ? undefined : who;
            if (what === "end") assert.equal(who.role, "SAMR", "the confirmers' roles propose nothing");
            assert.equal(outcome.folded.proposals[0]?.actor.id, proposer?.id);
            folded = outcome.folded;
          }
        },
      ),
      { numRuns: 500, seed: 31 },
    );
  });

  it("tells the second person, and tells the first when it is declined", () => {
    const proposed = apply(SMALL, begun(), act("end", samr, START, { sure: true }), OPTIONS);
    assert.ok(proposed.kind === "accepted" && proposed.proposed);
    assert.deepEqual(proposed.notices[0]?.to, ["RECALL_CENTER", "SAMR"]);
    const declined = apply(
      SMALL,
      proposed.folded,
      act(DECLINE, centre, START, { action: "end", reasons: "no" }),
      OPTIONS,
    );
    assert.ok(declined.kind === "accepted");
    assert.deepEqual([declined.notices[0]?.to, declined.folded.proposals, declined.folded.version], [["SAMR"], [], 3]);
  });
});

describe("clocks of a case", () => {
  it("stand still exactly while the case is in a state that pauses them", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(40 * 24), fc.nat(40 * 24)), { maxLength: 5 }), (rounds) => {
        let folded = begun();
        let at = START;
        const pauses: { since: number; until: number }[] = [];
        for (const [running, waiting] of rounds) {
          const since = (at += running * HOUR);
          folded = take(SMALL, folded, act("wait", samr, at));
          const look = folded.obligations.find(({ code }) => code === "look");
          assert.equal(look?.dueAt, undefined);
          assert.notEqual(folded.obligations.find(({ code }) => code === "answer")?.dueAt, undefined, "others run on");
          at += waiting * HOUR;
          folded = take(SMALL, folded, act("resume", samr, at));
          pauses.push({ since, until: at });
        }
        const look = folded.obligations.find(({ code }) => code === "look");
        assert.equal(look?.dueAt, dueAt(DEADLINES.decision, START, CN_WORK_CALENDAR, pauses));
      }),
      { numRuns: 200, seed: 32 },
    );
  });

  it("are computed again from a corrected start, and keep the old start, due time and reason", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 1, maxLength: 6 }), (hours) => {
        let folded = begun();
        const dues = [START + 48 * HOUR];
        for (const shift of hours) {
          const startAt = START + shift * HOUR;
          folded = take(SMALL, folded, act("correct", oem, START, { startAt: String(startAt), why: `by ${shift}` }));
          if (dues.at(-1) !== startAt + 48 * HOUR) dues.push(startAt + 48 * HOUR);
        }
        const answer = folded.obligations.find(({ code }) => code === "answer")!;
        assert.equal(answer.dueAt, dues.at(-1));
        assert.deepEqual(answer.formerDue, dues.slice(0, -1));
        assert.deepEqual(
          (answer.revisions ?? []).map((each) => each.dueAt),
          dues.slice(0, -1),
        );
        for (const revision of answer.revisions ?? []) {
          assert.equal(revision.dueAt, revision.startAt + 48 * HOUR);
          assert.match(revision.reason.en, /^by -?\d+$/);
        }
      }),
      { numRuns: 200, seed: 33 },
    );
  });

  it("are owed again by the same due time when what was handed in comes back", () => {
    const met = take(SMALL, begun(), act("answer", samr, START + HOUR));
    assert.equal(met.obligations[0]?.ended?.how, "met");
    const back = take(SMALL, met, act("returnIt", samr, START + 2 * HOUR));
    assert.deepEqual([back.obligations[0]?.ended, back.obligations[0]?.dueAt], [undefined, START + 48 * HOUR]);
    const never = take(SMALL, begun(), act("returnIt", samr, START));
    assert.deepEqual(
      never.obligations,
      begun().obligations.map((each, index) => ({ ...each, id: never.obligations[index]!.id })),
    );
  });

  it("climb their ladder in order: warned before, missed at, escalated after; never before they start", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 24 * 60 }), fc.integer({ min: 0, max: 365 }), (hours, day) => {
        const startAt = START + day * DAY;
        const due = startAt + hours * HOUR;
        const steps = escalationsOf(SMALL.obligations.answer!, { startAt, dueAt: due }, CN_WORK_CALENDAR);
        const at = (code: string) => steps.find(({ step }) => step.code === code)?.at;
        assert.equal(at("overdue"), due);
        assert.equal(at("dueSoon"), hours > 24 ? due - 24 * HOUR : undefined);
        assert.ok(at("boss")! > due + DAY, "two working days are more than one day");
        assert.ok(steps.every((each) => each.at > startAt));
        assert.deepEqual(escalationsOf(SMALL.obligations.answer!, { startAt }, CN_WORK_CALENDAR), [], "paused");
      }),
      { numRuns: 300, seed: 34 },
    );
  });
});

describe("what the engine says of a case", () => {
  it("tells those whom an action names, with the sentence it makes", () => {
    const outcome = apply(SMALL, begun(), act("answer", samr, START), OPTIONS);
    assert.ok(outcome.kind === "accepted");
    assert.deepEqual(outcome.notices, [{ to: ["OEM"], text: { en: "Answered A", zh: "已答复" }, urgent: false }]);
    const silent = apply(SMALL, fold(SMALL, [act("start", oem, START)], OPTIONS), act("answer", samr, START), OPTIONS);
    assert.ok(silent.kind === "accepted" && silent.notices.length === 0);
  });

  it("does not offer an action whose documents the case lacks, and names them", () => {
    const folded = begun();
    assert.ok(!possibleActions(SMALL, folded, oem, START).some(({ name }) => name === "finish"));
    const blocked = blockedActions(SMALL, folded, oem, START).find(({ name }) => name === "finish");
    assert.deepEqual(blocked?.missing, [{ code: "documents", text: { en: "Missing: Proof", zh: "缺少：证明" } }]);
    const attached = take(SMALL, folded, act("attach", oem, START, { kind: "proof" }));
    assert.equal(take(SMALL, attached, act("finish", oem, START)).state, "ENDED");
  });

  it("marks a blocked action that waits for nothing that whoever asks could supply, whatever else is missing", () => {
    const finish = SMALL.actions["finish"]!;
    const text = { en: "Nothing is owed", zh: "无事项" };
    const withGuard = (idle: object): typeof SMALL => ({
      ...SMALL,
      actions: {
        ...SMALL.actions,
        finish: { ...finish, guards: [{ code: "owed", needs: "state", text, holds: () => false, ...idle }] },
      },
    });
    const blocked = (idle: object) =>
      blockedActions(withGuard(idle), begun(), oem, START).find(({ name }) => name === "finish");
    assert.equal(blocked({ idle: "notOwed" })?.idle, "notOwed");
    assert.equal(blocked({ idle: "notOwed" })?.missing.length, 2);
    assert.equal(blocked({})?.idle, undefined);
  });

  it("says of every action either that it is possible or why not, to everyone", () => {
    for (const actor of [oem, samr, centre, stranger]) {
      const possible = possibleActions(SMALL, begun(), actor, START).map(({ name }) => name);
      const impossible = impossibleActions(SMALL, begun(), actor, START);
      assert.deepEqual([...possible, ...impossible.map(({ name }) => name)].sort(), Object.keys(SMALL.actions).sort());
      assert.ok(impossible.every(({ reason }) => reason.en !== "" && reason.zh !== ""));
      assert.deepEqual(
        openActions(SMALL, begun(), actor, START)
          .filter(({ isYours }) => isYours)
          .map(({ name }) => name),
        possible,
      );
    }
  });

  it("leaves out what a role may not read, wherever it stands, and nothing else", () => {
    fc.assert(
      fc.property(
        fc.record({ note: fc.string(), secret: fc.record({ phone: fc.string(), name: fc.string() }) }),
        (data) => {
          assert.deepEqual(redact(SMALL, "SAMR", data), { value: data, hidden: [] });
          assert.deepEqual(redact(SMALL, "OEM", data), {
            value: { note: data.note, secret: { name: data.secret.name } },
            hidden: ["secret.phone"],
          });
          assert.deepEqual(redact(SMALL, "OEM", [data]).value, [redact(SMALL, "OEM", data).value]);
        },
      ),
      { seed: 35 },
    );
  });

  it("names what differs between two versions, without what the role may not read", () => {
    const before = begun();
    const after = take(SMALL, before, act("wait", samr, START));
    const secret = { ...after, data: { ...after.data, secret: { phone: "1" } } };
    const fields = (role: CaseActor["role"]) =>
      differences(SMALL as unknown as Lifecycle, role, before, secret).map(({ field }) => field);
    assert.deepEqual(fields("SAMR"), ["state", "data.secret", "obligation.look#1"]);
    assert.deepEqual(fields("OEM"), ["state", "obligation.look#1"]);
    assert.deepEqual(differences(SMALL as unknown as Lifecycle, "OEM", before, before), []);
  });
});

describe("versions of a lifecycle", () => {
  const SECOND = {
    ...SMALL,
    version: 2,
    actions: { ...SMALL.actions, mark: { ...SMALL.actions.answer!, effects: [{ kind: "raise", flag: "MARKED" }] } },
    migrations: [
      {
        from: 1,
        title: { en: "With marks", zh: "可标记" },
        roles: ["SAMR"],
        basis: P,
        migrate: (folded: Folded) => ({ ...folded, data: { ...(folded.data as object), note: "moved" } }),
      },
    ],
  } as unknown as Lifecycle;
  const FIRST = SMALL as unknown as Lifecycle;
  const move = (who: CaseActor) => act(MIGRATE, who, START + DAY, { to: 2, reasons: "new procedure" });

  it("keeps a running case under its own, and moves it only by an action of those who may", () => {
    const folded = begun() as Folded;
    for (const who of [oem, centre, stranger])
      assert.equal(applyMigration(FIRST, SECOND, folded, move(who)).kind, "refused", who.id);
    const outcome = applyMigration(FIRST, SECOND, folded, move(samr));
    assert.ok(outcome.kind === "accepted");
    assert.deepEqual(
      [outcome.folded.version, outcome.folded.data, outcome.folded.state],
      [2, { note: "moved" }, "OPEN"],
    );
    assert.equal(applyMigration(SECOND, FIRST, folded, move(samr)).kind, "refused", "no way back");
    const ended = { ...folded, state: "ENDED" };
    assert.equal(applyMigration(FIRST, SECOND, ended, move(samr)).kind, "refused", "an ended case stays");
  });

  it("folds a history across versions to the same, at whatever action it was moved", () => {
    for (let moved = 1; moved <= KINDS.length; moved += 1) {
      const history = [
        act("start", oem, START),
        act("answer", samr, START),
        act("wait", samr, START),
        act("resume", samr, START + DAY),
      ];
      history.splice(Math.min(moved, history.length), 0, move(samr));
      const afterMove =
        history.findIndex(({ name }) => name === MIGRATE) === history.length - 1
          ? [act("mark", samr, START + DAY)]
          : [];
      const { folded, version } = foldVersions([FIRST, SECOND], 1, [...history, ...afterMove], OPTIONS);
      assert.deepEqual([version, folded.version], [2, history.length + afterMove.length]);
      assert.equal((folded.data as Data).note, "moved");
    }
    const marked = [act("start", oem, START), act("mark", samr, START)];
    assert.throws(() => foldVersions([FIRST, SECOND], 1, marked, OPTIONS), /no action "mark"/, "version 1 cannot mark");
    assert.throws(() => foldVersions([FIRST], 1, [act("start", oem, START), move(samr)], OPTIONS), /no version 2/);
  });

  it("refuses a way that leads to what the new version does not know", () => {
    const { look: _look, ...rest } = SECOND.obligations;
    const broken = { ...SECOND, obligations: rest };
    assert.throws(() => applyMigration(FIRST, broken, begun() as Folded, move(samr)), /duty look/);
  });
});
