/** Whom a backtest judges, by the rights of who asked for it; a run that judges nobody says nothing about a rule. */
import { can, reachesOf, ROLE_CODES, ROLES, type RoleCode } from "@sandglass/casework";
import type { SubjectKind } from "@sandglass/signals";
import type { TriggerSet } from "@sandglass/triggers";
import { reachesOfActor, type Access, type HistoryScope } from "../access/mod.ts";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { SYSTEM_RULEBOOK, type Actor } from "../records/mod.ts";
import { feedOf } from "../supervision/mod.ts";

export type ScopesOfReaders = Pick<Access["scopes"], "ofFleet" | "ofSubjects">;

export interface BacktestScopes {
  /** Vehicles that are judged … */
  readonly judged: HistoryScope;
  /** … those that may be named … */
  readonly shown: HistoryScope;
  /** … and the other subjects. */
  readonly subjects: HistoryScope;
}

/**
 * Who may read figures over the fleet may judge all of it; single vehicles are shown only where the requester may
 * read their telemetry. Of other subjects those are judged whose events the requester may read.
 */
export async function scopesOfBacktest(scopes: ScopesOfReaders, requester: Actor): Promise<BacktestScopes> {
  const shown = await scopes.ofFleet(requester);
  const reaches = reachesOfActor(requester, "rawTelemetry", "read");
  const isWhole = reaches.includes("all") || reaches.includes("aggregate");
  return {
    judged: isWhole ? await scopes.ofFleet(SYSTEM_RULEBOOK) : shown,
    shown,
    subjects: await scopes.ofSubjects(requester),
  };
}

/** The kinds of subjects that a set judges in a backtest. */
export function kindsJudged({ triggers, screenings }: TriggerSet): ReadonlySet<SubjectKind> {
  return new Set([
    ...triggers.map(({ core }) => core.appliesTo as SubjectKind),
    ...screenings.filter((each) => feedOf(each) !== undefined).map(({ plan }) => plan.subject as SubjectKind),
  ]);
}

/**
 * Of the kinds that a set judges there must be somebody whom the requester may judge. Of several kinds one is enough to run it: a
 * project rehearses a whole pack on its vehicles.
 * @throws SG_BACKTEST_REACHES_NOBODY
 */
export function requireReach(requester: Actor, set: TriggerSet, { judged, subjects }: BacktestScopes): void {
  const kinds = [...kindsJudged(set)];
  const isReached = kinds.some((kind) => {
    const { vehicles } = kind === "vehicle" ? judged : subjects;
    return vehicles === "all" || vehicles.size > 0;
  });
  if (kinds.length > 0 && !isReached)
    throw new SandglassError(ERRORS.BACKTEST_REACHES_NOBODY, { role: requester.role, ...named(kinds) });
}

/** Kinds, and the roles that may judge all of them. */
function named(kinds: readonly SubjectKind[]): {
  readonly kinds: readonly string[];
  readonly roles: readonly string[];
} {
  const roles = rolesThatJudge(kinds[0]).filter((role) => kinds.every((kind) => rolesThatJudge(kind).includes(role)));
  return { kinds, roles };
}

/** Roles that write or decide rules and read what subjects of a kind send beyond single cases (REQUIREMENTS 8.2). */
function rolesThatJudge(kind: SubjectKind): readonly RoleCode[] {
  const wide = kind === "vehicle" ? ["all", "own", "territory", "aggregate"] : ["all", "own", "territory"];
  return ROLE_CODES.filter(
    (role) =>
      ROLES[role].kind !== "system" &&
      (can(role, "triggerRules", "propose") || can(role, "triggerRules", "decide")) &&
      reachesOf(role, kind === "vehicle" ? "rawTelemetry" : "subjectEvents", "read").some((reach) =>
        wide.includes(reach),
      ),
  );
}

/**
 * A publication rests on what its rules did to somebody of each kind that they judge.
 * @throws SG_BACKTEST_JUDGED_NOBODY
 */
export function requireJudged(
  backtest: string,
  set: TriggerSet,
  judged: Readonly<Partial<Record<SubjectKind, number>>>,
): void {
  const missing = [...kindsJudged(set)].filter((kind) => (judged[kind] ?? 0) === 0);
  if (missing.length > 0) throw new SandglassError(ERRORS.BACKTEST_JUDGED_NOBODY, { id: backtest, ...named(missing) });
}
