/** Cases as one thing to compose: engine, reactor, clock, routes, and what other modules ask of cases. */
import type { FastifyPluginAsync } from "fastify";
import { ROLES, type Deadlines, type WorkCalendar } from "@sandglass/casework";
import { parseSubjectId, parseVehicleId } from "../access/mod.ts";
import { SYSTEM_TRIGGER, type Actor, type Records, type Tx } from "../records/mod.ts";
import { bulkRoutes } from "./bulk/routes.ts";
import { BulkRunner } from "./bulk/runner.ts";
import { runClock } from "./engine/clock.ts";
import { CaseEngine, type ActionMeta } from "./engine/engine.ts";
import type { StoredCase } from "./engine/store.ts";
import type { CaseChange } from "./engine/unit.ts";
import { discoverCaseTypes, makeCaseTypes } from "./engine/discover.ts";
import { engineRoutes } from "./engine/routes/mod.ts";
import { actOnOrder, openOrder, ORDER_KIND } from "./hazard-order/actions.ts";
import { noteActivity, type Activity } from "./reactor/project-effects.ts";
import { forgetDone } from "./reactor/forget-done.ts";
import { Reactor, type ReactorAlarm } from "./reactor/reactor.ts";
import { actOnProject, createProject } from "./sandbox-project/actions.ts";
import type { CheckTriggerSet, Rehearsals } from "./sandbox-project/policy.ts";
import {
  countProjects,
  projectAssignments,
  changesAssignments,
  type ProjectAssignment,
  type ProjectMargins,
} from "./sandbox-project/queries.ts";
import { listExportRoutes } from "./exports/routes.ts";
import { assessmentRoutes } from "./sandbox-project/assessment-routes.ts";
import type { Telemetry } from "./sandbox-project/assessment.ts";
import { Loop } from "./loop.ts";
import { indexWords } from "./search/index-words.ts";
import { ComplaintGate } from "./public/complaint-gate.ts";
import { complaintPages } from "./public/complaint-pages.ts";
import { publicPages } from "./public/pages.ts";
import { publicRoutes } from "./public/routes.ts";
import type { ReadDistance } from "./programmes/distance.ts";
import { programmeRoutes } from "./programmes/routes.ts";
import { recallCheck } from "./recall/check.ts";
import { recallPages } from "./recall/pages.ts";
import { recallRoutes } from "./recall/routes.ts";
import { projectRoutes } from "./sandbox-project/routes.ts";
import { messageOf } from "../errors/mod.ts";

export interface CasesLog {
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
}

export interface CasesOptions {
  readonly records: Records;
  /** UTC ms. */
  readonly now: () => number;
  readonly checkTriggerSet: CheckTriggerSet;
  readonly rehearsals?: Rehearsals;
  readonly margins?: ProjectMargins;
  /** What vehicles sent, and the time they may take to come to a halt. */
  readonly activity?: Telemetry;
  /** How far vehicles went; without it no distance is counted. */
  readonly distance?: ReadDistance;
  /** Keyed hash of a VIN, for who asks whether a recall reaches a vehicle; without it nobody is answered. */
  readonly vehicleKeyOf?: (vin: string) => bigint;
  readonly calendar?: WorkCalendar;
  readonly deadlines?: Deadlines;
  readonly log?: CasesLog;
  readonly onAlarm?: (alarm: ReactorAlarm) => void;
  /** Whether a person still holds the office and the credential of the actor: asked while a bulk action runs. */
  readonly isStanding?: (actor: Actor) => Promise<boolean>;
}

export interface CaseCounts {
  /** Hazard work orders that are not closed, and those of them with a duty past due. */
  readonly cases: { readonly open: number; readonly overdue: number };
  readonly projects: { readonly byState: Readonly<Record<string, number>> };
}

export interface Cases {
  readonly engine: CaseEngine;
  createProject(actor: Actor, input: unknown, meta?: ActionMeta): Promise<StoredCase>;
  actOnProject(actor: Actor, id: string, name: string, input?: unknown, meta?: ActionMeta): Promise<StoredCase>;
  openOrder(actor: Actor, input: unknown, meta?: ActionMeta): Promise<StoredCase>;
  actOnOrder(actor: Actor, id: string, name: string, input?: unknown, meta?: ActionMeta): Promise<StoredCase>;
  /** Consumes the waiting firings once. */
  drain(): Promise<number>;
  /** Handles the duties that are due once. */
  runClock(): Promise<number>;
  /** Removes what the outbox has long done with. @returns how many rows */
  forgetDone(): Promise<number>;
  /** Takes the waiting actions of bulk runs once. @returns on how many cases */
  runBulk(): Promise<number>;
  /** Gives cases from before there was a search their words; `start` does it in the background. @returns how many */
  indexWords(): Promise<number>;
  /** Drains and runs the clock in the background until `stop`. */
  start(): void;
  stop(): Promise<void>;
  /** Tells that a firing may be waiting, so that it is consumed without waiting for the next look. */
  wake(): void;
  onChange(listener: (change: CaseChange) => void): () => void;
  /** What supervision watches for projects, and when that may have changed. */
  projectAssignments(): Promise<ProjectAssignment[]>;
  onAssignmentsChanged(listener: () => void): () => void;
  noteActivityAfterSuspension(activity: Activity): Promise<boolean>;
  /** Keys of the vehicles in the cases that the actor may see. */
  caseVehicles(actor: Actor): Promise<ReadonlySet<bigint>>;
  counts(actor: Actor): Promise<CaseCounts>;
  /** Fastify plugin with the routes `/projects` and `/cases`; register it under the prefix of the API. */
  readonly routes: FastifyPluginAsync;
  /** Pages of the public register, for the root of the server: no account, no script. */
  readonly publicPages: FastifyPluginAsync;
}

/** Found once, when the module is loaded. */
const CASE_TYPES = await discoverCaseTypes();

/** How often the outbox is looked at when nothing wakes the reactor. */
const LOOK_MS = 250;
const CLOCK_MS = 1_000;
const FORGET_MS = 60_000;

export function createCases(options: CasesOptions): Cases {
  const { records, now, log } = options;
  const engine = new CaseEngine({
    records,
    now,
    types: makeCaseTypes(CASE_TYPES, {
      checkTriggerSet: options.checkTriggerSet,
      rehearsals: options.rehearsals,
      distance: options.distance,
      now,
    }),
    ...(options.calendar === undefined ? {} : { calendar: options.calendar }),
    ...(options.deadlines === undefined ? {} : { deadlines: options.deadlines }),
  });
  const reactor = new Reactor({
    engine,
    now,
    onAlarm: (alarm) => {
      log?.error({ code: alarm.code, outbox: String(alarm.outbox), reason: alarm.reason }, "a firing was set aside");
      options.onAlarm?.(alarm);
    },
  });
  const draining = new Loop(
    LOOK_MS,
    (goesOn) => reactor.drain(goesOn),
    (cause) => log?.warn({ cause: messageOf(cause) }, "the outbox could not be consumed; it is tried again"),
  );
  const clock = new Loop(
    CLOCK_MS,
    () => runClock(engine, now()),
    (cause) => log?.warn({ cause: messageOf(cause) }, "legal clocks could not be handled; it is tried again"),
  );

  const forgetting = new Loop(
    FORGET_MS,
    (goesOn) => forgetDone(engine, { now: now(), goesOn }),
    (cause) =>
      log?.warn({ cause: messageOf(cause) }, "done rows of the outbox could not be removed; it is tried again"),
  );

  const bulk = new BulkRunner({ engine, records, now, isStanding: options.isStanding ?? (async () => true) });
  const bulkRuns = new Loop(
    LOOK_MS,
    () => bulk.drain(),
    (cause) => log?.warn({ cause: messageOf(cause) }, "a bulk action could not go on; it is tried again"),
  );

  const gate = new ComplaintGate(now);
  const check = recallCheck(engine, now, options.vehicleKeyOf);
  let isStopped = false;
  let indexing: Promise<unknown> | undefined;

  return {
    engine,
    createProject: (actor, input, meta) => createProject(engine, actor, input, meta),
    actOnProject: (actor, id, name, input = {}, meta) => actOnProject(engine, actor, id, name, input, meta),
    openOrder: (actor, input, meta) => openOrder(engine, actor, input, meta),
    actOnOrder: (actor, id, name, input = {}, meta) => actOnOrder(engine, actor, id, name, input, meta),
    drain: () => reactor.drain(),
    runClock: () => runClock(engine, now()),
    forgetDone: () => forgetDone(engine, { now: now() }),
    runBulk: () => bulk.drain(),
    indexWords: () => indexWords(engine),
    start() {
      draining.start();
      clock.start();
      bulkRuns.start();
      forgetting.start();
      indexing = indexWords(engine, () => !isStopped).catch((cause: unknown) => {
        log?.warn({ cause: messageOf(cause) }, "words of earlier cases could not be added; the next start tries again");
      });
    },
    async stop() {
      isStopped = true;
      bulk.stop();
      await Promise.all([draining.stop(), clock.stop(), bulkRuns.stop(), forgetting.stop(), indexing]);
    },
    wake: () => draining.wake(),
    onChange: (listener) => engine.onChange(listener),
    projectAssignments: () => engine.transact(SYSTEM_TRIGGER, ({ tx }) => projectAssignments(tx), { retry: true }),
    onAssignmentsChanged: (listener) =>
      engine.onChange((change) => {
        if (changesAssignments(change)) listener();
      }),
    noteActivityAfterSuspension: (activity) =>
      engine.transact(SYSTEM_TRIGGER, (unit) => noteActivity(engine, unit, activity), { retry: true }),
    caseVehicles: (actor) =>
      Object.hasOwn(ROLES, actor.role)
        ? records.transact(actor, caseVehicles, { retry: true })
        : Promise.resolve(new Set<bigint>()),
    counts: (actor) => records.transact(actor, (tx) => countCases(tx, now()), { retry: true }),
    publicPages: async (app) => {
      await app.register(publicPages(engine, now));
      await app.register(complaintPages(engine, gate, now));
      await app.register(recallPages(engine, check));
    },
    routes: async (app) => {
      await app.register(publicRoutes, { engine, gate, now });
      await app.register(programmeRoutes, { engine, now, distance: options.distance });
      await app.register(projectRoutes, { engine, now, margins: options.margins, rehearsals: options.rehearsals });
      await app.register(assessmentRoutes, { engine, now, margins: options.margins, activity: options.activity });
      await app.register(listExportRoutes, { engine, records, now });
      await app.register(bulkRoutes, { engine, now, wake: () => bulkRuns.wake() });
      await app.register(recallRoutes, { engine, check });
      await app.register(engineRoutes, { engine, now });
    },
  };
}

async function caseVehicles(tx: Tx): Promise<ReadonlySet<bigint>> {
  const rows = await tx.selectFrom("cases").select("vehicles").where("ended", "=", false).execute();
  return new Set(
    rows
      .flatMap((row) => row.vehicles.map((id) => parseVehicleId(id) ?? parseSubjectId(id)))
      .filter((key): key is bigint => key !== undefined),
  );
}

async function countCases(tx: Tx, now: number): Promise<CaseCounts> {
  const { open, overdue } = await tx
    .selectFrom("cases")
    .select((eb) => [
      eb.fn.countAll<bigint>().as("open"),
      eb.fn.countAll<bigint>().filterWhere("due_at", "<", new Date(now)).as("overdue"),
    ])
    .where("kind", "=", ORDER_KIND)
    .where("ended", "=", false)
    .executeTakeFirstOrThrow();
  return { cases: { open: Number(open), overdue: Number(overdue) }, projects: { byState: await countProjects(tx) } };
}
