/** Figures of a programme over a year (feature 14 of §6.4) and the facts of its annual report. */
import { sql } from "kysely";
import { SANDBOX_RESULT, type SandboxProjectData } from "@sandglass/casework";
import type { Actor, Tx } from "../../records/mod.ts";
import { distanceOf, type DistanceFigures, type ReadDistance } from "./distance.ts";

const DAY_MS = 86_400_000;

export interface ProgrammeYear {
  readonly programme: string;
  readonly year: number;
  readonly filed: number;
  readonly admitted: number;
  readonly refused: number;
  /** admitted ÷ decided; null while nothing was decided. */
  readonly acceptanceRate: number | null;
  /** Median days from submission to decision. */
  readonly decisionDays: number | null;
  /** Median days in the test, of those that left it. */
  readonly testDays: number | null;
  readonly triggers: {
    readonly warn: number;
    readonly restrict: number;
    readonly suspend: number;
    readonly terminate: number;
  };
  readonly suspensions: number;
  readonly breaches: number;
  readonly incidents: { readonly total: number; readonly injured: number; readonly dead: number };
  /** Null where no vehicle was in the test, and where nobody can read the distance. */
  readonly distance: DistanceFigures | null;
  readonly tasks: { readonly opened: number; readonly met: number };
  readonly ended: { readonly [state: string]: number };
  readonly toRoutineShare: number | null;
  readonly smeShare: number | null;
  readonly results: {
    readonly [kind: string]: { readonly proposed: number; readonly adopted: number; readonly published: number };
  };
}

interface Row {
  readonly id: string;
  readonly state: string;
  readonly ended: boolean;
  readonly data: SandboxProjectData;
  readonly obligations: readonly { readonly code: string; readonly ended?: { readonly how: string } }[];
  readonly submitted: Date | null;
  readonly decided: Date | null;
  readonly decision: string | null;
  readonly left: Date | null;
  readonly suspensions: number;
}

/** Years are those of Asia/Shanghai. */
export function boundsOf(year: number): { readonly from: Date; readonly to: Date } {
  const at = (y: number) => new Date(Date.UTC(y, 0, 1) - 8 * 3_600_000);
  return { from: at(year), to: at(year + 1) };
}

async function readProjects(tx: Tx, programme: string, year: number): Promise<readonly Row[]> {
  const { from, to } = boundsOf(year);
  const { rows } = await sql<Row>`
    select c.id, c.state, c.ended, c.folded -> 'data' as data, c.folded -> 'obligations' as obligations,
      a.submitted, a.decided, a.decision, a.left, coalesce(a.suspensions, 0)::int as suspensions
    from cases c
    cross join lateral (
      select min(at) filter (where name = 'submit') as submitted,
        min(at) filter (where name in ('admit', 'refuse', 'exclude', 'approveTacitly')) as decided,
        (array_agg(name order by sequence) filter (where name in ('admit', 'refuse', 'exclude', 'approveTacitly')))[1] as decision,
        min(at) filter (where from_state in ('TESTING', 'RESTRICTED', 'SUSPENDED') and to_state in ('REPORTING', 'TERMINATING')) as left,
        count(*) filter (where to_state = 'SUSPENDED' and from_state <> 'SUSPENDED') as suspensions
      from case_actions where case_id = c.id
    ) a
    where c.kind = 'sandbox-project' and c.item = ${programme}
      and c.opened_at < ${to} and (not c.ended or c.changed_at >= ${from})`.execute(tx);
  return rows;
}

/** How distances are read for the figures; `at` is now, UTC ms. */
export interface DistanceSource {
  readonly actor: Actor;
  readonly at: number;
  readonly read: ReadDistance;
}

export async function yearOf(
  tx: Tx,
  programme: string,
  year: number,
  distances?: DistanceSource,
): Promise<ProgrammeYear> {
  const { from, to } = boundsOf(year);
  const within = (at: Date | number | null | undefined): boolean =>
    at !== null && at !== undefined && +at >= +from && +at < +to;
  const rows = await readProjects(tx, programme, year);
  const decided = rows.filter((row) => within(row.decided));
  const admitted = decided.filter(({ decision }) => decision === "admit" || decision === "approveTacitly").length;
  const findings = rows.flatMap(({ data }) => data.findings.filter((each) => within(each.at)));
  const effects = (effect: string): number => findings.filter((each) => each.effect === effect).length;
  const incidents = rows.flatMap(({ data }) => (data.incidents ?? []).filter((each) => within(each.happenedAt)));
  const tasks = rows.flatMap(({ obligations }) => obligations.filter((each) => each.code === "correctiveTask"));
  const ended = rows.filter((row) => row.ended && within(row.data.exit?.at ?? row.left));
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
  return {
    programme,
    year,
    filed: rows.filter((row) => within(row.submitted)).length,
    admitted,
    refused: decided.length - admitted,
    acceptanceRate: share(admitted, decided.length),
    decisionDays: median(decided.map((row) => (+(row.decided ?? 0) - +(row.submitted ?? 0)) / DAY_MS)),
    testDays: median(
      rows
        .filter((row) => within(row.left) && row.data.startedAt !== undefined)
        .map((row) => (+(row.left ?? 0) - (row.data.startedAt ?? 0)) / DAY_MS),
    ),
    triggers: {
      warn: effects("warn"),
      restrict: effects("restrict"),
      suspend: effects("suspend"),
      terminate: effects("terminate"),
    },
    suspensions: sum(rows.map((row) => row.suspensions)),
    breaches: sum(rows.map(({ data }) => (data.breaches ?? []).filter((each) => within(each.at)).length)),
    incidents: {
      total: incidents.length,
      injured: sum(incidents.map((each) => each.injured)),
      dead: sum(incidents.map((each) => each.dead)),
    },
    distance:
      distances === undefined
        ? null
        : await distanceOf(distances.read, distances.actor, rows, {
            from: from.getTime(),
            to: Math.min(to.getTime(), distances.at),
          }),
    tasks: { opened: tasks.length, met: tasks.filter((each) => each.ended?.how === "met").length },
    ended: countBy(ended.map((row) => row.state)),
    toRoutineShare: share(ended.filter((row) => row.state === "EXITED_TO_ROUTINE").length, ended.length),
    smeShare: share(rows.filter(({ data }) => data.sme === true).length, rows.length),
    results: await readResults(
      tx,
      rows.map((row) => row.id),
    ),
  };
}

async function readResults(tx: Tx, projects: readonly string[]): Promise<ProgrammeYear["results"]> {
  if (projects.length === 0) return {};
  const rows = await tx
    .selectFrom("cases")
    .select(["state", sql<string>`folded -> 'data' ->> 'kind'`.as("kind")])
    .where("kind", "=", SANDBOX_RESULT.kind)
    .where("project", "in", [...projects])
    .execute();
  const results: Record<string, { proposed: number; adopted: number; published: number }> = {};
  for (const { kind, state } of rows) {
    const counts = (results[kind] ??= { proposed: 0, adopted: 0, published: 0 });
    counts.proposed += 1;
    if (state === "ADOPTED" || state === "PUBLISHED") counts.adopted += 1;
    if (state === "PUBLISHED") counts.published += 1;
  }
  return results;
}

/** What projects of the year learned, of those that may be shown: both sides agreed to the exit report. */
export async function lessonsOf(tx: Tx, programme: string, year: number) {
  const { from, to } = boundsOf(year);
  const rows = await tx
    .selectFrom("public_register")
    .select("body")
    .where("programme", "=", programme)
    .where("updated_at", ">=", from)
    .where("updated_at", "<", to)
    .execute();
  return rows
    .map((row) => row.body as { readonly id: string; readonly title: string | null; readonly results: string | null })
    .filter((entry) => entry.results !== null)
    .map(({ id, title, results }) => ({ project: id, title, results: results ?? "" }));
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part / whole) * 1000) / 1000;
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const value = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return Math.round(value * 10) / 10;
}

function countBy(values: readonly string[]): { readonly [value: string]: number } {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}
