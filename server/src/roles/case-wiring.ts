/**
 * Cases wired to the rest: trigger sets of projects to supervision, firings to the reactor, changes to the live
 * stream. Supervision and cases never import each other; they meet here and in the outbox.
 */
import type { WorkCalendar } from "@sandglass/casework";
import type { Region, TriggerSet } from "@sandglass/triggers";
import type { FastifyPluginAsync } from "fastify";
import { isStanding, type CaseVehicles } from "../access/mod.ts";
import { extentOf, type EventHub } from "../api/mod.ts";
import {
  createCases,
  type CasesLog,
  type CasesOptions,
  type CountFrames,
  type ReadActivity,
  type ReadDistance,
} from "../cases/mod.ts";
import { SYSTEM_RULEBOOK, SYSTEM_SETUP, type Records } from "../records/mod.ts";
import type { RegionRegistry } from "../regions/mod.ts";
import {
  AssignmentTable,
  partsByFeed,
  type FindingNotice,
  type FeedParts,
  type EventSupervision,
  type Supervision,
} from "../supervision/mod.ts";
import { ruleKey, type PublishedRules, type Rulebook } from "../rulebook/mod.ts";
import { caseEventOf } from "./case-events.ts";
import { projectMargins } from "./project-margins.ts";
import { assignmentsOf, compileProjectSet, splitByFeed, type PackLookup } from "./project-sets.ts";
import { createRehearsals } from "./rehearsals.ts";
import { messageOf } from "../errors/mod.ts";

type Cases = ReturnType<typeof createCases>;
type VehicleReaders = {
  readonly read: ReadActivity;
  readonly count: CountFrames;
  readonly distance: ReadDistance;
  /** Through when everything received is in the history, UTC ms. */
  readonly storedThrough: () => number;
};

/**
 * How long a vehicle may need to come to a halt after its project is suspended, before moving is a breach. Not law:
 * our proposal (certainty P); the suspension itself takes effect at once.
 */
export const HALT_MS = 15_000;

export interface CaseWiringOptions {
  readonly records: Records;
  readonly packs: PackLookup;
  readonly publishedRules: PublishedRules;
  readonly regions: RegionRegistry;
  /** Sets that watch every vehicle. */
  readonly everywhere: readonly TriggerSet[];
  readonly now: () => number;
  /** Keyed hash of a VIN; asked only once everything is there. */
  readonly vehicleKeyOf: (vin: string) => bigint;
  /** Work calendar for legal clocks; the built-in one without it. */
  readonly calendar?: WorkCalendar | undefined;
  readonly log: CasesLog;
}

export interface CaseWiring {
  readonly cases: Cases;
  /** Sets that frames feed … */
  readonly assignments: AssignmentTable;
  /** … and those that events feed. */
  readonly eventAssignments: AssignmentTable;
  /** Reads the projects again: a pack that one of them names has changed. */
  refresh(): void;
  /** The sets of installed packs; they watch beside those of the configuration. */
  setInstalled(sets: readonly TriggerSet[]): void;
  readonly vehiclesOfCases: CaseVehicles;
  /** What runs rehearsals over past data; without it only the cases of packs are rehearsed. */
  setRulebook(rulebook: Rulebook): void;
  /** What reads vehicles' telemetry for assessments; without it none is read. */
  setActivity(readers: VehicleReaders): void;
  readonly routes: FastifyPluginAsync;
  readonly publicPages: FastifyPluginAsync;
  /** Begins to consume firings and to publish changes; the result stops it. */
  start(needs: {
    readonly hub: EventHub;
    readonly supervision: Supervision;
    readonly events: EventSupervision;
  }): () => Promise<void>;
}

export async function openCases(options: CaseWiringOptions): Promise<CaseWiring> {
  const { records, packs, publishedRules, regions, now, log } = options;
  const today = (): readonly Region[] => regions.visibleTo(SYSTEM_SETUP);
  const asSigned = { pinnedTo: (hash: string) => regions.pinnedTo(hash), today };
  let rulebook: Rulebook | undefined;
  let activity: VehicleReaders | undefined;
  let running: { readonly frames: Supervision; readonly events: EventSupervision } | undefined;
  const cases = createCases({
    records,
    now,
    log,
    isStanding: (actor) => isStanding(records, actor, now()),
    vehicleKeyOf: options.vehicleKeyOf,
    ...(options.calendar === undefined ? {} : { calendar: options.calendar }),
    checkTriggerSet: async (given, held = []) => {
      const rules = await publishedRules.take(given.rules ?? [], held);
      // Compiled with the regions of today; what is signed is pinned to them.
      const set = compileProjectSet(given, packs, { pinnedTo: () => undefined, today }, rules);
      await regions.pinNow(set);
      return { hash: set.hash };
    },
    activity: {
      read: (...query) => activity?.read(...query) ?? Promise.resolve(new Map()),
      count: (...query) => activity?.count(...query) ?? Promise.resolve({ frames: 0, reporting: 0 }),
      graceMs: HALT_MS,
      storedThrough: () => activity?.storedThrough() ?? 0,
    },
    distance: (...query) => activity?.distance(...query) ?? Promise.resolve(new Map()),
    rehearsals: createRehearsals({
      packs,
      regions: asSigned,
      rulesOf: ({ rules = [] }) => publishedRules.get(rules),
      rulebook: () => rulebook,
    }),
    margins: async (project) =>
      running === undefined
        ? []
        : [
            ...projectMargins(running.frames, assignments, project),
            ...projectMargins(running.events, eventAssignments, project),
          ],
  } satisfies CasesOptions & Required<Pick<CasesOptions, "vehicleKeyOf">>);
  const read = async () => {
    const projects = await cases.projectAssignments();
    const taken = await publishedRules.find(
      SYSTEM_RULEBOOK,
      projects.flatMap(({ triggerSet }) => triggerSet.rules ?? []),
    );
    const rules = new Map(taken.map((rule) => [ruleKey(rule), rule]));
    const sources = { packs, rules, regions, today, haltMs: HALT_MS };
    return splitByFeed(
      projects.flatMap((project) => {
        try {
          return assignmentsOf(project, sources);
        } catch (error) {
          // One project's set must not leave all the others with what they had before.
          log.error(
            { project: project.project, reason: messageOf(error) },
            "the trigger set of a project does not compile; its vehicles are not watched by it",
          );
          return [];
        }
      }),
    );
  };
  const first = await read();
  const assignments = new AssignmentTable(partsOf(options.everywhere, "frames"), first.frames);
  const eventAssignments = new AssignmentTable(partsOf(options.everywhere, "events"), first.events);
  let refreshing: Promise<void> = Promise.resolve();
  const refresh = (): void => {
    refreshing = refreshing
      .then(async () => {
        const { frames, events } = await read();
        assignments.set(frames);
        eventAssignments.set(events);
      })
      .catch((error: unknown) =>
        log.error({ reason: messageOf(error) }, "trigger assignments could not be read; the next change tries again"),
      );
  };
  cases.onAssignmentsChanged(refresh);
  // A region that was drawn or changed is in force for the limits of every project at once.
  regions.onChange(refresh);
  return {
    setRulebook(opened) {
      rulebook = opened;
    },
    setActivity(readers) {
      activity = readers;
    },
    refresh,
    cases,
    assignments,
    eventAssignments,
    setInstalled(sets) {
      const all = new Map([...options.everywhere, ...sets].map((set) => [set.hash, set]));
      assignments.setEverywhere(partsOf([...all.values()], "frames"));
      eventAssignments.setEverywhere(partsOf([...all.values()], "events"));
    },
    vehiclesOfCases: (actor) => cases.caseVehicles(actor),
    routes: cases.routes,
    publicPages: cases.publicPages,
    start({ hub, supervision, events }) {
      running = { frames: supervision, events };
      const stopChanges = cases.onChange((change) => {
        hub.publish(caseEventOf(change));
      });
      const stopFindings = supervision.onFinding((notice) => {
        cases.wake();
        publishFinding(hub, notice);
      });
      const stopEventFindings = events.onFinding((notice) => {
        cases.wake();
        publishFinding(hub, notice);
      });
      cases.start();
      return async () => {
        stopChanges();
        stopFindings();
        stopEventFindings();
        await cases.stop();
        await refreshing;
      };
    },
  };
}

function partsOf(sets: readonly TriggerSet[], feed: keyof FeedParts): TriggerSet[] {
  return sets.flatMap((set) => partsByFeed(set)[feed] ?? []);
}

/** Findings are announced to those who may see the subject: a vehicle, or what stands in its place. */
function publishFinding(hub: EventHub, notice: FindingNotice): void {
  const { id, kind, vehicle, subject, level, trigger, project } = notice;
  hub.publish({
    topic: "finding",
    data: {
      id,
      kind,
      ...(vehicle === undefined ? {} : { vehicle }),
      ...(subject === undefined ? {} : { subject: subject.id }),
      ...(level === undefined ? {} : { level }),
      ...(trigger === undefined ? {} : { trigger }),
      ...(project === undefined ? {} : { project }),
    },
    extent: extentOf(subject ?? notice),
  });
}
