/** Limits of a project's plan, enforced: regions of the registry, through supervision, to an effect on the project. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { CATALOGUE } from "@sandglass/signals";
import { compileTriggers } from "@sandglass/triggers";
import { vehicleIdOf } from "../access/mod.ts";
import type { ProjectAssignment } from "../cases/mod.ts";
import type { Journal } from "../journal/mod.ts";
import type { Actor } from "../records/mod.ts";
import { openTestRecords, type TestRecords } from "../records/testing.ts";
import { RegionRegistry } from "../regions/mod.ts";
import { ruleKey, type PublishedRule } from "../rulebook/mod.ts";
import { appendRows, openJournal, type Row } from "../supervision/feed.fixture.ts";
import { AssignmentTable, Supervision, type FiringMessage } from "../supervision/mod.ts";
import { SandglassError } from "../errors/mod.ts";
import { assignmentsOf, compileProjectSet, splitByFeed, type PackLookup } from "./project-sets.ts";

const SAMR: Actor = { kind: "person", id: "acc_1", role: "SAMR", organisation: "samr" };
const T0 = Date.UTC(2026, 10, 20, 2);
const CAR = 0x1234n;
const square = (x: number) => ({
  type: "Polygon",
  coordinates: [
    [
      [x, 22],
      [x + 1, 22],
      [x + 1, 23],
      [x, 23],
      [x, 22],
    ],
  ],
});
const PACKS: PackLookup = { find: () => undefined, ids: () => [] };

function setOf(text: string, registry: RegionRegistry) {
  const result = compileTriggers([{ text }], CATALOGUE, { regions: registry.visibleTo(SAMR) });
  assert.ok(result.ok, JSON.stringify(result.ok ? "" : result.errors));
  return result.set;
}

describe("the trigger sets of a project", () => {
  let records: TestRecords;
  let regions: RegionRegistry;
  let folder: string;
  let journal: Journal;
  let table: AssignmentTable;
  let supervision: Supervision;
  const sources = (rules: readonly PublishedRule[] = []) => ({
    packs: PACKS,
    rules: new Map(rules.map((rule) => [ruleKey(rule), rule])),
    regions,
    today: () => regions.visibleTo(SAMR),
    haltMs: 15_000,
  });
  const project = (more: Partial<ProjectAssignment>): ProjectAssignment => ({
    project: "prj_1",
    state: "TESTING",
    vehicles: [vehicleIdOf(CAR)],
    triggerSet: { text: 'trigger OWN version 1 "Own" { when soc < 5 % ; }' },
    limits: undefined,
    narrowed: undefined,
    planRevision: 1,
    startedAt: T0 - 1_000,
    suspendedSince: undefined,
    ...more,
  });
  const at = (second: number, longitude: number, speed = 30): Row => ({
    vehicle: CAR,
    event: T0 + second * 1000,
    values: { "location.longitude": longitude, "location.latitude": 22.5, speed },
  });
  async function feed(...rows: Row[]): Promise<void> {
    await appendRows(journal, rows);
    while ((supervision.status().cursor?.seq ?? -1) < journal.status().durableSeq) await sleep(1);
  }
  const messages = async () =>
    (await records.asSuperuser("select payload from outbox order by id")).map(
      ({ payload }) => payload as FiringMessage,
    );

  /** A rule as the rulebook hands it to a plan. */
  async function published(text: string): Promise<PublishedRule> {
    const set = setOf(text, regions);
    await regions.pinNow(set);
    const [compiled] = set.triggers;
    assert.ok(compiled !== undefined);
    return {
      trigger: compiled.id,
      version: compiled.version,
      publication: `pub_${compiled.id}`,
      compiled,
      set,
      tests: "",
      regions: regions.pinnedTo(set.hash) ?? [],
      publishedAt: T0,
      endedAt: undefined,
      newer: undefined,
    };
  }

  before(async () => {
    records = await openTestRecords();
    regions = await RegionRegistry.open({ records, now: () => T0 });
    folder = mkdtempSync(join(tmpdir(), "sandglass-project-sets-"));
    journal = await openJournal(folder);
    table = new AssignmentTable([]);
    supervision = await Supervision.start({ records, journal, dataDir: folder, assignments: table, now: () => T0 });
  });
  after(async () => {
    await supervision.close();
    await journal.close();
    rmSync(folder, { recursive: true, force: true });
    await records.close();
  });

  test("a vehicle that leaves the region of its project's plan restricts the project; another limit is another version", async () => {
    const input = (x: number) => ({
      names: { en: "Zone", zh: "区" },
      geometry: square(x),
      coordinateSystem: "WGS-84" as const,
    });
    const id = await regions.create(SAMR, "area", input(114));
    const watched = project({ limits: { areas: ["区"], maxSpeed: 60 } as ProjectAssignment["limits"] });
    table.set(splitByFeed(assignmentsOf(watched, sources())).frames);
    await feed(...[0, 30, 60, 90, 120].map((s) => at(s, s < 60 ? 114.5 : 115.5)));
    const [left, ...others] = await messages();
    assert.equal(others.length, 0);
    assert.deepEqual(
      [left?.trigger, left?.kind, left?.project, left?.effect, left?.level],
      ["PLAN-AREA", "onset", "prj_1", "restrict", 3],
    );
    // The authority moves the region: the vehicle is inside of what is agreed now, and the old finding is over.
    await regions.revise(SAMR, id, 1, input(115));
    table.set(splitByFeed(assignmentsOf(watched, sources())).frames);
    await feed(...[150, 180, 210, 240].map((s) => at(s, 115.5)));
    assert.deepEqual(
      (await messages()).map(({ kind }) => kind),
      ["onset", "superseded"],
    );
    // While the project is restricted its narrower limits hold.
    table.set(splitByFeed(assignmentsOf({ ...watched, narrowed: { maxSpeed: 20 } }, sources())).frames);
    await feed(at(270, 115.5), at(300, 115.5, 10), at(400, 115.5, 10));
    assert.deepEqual(
      (await messages()).slice(2).map(({ kind, trigger, effect }) => `${kind} ${trigger} ${effect ?? ""}`),
      ["onset PLAN-SPEED warn", "cleared PLAN-SPEED warn"],
    );
    await regions.retire(SAMR, id);
  });

  test("a signed set means the regions of its signature", async () => {
    const names = { en: "Yard", zh: "场" };
    const id = await regions.create(SAMR, "area", { names, geometry: square(114), coordinateSystem: "WGS-84" });
    const text = 'trigger T version 1 { when not inside("Yard") for 60 s ; }';
    const signed = compileProjectSet({ text }, PACKS, {
      pinnedTo: () => undefined,
      today: () => regions.visibleTo(SAMR),
    });
    await regions.pinNow(signed);
    await regions.revise(SAMR, id, 1, { names, geometry: square(115), coordinateSystem: "WGS-84" });
    assert.notEqual(setOf(text, regions).hash, signed.hash);
    const [own] = assignmentsOf(project({ triggerSet: { text, hash: signed.hash } }), sources());
    assert.equal(own?.set?.hash, signed.hash);
  });

  test("limits that events feed are judged there; the suspension stays with the frames", () => {
    const limits = { functions: ["pilot"], maxSpeed: 60 };
    const { frames, events } = splitByFeed(assignmentsOf(project({ limits, suspendedSince: T0 }), sources()));
    assert.deepEqual(
      events.map(({ set }) => set?.triggers.map((trigger) => trigger.id)),
      [["PLAN-FUNCTIONS"]],
    );
    assert.deepEqual(
      frames.map(({ set }) => set?.triggers.map((trigger) => trigger.id)),
      [["OWN"], ["PLAN-SPEED"]],
    );
    assert.deepEqual(
      frames.map(({ suspendedAt }) => suspendedAt),
      [T0 + 15_000, undefined],
    );
  });

  test("a text over frames and events is judged in two parts, each trigger where its signals come from", () => {
    const mixed = `
      trigger TOO-FAST version 1 { applies to vehicle ; when speed > 90 km/h ; }
      trigger HIT version 1 { applies to vehicle ; when collision at least 1 times in last 1 h ; }`;
    const assigned = assignmentsOf(
      project({ triggerSet: { text: mixed, hash: setOf(mixed, regions).hash } }),
      sources(),
    );
    const idsOf = (part: ReturnType<typeof assignmentsOf>) =>
      part.flatMap(({ set }) => set?.triggers.map(({ id, versionHash }) => `${id} ${versionHash}`) ?? []);
    const { frames, events } = splitByFeed(assigned);
    assert.deepEqual([...idsOf(frames), ...idsOf(events)].sort(), idsOf(assigned).sort());
    assert.deepEqual(frames[0]?.set?.inputs, ["speed"]);
    assert.deepEqual(events[0]?.set?.inputs, ["collision"]);
    assert.equal(splitByFeed(assigned).frames[0]?.set, frames[0]?.set, "compiled once");
  });

  test("9.1: a published rule that a plan is pinned to watches its vehicles, beside the plan's own text", async () => {
    const later = T0 + 3_600_000;
    const rule = await published(
      'trigger RULE-SPEED version 1 "Fast" { when speed > 90 km/h ; severity 2 ; effect restrict ; }',
    );
    const triggerSet = {
      text: "trigger OWN version 1 { when speed > 110 km/h ; }",
      rules: [{ trigger: "RULE-SPEED", version: 1 }],
    };
    table.set(splitByFeed(assignmentsOf(project({ project: "prj_2", triggerSet }), sources([rule]))).frames);
    const before = (await messages()).length;
    const row = (second: number, speed: number): Row => ({
      vehicle: CAR,
      event: later + second * 1000,
      values: { speed },
    });
    await feed(row(0, 80), row(10, 100), row(20, 100));
    assert.deepEqual(
      (await messages())
        .slice(before)
        .flatMap((each) =>
          each.project === "prj_2" ? [`${each.kind} ${each.trigger} ${each.effect} ${each.versionHash}`] : [],
        ),
      [`onset RULE-SPEED restrict ${rule.compiled.versionHash}`],
    );
    assert.throws(() => assignmentsOf(project({ triggerSet }), sources()), /RULE-SPEED@1/, "never without the rule");
  });

  test("a published rule keeps the shape of the region that it was published with; two shapes in one plan are refused", async () => {
    const names = { en: "Campus", zh: "园区" };
    const id = await regions.create(SAMR, "area", { names, geometry: square(114), coordinateSystem: "WGS-84" });
    const first = await published('trigger IN-1 version 1 { when not inside("Campus") for 60 s ; }');
    await regions.revise(SAMR, id, 1, { names, geometry: square(115), coordinateSystem: "WGS-84" });
    const second = await published('trigger IN-2 version 1 { when not inside("Campus") for 60 s ; }');
    const today = { pinnedTo: () => undefined, today: () => regions.visibleTo(SAMR) };
    const set = compileProjectSet({ rules: [first] }, PACKS, today, [first]);
    assert.deepEqual(
      set.triggers.map(({ versionHash }) => versionHash),
      [first.compiled.versionHash],
    );
    assert.throws(
      () => compileProjectSet({ rules: [first, second] }, PACKS, today, [first, second]),
      (error: unknown) => (error as { readonly code?: string }).code === "SG_PLAN_RULE",
    );
  });

  test("a plan that names a pack that is not there is refused", () => {
    assert.throws(
      () => assignmentsOf(project({ triggerSet: { pack: "gone" } }), sources()),
      (error: unknown) => error instanceof SandglassError && error.code === "SG_PLAN_PACK" && error.status === 400,
    );
  });
});
