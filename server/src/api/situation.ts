/** The figures of the situation page, for an actor: what he may count, and what he may know of the system itself. */
import { mayActor, type HistoryScope } from "../access/mod.ts";
import { toTime } from "../http/mod.ts";
import type { Actor } from "../records/mod.ts";
import type { ApiDependencies } from "./dependencies.ts";
import { keptPerActor } from "./kept-per-actor.ts";

export interface Situation {
  readonly at: string;
  readonly vehicles: {
    readonly registered: number;
    readonly unregistered: number;
    readonly online: number;
    readonly silent: number;
  };
  readonly frames: { readonly total: number; readonly lastMinute: number; readonly perSecond: number };
  readonly lagMs: { readonly p50: number | null; readonly p95: number | null };
  readonly findings: { readonly open: Readonly<Record<string, number>> };
  readonly cases: { readonly open: number; readonly overdue: number };
  readonly projects: { readonly byState: Readonly<Record<string, number>> };
  readonly intake: { readonly paused: boolean; readonly code: string | null; readonly waitingMs: number };
  readonly alarms: {
    readonly code: string;
    readonly message: string;
    readonly messageZh: string;
    readonly since: string;
    readonly times: number;
  }[];
}

/** Many consoles ask at once; figures may be this old. */
const FRESH_MS = 900;

/** Which vehicles an actor may count changes rarely and is costly to read for a large fleet. */
const SCOPE_MS = 10_000;

type Needs = Pick<ApiDependencies, "access" | "fleet" | "figures" | "intake" | "alarms" | "now">;

export function createSituation(needs: Needs): (actor: Actor) => Promise<Situation> {
  const scopeOf = keptPerActor((actor) => needs.access.scopes.ofFigures(actor), SCOPE_MS, needs.now);
  return keptPerActor((actor) => build(needs, actor, scopeOf), FRESH_MS, needs.now, 0);
}

async function build(
  { access, fleet, figures, intake, alarms, now }: Needs,
  actor: Actor,
  scopeOf: (actor: Actor) => Promise<HistoryScope>,
): Promise<Situation> {
  const [registry, scope, open, cases, byState] = await Promise.all([
    access.registry.count(actor),
    scopeOf(actor),
    figures.openFindings(actor),
    figures.cases(actor),
    figures.projectsByState(actor),
  ]);
  const live = fleet.figures(scope.vehicles);
  const lag = fleet.lag();
  const status = intake();
  const operates = mayActor(actor, "operation", "read");
  return {
    at: toTime(now()),
    vehicles: { ...registry, online: live.online, silent: live.silent },
    frames: { total: live.frames, lastMinute: live.lastMinute, perSecond: live.perSecond },
    lagMs: { p50: lag?.p50 ?? null, p95: lag?.p95 ?? null },
    findings: { open },
    cases,
    projects: { byState },
    intake: { paused: status.paused, code: status.code ?? null, waitingMs: Math.round(status.waitingMs ?? 0) },
    alarms: operates
      ? alarms.list().map(({ code, message, messageZh, since, times }) => ({
          code,
          message,
          messageZh,
          since: toTime(since),
          times,
        }))
      : [],
  };
}
