/**
 * Cases wired to the rest: trigger sets of projects to supervision, firings to the reactor, changes to the live
 * stream. Supervision and cases never import each other; they meet here and in the outbox.
 */
import type { WorkCalendar } from "@sandglass/casework";
import { CATALOGUE } from "@sandglass/signals";
import { compileTriggers, type TriggerSet } from "@sandglass/triggers";
import type { FastifyPluginAsync } from "fastify";
import { parseSubjectId, parseVehicleId, vehicleIdOf, type Access, type CaseVehicles } from "../access/mod.ts";
import type { EventHub } from "../api/mod.ts";
import { createCases, type CasesLog, type ProjectAssignment as CaseAssignment } from "../cases/mod.ts";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { SYSTEM_INTAKE, type Records } from "../records/mod.ts";
import {
  AssignmentTable,
  isFedByEvents,
  type EventFindingNotice,
  type EventSupervision,
  type ProjectAssignment,
  type Supervision,
} from "../supervision/mod.ts";
import { projectMargins } from "./project-margins.ts";
import type { CompiledPack } from "./rule-packs.ts";

type Cases = ReturnType<typeof createCases>;

/**
 * How long a vehicle may need to come to a halt after its project is suspended, before moving is a breach. Not law:
 * our proposal (certainty P); the suspension itself takes effect at once.
 */
export const HALT_MS = 15_000;

export interface CaseWiringOptions {
  readonly records: Records;
  readonly packs: ReadonlyMap<string, CompiledPack>;
  /** Sets that watch every vehicle. */
  readonly everywhere: readonly TriggerSet[];
  readonly now: () => number;
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
  /** The sets of installed packs; they watch beside those of the configuration. */
  setInstalled(sets: readonly TriggerSet[]): void;
  readonly vehiclesOfCases: CaseVehicles;
  readonly routes: FastifyPluginAsync;
  /** Begins to consume firings and to publish changes; the result stops it. */
  start(needs: {
    readonly hub: EventHub;
    readonly supervision: Supervision;
    readonly events: EventSupervision;
    readonly access: Access;
  }): () => Promise<void>;
}

/** The set that a plan names. @throws SG_TRIGGER_SET with the place and the cause of the first error */
export function compileProjectSet(
  set: { readonly pack?: string; readonly text?: string },
  packs: ReadonlyMap<string, CompiledPack>,
): TriggerSet {
  if (set.text === undefined) {
    const pack = packs.get(set.pack ?? "");
    if (pack === undefined)
      throw new SandglassError(ERRORS.PACK_UNKNOWN, { pack: set.pack ?? "", possible: [...packs.keys()] });
    return pack.set;
  }
  const result = compileTriggers([{ text: set.text }, ...(packs.get(set.pack ?? "")?.pack.sources ?? [])], CATALOGUE);
  if (result.ok) return result.set;
  const { line, column, message, messageZh, suggestion } = result.errors[0];
  throw new SandglassError(ERRORS.TRIGGER_SET, {
    line,
    column,
    reason: message,
    reasonZh: messageZh,
    suggestion: suggestion ?? "",
  });
}

export async function openCases(options: CaseWiringOptions): Promise<CaseWiring> {
  const { records, packs, now, log } = options;
  let running: { readonly frames: Supervision; readonly events: EventSupervision } | undefined;
  const cases = createCases({
    records,
    now,
    log,
    ...(options.calendar === undefined ? {} : { calendar: options.calendar }),
    checkTriggerSet: async (set) => ({ hash: compileProjectSet(set, packs).hash }),
    margins: async (project) =>
      running === undefined
        ? []
        : [
            ...projectMargins(running.frames, assignments, project),
            ...projectMargins(running.events, eventAssignments, project),
          ],
  });
  const toSupervision = (project: CaseAssignment): ProjectAssignment => ({
    project: project.project,
    set: compileProjectSet(project.triggerSet, packs),
    vehicles: new Set(
      project.vehicles
        .map((id) => parseVehicleId(id) ?? parseSubjectId(id))
        .filter((key): key is bigint => key !== undefined),
    ),
    since: project.startedAt ?? 0,
    ...(project.suspendedSince === undefined ? {} : { suspendedAt: project.suspendedSince + HALT_MS }),
  });
  const read = async () => splitByFeed((await cases.projectAssignments()).map(toSupervision));
  const first = await read();
  const assignments = new AssignmentTable(
    options.everywhere.filter((set) => !isFedByEvents(set)),
    first.frames,
  );
  const eventAssignments = new AssignmentTable(options.everywhere.filter(isFedByEvents), first.events);
  let refreshing: Promise<void> = Promise.resolve();
  const refresh = (): void => {
    refreshing = refreshing
      .then(async () => {
        const { frames, events } = await read();
        assignments.set(frames);
        eventAssignments.set(events);
      })
      .catch((error: unknown) =>
        log.error(
          { reason: error instanceof Error ? error.message : String(error) },
          "trigger assignments could not be read; the next change tries again",
        ),
      );
  };
  cases.onAssignmentsChanged(refresh);
  return {
    cases,
    assignments,
    eventAssignments,
    setInstalled(sets) {
      const all = new Map([...options.everywhere, ...sets].map((set) => [set.hash, set]));
      assignments.setEverywhere([...all.values()].filter((set) => !isFedByEvents(set)));
      eventAssignments.setEverywhere([...all.values()].filter(isFedByEvents));
    },
    vehiclesOfCases: (actor) => cases.caseVehicles(actor),
    routes: cases.routes,
    start({ hub, supervision, events, access }) {
      running = { frames: supervision, events };
      const stopChanges = cases.onChange((change) => {
        hub.publish({
          topic: change.kind === "sandbox-project" ? "project" : "case",
          data: { id: change.id, state: change.state, version: change.version, action: change.action },
          extent: {
            organisations: change.organisations,
            ...(change.regions[0] === undefined ? {} : { region: change.regions[0] }),
          },
        });
      });
      const stopFindings = supervision.onFinding((notice) => {
        cases.wake();
        void publishFinding(hub, access, notice).catch((error: unknown) =>
          log.warn({ reason: String(error) }, "a finding could not be announced"),
        );
      });
      const stopEventFindings = events.onFinding((notice) => {
        cases.wake();
        publishEventFinding(hub, notice);
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

/** A project whose set events feed keeps its entry among those of frames: its vehicles must not move while it is suspended. */
function splitByFeed(projects: readonly ProjectAssignment[]): {
  readonly frames: readonly ProjectAssignment[];
  readonly events: readonly ProjectAssignment[];
} {
  const isEvent = ({ set }: ProjectAssignment): boolean => set !== undefined && isFedByEvents(set);
  return {
    frames: projects.map((project) => (isEvent(project) ? { ...project, set: undefined } : project)),
    events: projects.filter(isEvent),
  };
}

/** Findings are announced to those who may see the subject. */
function publishEventFinding(
  hub: EventHub,
  { id, kind, vehicle, subject, level, trigger, project }: EventFindingNotice,
): void {
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
    extent: {
      ...(subject?.organisation === undefined ? {} : { organisations: [subject.organisation] }),
      ...(subject?.region === undefined ? {} : { region: subject.region }),
    },
  });
}

/** Findings are announced to those who may see the vehicle. */
async function publishFinding(
  hub: EventHub,
  access: Access,
  notice: Parameters<Parameters<Supervision["onFinding"]>[0]>[0],
): Promise<void> {
  const key = notice.vehicle === undefined ? undefined : parseVehicleId(notice.vehicle);
  const vehicle = key === undefined ? undefined : await access.registry.find(SYSTEM_INTAKE, key);
  hub.publish({
    topic: "finding",
    data: {
      id: notice.id,
      kind: notice.kind,
      ...(key === undefined ? {} : { vehicle: vehicleIdOf(key) }),
      ...(notice.level === undefined ? {} : { level: notice.level }),
      ...(notice.trigger === undefined ? {} : { trigger: notice.trigger }),
      ...(notice.project === undefined ? {} : { project: notice.project }),
    },
    extent: {
      ...(vehicle?.organisation === undefined ? {} : { organisations: [vehicle.organisation] }),
      ...(vehicle?.region === undefined ? {} : { region: vehicle.region }),
    },
  });
}
