/** Screening jobs put together: history, registry, findings that are announced to those who see everything. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Access } from "../access/mod.ts";
import type { EventHub } from "../api/mod.ts";
import type { Config } from "../config.ts";
import type { History } from "../history/mod.ts";
import { SYSTEM_SUPERVISION, type Records } from "../records/mod.ts";
import {
  ScreeningJobs,
  storedEventRows,
  type ScreeningTarget,
  type SupervisionAssignments,
} from "../supervision/mod.ts";

export interface ScreeningNeeds {
  readonly config: Config;
  readonly records: Records;
  readonly history: History;
  readonly access: Access;
  /** What watches vehicles, on frames and on events. */
  readonly assignments: readonly SupervisionAssignments[];
  readonly hub: EventHub;
  readonly now: () => number;
  readonly log: { warn(fields: object, text: string): void };
}

export async function startScreenings(needs: ScreeningNeeds): Promise<ScreeningJobs> {
  const { config, records, history, access, assignments, hub, now, log } = needs;
  const folder = join(config.data, "screening");
  mkdirSync(folder, { recursive: true });
  const scope = await access.scopes.ofFleet(SYSTEM_SUPERVISION);
  const jobs = new ScreeningJobs({
    records,
    source: { history, scope, folder, events: storedEventRows(history, async () => scope) },
    targets: () => assignments.flatMap(screeningTargets),
    now,
    log,
    onFinding: (change) =>
      hub.publish({ topic: "finding", data: { id: change.finding.id, kind: change.kind }, extent: {} }),
  });
  jobs.start();
  return jobs;
}

/** Conditions over many of everything at work: sets that watch all, published ones, plans of projects. */
export function screeningTargets(assignments: SupervisionAssignments): readonly ScreeningTarget[] {
  return [
    ...assignments.everywhere.map((set) => ({ set })),
    ...assignments.published().map(({ set, since }) => ({ set, since })),
    ...assignments
      .projects()
      .flatMap(({ set, project, vehicles, since }) => (set === undefined ? [] : [{ set, project, vehicles, since }])),
  ].filter(({ set }) => set.screenings.length > 0);
}
