/** Screening jobs put together: history, registry, findings that are announced to those who see all vehicles. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { TriggerSet } from "@sandglass/triggers";
import type { Access } from "../access/mod.ts";
import type { EventHub } from "../api/mod.ts";
import type { Config } from "../config.ts";
import type { History } from "../history/mod.ts";
import { SYSTEM_SUPERVISION, type Records } from "../records/mod.ts";
import { ScreeningJobs } from "../supervision/mod.ts";

export interface ScreeningNeeds {
  readonly config: Config;
  readonly records: Records;
  readonly history: History;
  readonly access: Access;
  readonly everywhere: readonly TriggerSet[];
  readonly hub: EventHub;
  readonly now: () => number;
  readonly log: { warn(fields: object, text: string): void };
}

export async function startScreenings(needs: ScreeningNeeds): Promise<ScreeningJobs> {
  const { config, records, history, access, everywhere, hub, now, log } = needs;
  const folder = join(config.data, "screening");
  mkdirSync(folder, { recursive: true });
  const jobs = new ScreeningJobs({
    records,
    source: { history, scope: await access.scopes.ofFleet(SYSTEM_SUPERVISION), folder },
    sets: everywhere,
    now,
    log,
    onFinding: (change) =>
      hub.publish({ topic: "finding", data: { id: change.finding.id, kind: change.kind }, extent: {} }),
  });
  jobs.start();
  return jobs;
}
