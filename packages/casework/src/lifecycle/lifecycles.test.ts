import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import type { CaseActor } from "../access/extent.ts";
import { ENTERPRISE_ROLES, ROLES } from "../access/roles.ts";
import type { InputSchema } from "../schema.ts";
import { CN_WORK_CALENDAR } from "../time/work-calendar-cn.ts";
import { DEADLINES } from "../time/deadlines.ts";
import { ACCIDENT_CASE } from "../accident/lifecycle.ts";
import { ACCIDENT_REPORT } from "../accident/testing.ts";
import { CONFORMITY_TEST } from "../conformity-test/lifecycle.ts";
import { CONFORMITY_REGISTERED } from "../conformity-test/testing.ts";
import { DATA_EXPORT } from "../data-export/lifecycle.ts";
import { EXPORT_CHECK, exportKey } from "../data-export/testing.ts";
import { DATA_REQUEST } from "../data-request/lifecycle.ts";
import { VULNERABILITY } from "../vulnerability/lifecycle.ts";
import { VULNERABILITY_RECEIVED } from "../vulnerability/testing.ts";
import { CYBER_INCIDENT } from "../cyber-incident/lifecycle.ts";
import { incidentKey, INCIDENT_DISCOVERED } from "../cyber-incident/testing.ts";
import { DATA_REPORT } from "../data-report/lifecycle.ts";
import { DATA_REPORT_OPENED } from "../data-report/testing.ts";
import { HAZARD_WORK_ORDER } from "../hazard/lifecycle.ts";
import { HAZARD_CHECK } from "../hazard-check/lifecycle.ts";
import { HAZARD_CHECK_ANNOUNCED } from "../hazard-check/testing.ts";
import { ICV_PILOT } from "../icv-pilot/lifecycle.ts";
import { ICV_PILOT_FILED } from "../icv-pilot/testing.ts";
import { OTA_FILING } from "../ota/lifecycle.ts";
import { OTA_CAMPAIGN, otaKey } from "../ota/testing.ts";
import { RECALL_CASE } from "../recall/lifecycle.ts";
import { RECALL_LEAD, recallKey } from "../recall/testing.ts";
import { SANDBOX_PROJECT } from "../sandbox/lifecycle.ts";
import { PROGRAMME_REPORT } from "../sandbox/programme-report.ts";
import { SANDBOX_RESULT } from "../sandbox/result.ts";
import { SAFETY_REPORT } from "../safety-report/lifecycle.ts";
import { SAFETY_REPORT_OPENED } from "../safety-report/testing.ts";
import { SIM_REGISTRATION } from "../sim-registration/lifecycle.ts";
import { SIM_REGISTERED } from "../sim-registration/testing.ts";
import { SUPERVISION_MEASURE } from "../supervision-measure/lifecycle.ts";
import { RISK_NOTICE_SENT } from "../supervision-measure/testing.ts";
import { acceptedInput, ACTORS, COMPLETE_APPLICATION, inputsOf, MINISTRIES } from "../testing.ts";
import type { CaseAction, Folded, Json, Lifecycle } from "./definition.ts";
import { apply, fold } from "./fold.ts";
import { refusalOf } from "./refusal.ts";
import { openActions, possibleActions } from "./possible.ts";

const OPTIONS = { calendar: CN_WORK_CALENDAR, deadlines: DEADLINES };
const START = Date.UTC(2026, 10, 21, 2);
const DAY = 86_400_000;
const ALL: readonly CaseActor[] = Object.values(ACTORS);
/** Who may act in a kind of case: everybody, and in pilots the ministries that decide them. */
const actorsOf = ({ kind }: Pick<Lifecycle, "kind">): readonly CaseActor[] =>
  kind === ICV_PILOT.kind ? [...ALL, ...Object.values(MINISTRIES)] : ALL;
const HAZARD_BEGINNINGS = [
  "FAULT_L1",
  "FAULT_L3",
  "THERMAL_EVENT",
  "LONG_OFFLINE",
  "CLUSTER_PARKING",
  "MODEL_LEVEL",
  "SANDBOX_TRIGGER",
].map((type) => ({ ...(acceptedInput("detect") as object), type }) as Json);

const CASES: readonly {
  readonly lifecycle: Lifecycle;
  readonly creation: string;
  readonly creator: CaseActor;
  readonly beginnings: readonly Json[];
  /** Days that pass between two actions of the exploration; 4 unless a waiting period is longer. */
  readonly days?: number;
}[] = [
  {
    lifecycle: SANDBOX_PROJECT as Lifecycle,
    creation: "create",
    creator: ACTORS.oem,
    beginnings: [COMPLETE_APPLICATION],
  },
  {
    lifecycle: SANDBOX_RESULT as unknown as Lifecycle,
    creation: "openResult",
    creator: ACTORS.samr,
    beginnings: [acceptedInput("openResult")],
  },
  {
    lifecycle: PROGRAMME_REPORT as unknown as Lifecycle,
    creation: "draftReport",
    creator: ACTORS.samr,
    beginnings: [acceptedInput("draftReport"), { ...(acceptedInput("draftReport") as object), kind: "final" } as Json],
  },
  {
    lifecycle: HAZARD_WORK_ORDER as Lifecycle,
    creation: "detect",
    creator: ACTORS.trigger,
    beginnings: HAZARD_BEGINNINGS,
  },
  {
    lifecycle: ACCIDENT_CASE as Lifecycle,
    creation: "report",
    creator: ACTORS.oem,
    beginnings: [ACCIDENT_REPORT],
  },
  {
    lifecycle: RECALL_CASE as unknown as Lifecycle,
    creation: "reportDefect",
    creator: ACTORS.oem,
    beginnings: [RECALL_LEAD],
  },
  {
    lifecycle: OTA_FILING as unknown as Lifecycle,
    creation: "prepareOta",
    creator: ACTORS.oem,
    beginnings: [OTA_CAMPAIGN],
    days: 8,
  },
  {
    lifecycle: HAZARD_CHECK as unknown as Lifecycle,
    creation: "announceCheck",
    creator: ACTORS.eidc,
    beginnings: [HAZARD_CHECK_ANNOUNCED],
  },
  {
    lifecycle: SUPERVISION_MEASURE as unknown as Lifecycle,
    creation: "sendRiskNotice",
    creator: ACTORS.eidc,
    beginnings: [RISK_NOTICE_SENT],
  },
  {
    lifecycle: ICV_PILOT as unknown as Lifecycle,
    creation: "fileIcvPilot",
    creator: ACTORS.oem,
    beginnings: [ICV_PILOT_FILED],
  },
  {
    lifecycle: SIM_REGISTRATION as unknown as Lifecycle,
    creation: "registerSim",
    creator: ACTORS.oem,
    beginnings: [SIM_REGISTERED],
  },
  {
    lifecycle: SAFETY_REPORT as unknown as Lifecycle,
    creation: "openSafetyReport",
    creator: ACTORS.oem,
    beginnings: [SAFETY_REPORT_OPENED],
  },
  {
    lifecycle: CONFORMITY_TEST as unknown as Lifecycle,
    creation: "registerConformity",
    creator: ACTORS.oem,
    beginnings: [CONFORMITY_REGISTERED],
  },
  {
    lifecycle: DATA_REPORT as unknown as Lifecycle,
    creation: "openDataReport",
    creator: ACTORS.oem,
    beginnings: [DATA_REPORT_OPENED],
  },
  {
    lifecycle: DATA_EXPORT as unknown as Lifecycle,
    creation: "checkExport",
    creator: ACTORS.oem,
    beginnings: [EXPORT_CHECK],
  },
  {
    lifecycle: DATA_REQUEST as unknown as Lifecycle,
    creation: "receiveRequest",
    creator: ACTORS.oem,
    beginnings: [acceptedInput("receiveRequest")],
  },
  {
    lifecycle: CYBER_INCIDENT as unknown as Lifecycle,
    creation: "discoverIncident",
    creator: ACTORS.oem,
    beginnings: [INCIDENT_DISCOVERED],
  },
  {
    lifecycle: VULNERABILITY as unknown as Lifecycle,
    creation: "receiveVulnerability",
    creator: ACTORS.oem,
    beginnings: [VULNERABILITY_RECEIVED],
  },
];

/** Choices without names, and fields without a label, by their paths. */
function unnamedIn(schema: InputSchema): readonly string[] {
  if ("enum" in schema) return schema["x-choices"] === undefined ? [""] : [];
  if (schema.type === "array" && "items" in schema) return unnamedIn(schema.items);
  if (schema.type !== "object" || !("properties" in schema)) return [];
  // A sentence in both languages names itself.
  if ("en" in schema.properties && "zh" in schema.properties) return [];
  return Object.entries(schema.properties).flatMap(([name, field]) => [
    ...(field["x-zh"] === undefined && field.type !== "object" ? [`.${name}`] : []),
    ...unnamedIn(field).map((path) => `.${name}${path}`),
  ]);
}

/** The items of a list of the data, by the dotted name of its field. */
function partsOf(data: unknown, name: string): readonly unknown[] {
  const value = name
    .split(".")
    .reduce<unknown>((inner, key) => (inner as Readonly<Record<string, unknown>> | undefined)?.[key], data);
  return Array.isArray(value) ? value : [];
}

/** what came of a test is known at its end; consent to show it is given and taken back behind it. */
const CONSENTS: ReadonlySet<string> = new Set(["consentPublication"]);

for (const { lifecycle, creation, creator, beginnings, days = 4 } of CASES) {
  const { states, actions, obligations, documents } = lifecycle;
  const begin = (input: Json): CaseAction => ({ id: "1", name: creation, at: START, actor: creator, input });

  let found: ReturnType<typeof explore> | undefined;
  const explored = () => (found ??= explore(lifecycle, beginnings.map(begin), days));

  describe(`lifecycle ${lifecycle.kind}`, () => {
    it("names only states, obligations, documents and roles that exist", () => {
      for (const [name, action] of Object.entries(actions)) {
        const targets = typeof action.to === "string" ? [action.to] : action.to;
        for (const state of [
          ...(action.from === "nothing" ? [] : action.from),
          ...targets.filter((each) => each !== "same"),
        ]) {
          assert.ok(Object.hasOwn(states, state), `${name} names the state ${state}`);
        }
        assert.ok(
          action.roles.length > 0 && action.roles.every((role) => Object.hasOwn(ROLES, role)),
          `${name} has roles`,
        );
        for (const effect of action.effects ?? []) {
          if ("obligation" in effect && effect.obligation !== "all")
            assert.ok(
              Object.hasOwn(obligations, effect.obligation),
              `${name} names the obligation ${effect.obligation}`,
            );
          if (effect.kind === "issue")
            assert.ok(Object.hasOwn(documents, effect.document), `${name} names the document ${effect.document}`);
        }
        assert.equal(Array.isArray(action.to), action.choose !== undefined, `${name} chooses when it lists`);
      }
      for (const [code, { deadline, onOverdue }] of Object.entries(obligations)) {
        const isKnown = Object.hasOwn(DEADLINES, deadline) || Object.hasOwn(lifecycle.deadlines ?? {}, deadline);
        assert.ok(isKnown, code);
        if (onOverdue !== undefined)
          assert.ok(actions[onOverdue]?.roles.includes("system:clock"), `${code} is ended by the clock`);
      }
    });

    it("names everything in both languages and says where it comes from", () => {
      const texts = [
        lifecycle.title,
        ...Object.values(states).map((each) => each.title),
        ...Object.values(actions).map((each) => each.title),
        ...Object.values(lifecycle.flags),
        ...Object.values(documents),
        ...Object.values(obligations).map((each) => each.title),
        ...lifecycle.stages.map((each) => each.title),
      ];
      for (const text of texts) assert.ok(text.en !== "" && /\p{Script=Han}/u.test(text.zh), JSON.stringify(text));
      for (const action of Object.values(actions)) assert.match(action.basis.requirement, /^(R-\d|\d)/);
      for (const state of Object.values(states))
        assert.ok(lifecycle.stages.some((stage) => stage.code === state.stage));
    });

    it("asks people for nothing by a code alone, and shows no parts of its data as they are stored", () => {
      const unnamed = Object.entries(actions)
        .filter(([, { roles }]) => roles.some((role) => !role.startsWith("system:")))
        .flatMap(([name, { input }]) => unnamedIn(input).map((path) => `${name}${path}`));
      assert.deepEqual(unnamed, []);
      for (const folded of explored().samples)
        for (const [name, { shape, value }] of Object.entries(lifecycle.fields ?? {}))
          if (shape === "list" && value === undefined)
            assert.ok(!partsOf(folded.data, name).some((each) => typeof each === "object"), name);
    });

    it("leads nowhere from a final state but to what is still owed there or consented to behind it, and out of an appealable one only by appeal", () => {
      for (const [code, { end }] of Object.entries(states)) {
        if (end === undefined) continue;
        const leaving = Object.entries(actions).filter(
          ([, action]) => action.from !== "nothing" && action.from.includes(code),
        );
        const owed = leaving.filter(
          ([name, { to, change, effects = [] }]) =>
            to === "same" &&
            (change === undefined || CONSENTS.has(name)) &&
            effects.every(({ kind }) => kind === "meet"),
        );
        if (end === "final") assert.deepEqual(leaving, owed, code);
        else
          assert.ok(
            leaving.every(([name]) => name.startsWith("appeal")),
            code,
          );
      }
    });

    it("reaches every state by actions that are offered, and an end from every state", () => {
      const { visited, edges } = explored();
      assert.deepEqual(
        Object.keys(states).filter((state) => !visited.has(state)),
        [],
      );
      const ends = new Set(Object.entries(states).flatMap(([code, { end }]) => (end === undefined ? [] : [code])));
      for (let grew = true; grew;) {
        grew = false;
        for (const [from, targets] of edges)
          if (!ends.has(from) && [...targets].some((to) => ends.has(to))) grew = ends.add(from) !== undefined;
      }
      assert.deepEqual(
        Object.keys(states).filter((state) => !ends.has(state)),
        [],
      );
    });

    it("offers exactly what it accepts, whatever is entered", () => {
      fc.assert(
        fc.property(
          fc.constantFrom(...beginnings),
          fc.array(step(lifecycle), { maxLength: 25 }),
          (beginning, steps) => {
            let folded = fold(lifecycle, [begin(beginning)], OPTIONS);
            let at = START;
            for (const { actor, name, input, passes, guided } of steps) {
              at += passes;
              const possible = possibleActions(lifecycle, folded, actor, at);
              const offered = possible.map((each) => each.name);
              const chosen = guided !== undefined && offered.length > 0 ? offered[guided % offered.length]! : name;
              const entered = chosen === name ? input : acceptedInput(chosen, folded.obligations, folded.data, actor);
              const outcome = apply(
                lifecycle,
                folded,
                { id: `a${folded.version}`, name: chosen, at, actor, input: entered },
                OPTIONS,
              );
              if (outcome.kind === "accepted") {
                assert.ok(offered.includes(chosen), `${chosen} was accepted without being offered`);
                for (const [field, offers] of Object.entries(
                  possible.find(({ name: each }) => each === chosen)!.offers,
                )) {
                  const code = (entered as { readonly [field: string]: Json })[field];
                  assert.ok(
                    offers.find((offer) => offer.code === code)?.isOpen,
                    `${chosen} was taken with the closed ${code}`,
                  );
                }
                assert.ok(Object.hasOwn(states, outcome.folded.state));
                assert.equal(outcome.folded.version, folded.version + 1);
                folded = outcome.folded;
              } else if (offered.includes(chosen)) {
                assert.equal(
                  outcome.refusal.kind,
                  "guard",
                  `${chosen} was offered and refused: ${outcome.refusal.reason.en}`,
                );
              }
            }
          },
        ),
        { numRuns: 150, seed: 7 },
      );
    });

    it("folds a history to the same result, at once or piece by piece, and never by way of a changed input", () => {
      fc.assert(
        fc.property(
          fc.constantFrom(...beginnings),
          fc.array(fc.tuple(fc.nat(), fc.nat(), fc.integer({ min: 0, max: 40 * DAY })), { maxLength: 20 }),
          fc.nat(),
          (beginning, picks, cut) => {
            const history = walk(lifecycle, begin(beginning), picks);
            const copy = structuredClone(history) as CaseAction[];
            const whole = fold(lifecycle, history, OPTIONS);
            const at = 1 + (cut % history.length);
            const pieces = fold(lifecycle, copy.slice(at), OPTIONS, fold(lifecycle, copy.slice(0, at), OPTIONS));
            assert.deepEqual(pieces, whole);
            assert.deepEqual(copy, history);
            assert.deepEqual(structuredClone(whole), whole, "the fold is plain data");
          },
        ),
        { numRuns: 100, seed: 11 },
      );
    });

    it("refuses a stranger and an auditor everything", () => {
      for (const folded of explored().samples) {
        for (const actor of [ACTORS.stranger, ACTORS.elsewhere, ACTORS.auditor]) {
          assert.deepEqual(
            possibleActions(lifecycle, folded, actor, folded.since).map((each) => each.name),
            [],
            `${actor.id} in ${folded.state}`,
          );
        }
      }
    });

    it("lists what leads on when it refuses, the actor's own first", () => {
      for (const folded of explored().samples) {
        for (const actor of actorsOf(lifecycle)) {
          const open = openActions(lifecycle, folded, actor, folded.since);
          const own = open.filter((each) => each.isYours).map((each) => each.name);
          assert.deepEqual(
            own,
            possibleActions(lifecycle, folded, actor, folded.since).map((each) => each.name),
          );
          assert.deepEqual(
            open.slice(0, own.length).map((each) => each.name),
            own,
          );
        }
      }
    });
  });
}

describe("sandbox guards that no role may skip", () => {
  const withoutCcc: Json = { ...COMPLETE_APPLICATION, access: { announcementBatch: "2026-03" } };
  const excluded: Json = { ...COMPLETE_APPLICATION, exclusions: ["illegal"] };
  for (const [why, input] of [
    ["no CCC certificate", withoutCcc],
    ["an excluded matter", excluded],
  ] as const) {
    it(`lets nobody submit with ${why}`, () => {
      const folded = fold(SANDBOX_PROJECT, [{ id: "1", name: "create", at: START, actor: ACTORS.oem, input }], OPTIONS);
      for (const actor of ALL) {
        const outcome = apply(
          SANDBOX_PROJECT,
          folded,
          { id: "2", name: "submit", at: START, actor, input: {} },
          OPTIONS,
        );
        assert.equal(outcome.kind, "refused");
      }
    });
  }

  it("keeps them on every way to the start of the test", () => {
    for (const name of ["submit", "resubmit", "completenessOk", "admit", "start"]) {
      const codes = SANDBOX_PROJECT.actions[name]!.guards?.filter((each) => each.unskippable !== undefined).map(
        (each) => each.code,
      );
      assert.deepEqual(codes, ["accessProof", "exclusion"], name);
    }
  });

  it("gives no role but the trigger the trigger's actions", () => {
    for (const name of ["warnTrigger", "restrictTrigger", "riskTrigger", "terminateTrigger", "noteFinding"]) {
      assert.deepEqual(SANDBOX_PROJECT.actions[name]!.roles, ["system:trigger"], name);
    }
  });

  it("lets only enterprises sign for the enterprise, and the supervisor enter what was signed on paper", () => {
    assert.deepEqual([...SANDBOX_PROJECT.actions.signPlan!.roles], [...ENTERPRISE_ROLES, "SUPERVISOR_ALL"]);
  });
});

/** Breadth-first over what is offered, with accepting inputs; time passes in steps that let deadlines and waiting periods run out. */
function explore(lifecycle: Lifecycle, beginnings: readonly CaseAction[], days: number) {
  const visited = new Map<string, Folded>();
  const edges = new Map<string, Set<string>>();
  const seen = new Set<string>();
  const samples: Folded[] = [];
  let queue = beginnings.map((beginning) => fold(lifecycle, [beginning], OPTIONS));
  for (const first of queue) visited.set(first.state, first);
  for (let depth = 0; depth < 26 && queue.length > 0; depth += 1) {
    const next: Folded[] = [];
    for (const folded of queue) {
      for (const actor of actorsOf(lifecycle)) {
        const at = folded.since + days * DAY;
        for (const { name } of possibleActions(lifecycle, folded, actor, at)) {
          const outcome = apply(
            lifecycle,
            folded,
            {
              id: `e${folded.version}`,
              name,
              at,
              actor,
              input: acceptedInput(name, folded.obligations, folded.data, actor),
            },
            OPTIONS,
          );
          assert.equal(
            outcome.kind,
            "accepted",
            `${name} by ${actor.id} in ${folded.state}: ${outcome.kind === "refused" ? outcome.refusal.reason.en : ""}`,
          );
          if (outcome.kind !== "accepted") continue;
          const to = outcome.folded;
          edges.set(folded.state, (edges.get(folded.state) ?? new Set()).add(to.state));
          const key = keyOf(lifecycle, to);
          if (seen.has(key)) continue;
          seen.add(key);
          if (!visited.has(to.state)) visited.set(to.state, to);
          samples.push(to);
          next.push(to);
        }
      }
    }
    queue = next;
  }
  return { visited, edges, samples };
}

/** Two cases with the same key offer the same; what only grows (versions, logs) is left out. */
function keyOf(lifecycle: Lifecycle, folded: Folded): string {
  const data = folded.data as Record<string, unknown>;
  const marks = ["type", "ending", "planRevision", "rehearsedRevision", "extensions", "riskTier"].map((key) =>
    key === "planRevision" ? Number(data[key] ?? 0) > 0 : data[key],
  );
  const signed =
    (data.enterpriseSignature as { planRevision?: number } | undefined)?.planRevision === data.planRevision;
  const rehearsed = data.rehearsedRevision === data.planRevision;
  marks[2] = rehearsed;
  marks[3] = signed;
  const open = [
    ...new Set(folded.obligations.filter((each) => each.ended === undefined).map((each) => each.code)),
  ].sort();
  return JSON.stringify([
    folded.state,
    [...folded.flags].sort(),
    marks,
    data.appeal !== undefined,
    Object.values(data.reports ?? {}).map((report) => (report as { status: string }).status),
    Array.isArray(data.attachments) && data.attachments.length > 0,
    data.dead !== undefined,
    data.startedAt !== undefined,
    folded.proposals.length,
    open.includes("correctiveTask"),
    open.includes("decideAppeal"),
    open.includes("testPeriod"),
    lifecycle.kind === "accident" ? open : [],
    lifecycle.kind === "recall" ? recallKey(data) : [],
    lifecycle.kind === "ota-filing" ? otaKey(data) : [],
    lifecycle.kind === "cyber-incident" ? [incidentKey(data), open] : [],
    lifecycle.kind === "data-report" ? data.grounds : [],
    lifecycle.kind === "data-export" ? exportKey(data) : [],
    lifecycle.kind === "conformity-test" ? data["report"] !== undefined : [],
  ]);
}

function walk(
  lifecycle: Lifecycle,
  first: CaseAction,
  picks: readonly (readonly [number, number, number])[],
): CaseAction[] {
  const history = [first];
  let folded = fold(lifecycle, history, OPTIONS);
  let at = first.at;
  for (const [who, which, passes] of picks) {
    at += passes;
    const choices = actorsOf(lifecycle).flatMap((actor) =>
      possibleActions(lifecycle, folded, actor, at).map((each) => ({ actor, name: each.name })),
    );
    if (choices.length === 0) break;
    const { actor, name } = choices[(who * 31 + which) % choices.length]!;
    const action = {
      id: `w${folded.version}`,
      name,
      at,
      actor,
      input: acceptedInput(name, folded.obligations, folded.data, actor),
    };
    assert.equal(refusalOf(lifecycle, folded, name, actor, at), undefined);
    const outcome = apply(lifecycle, folded, action, OPTIONS);
    if (outcome.kind === "refused") continue;
    history.push(action);
    folded = outcome.folded;
  }
  return history;
}

/** One attempt: any action with arbitrary input, or (guided) one that is offered, with an accepting input. */
function step(lifecycle: Lifecycle) {
  // Built once: a schema of many fields takes longer to build than a value of it to draw.
  const inputs = new Map(Object.entries(lifecycle.actions).map(([name, { input }]) => [name, inputsOf(input)]));
  return fc
    .record({
      actor: fc.constantFrom(...actorsOf(lifecycle)),
      name: fc.constantFrom(...inputs.keys()),
      passes: fc.integer({ min: 0, max: 50 * DAY }),
      guided: fc.option(fc.nat(), { nil: undefined }),
    })
    .chain((attempt) => inputs.get(attempt.name)!.map((input) => ({ ...attempt, input })));
}
