/** Bulk actions as they are shown: the run to whom it belongs or who reads the log, its cases to whom may see them. */
import { isRoleCode, redact, ROLES, type Json, type Text } from "@sandglass/casework";
import type { Static } from "typebox";
import { personNames } from "../../access/mod.ts";
import { toTime, toTimeOrNull } from "../../http/mod.ts";
import type { Actor, Tx } from "../../records/mod.ts";
import { newestLifecycle } from "../engine/case-type.ts";
import { toCaseActor, type CaseEngine } from "../engine/engine.ts";
import { titleOfAction } from "../engine/titles.ts";
import { actorView } from "../engine/view.ts";
import type { BulkRun } from "./runs.ts";
import { OUTCOMES, PREVIEWS, type RowView, type RunView } from "./schema.ts";

export async function runViews(
  engine: CaseEngine,
  tx: Tx,
  actor: Actor,
  runs: readonly BulkRun[],
): Promise<Static<typeof RunView>[]> {
  if (runs.length === 0) return [];
  const rows = await tx
    .selectFrom("bulk_run_cases")
    .select(["run_id", "preview", "outcome"])
    .select((eb) => eb.fn.countAll<bigint>().as("count"))
    .where(
      "run_id",
      "in",
      runs.map(({ id }) => id),
    )
    .groupBy(["run_id", "preview", "outcome"])
    .execute();
  const { role } = toCaseActor(actor, "read");
  const names = await personNames(
    tx,
    runs.map((run) => run.actor_id),
  );
  return runs.map((run) => {
    const own = rows.filter((row) => row.run_id === run.id);
    const sum = (part: typeof own): number => part.reduce((total, { count }) => total + Number(count), 0);
    const lifecycle = newestLifecycle(engine.typeOf(run.kind));
    const { actor_id: id, actor_role, actor_account, organisation } = run;
    return {
      id: run.id,
      state: run.state,
      kind: run.kind,
      kindTitle: lifecycle.title,
      action: run.action,
      actionTitle: titleOfAction(lifecycle, run.action),
      input: redact(lifecycle, role, run.input as Json).value,
      purpose: run.purpose,
      query: run.query as Record<string, unknown> | null,
      by: actorView({ id, role: actor_role, organisation }, names, actor_account),
      total: run.total,
      waiting: sum(
        own.filter(({ outcome, preview }) => outcome === null && preview !== "input" && preview !== "refused"),
      ),
      previews: countsBy(PREVIEWS, (code) => sum(own.filter(({ preview }) => preview === code))),
      outcomes: countsBy(OUTCOMES, (code) => sum(own.filter(({ outcome }) => outcome === code))),
      previewedAt: toTime(run.previewed_at.getTime()),
      startedAt: toTimeOrNull(run.started_at?.getTime()),
      endedAt: toTimeOrNull(run.ended_at?.getTime()),
    };
  });
}

function countsBy<Code extends string>(codes: readonly Code[], count: (code: Code) => number): Record<Code, number> {
  return Object.fromEntries(codes.map((code) => [code, count(code)])) as Record<Code, number>;
}

export interface RowPage {
  readonly limit: number;
  /** Position of the last row before. */
  readonly after: number;
}

/** At most `limit + 1` rows. A case that the reader may not see is its id and what became of it. */
export async function rowViews(
  engine: CaseEngine,
  tx: Tx,
  run: BulkRun,
  { limit, after }: RowPage,
): Promise<Static<typeof RowView>[]> {
  const rows = await tx
    .selectFrom("bulk_run_cases as r")
    .leftJoin("cases as c", "c.id", "r.case_id")
    .leftJoin("case_actions as a", (join) =>
      join.onRef("a.case_id", "=", "r.case_id").onRef("a.sequence", "=", "r.sequence"),
    )
    .selectAll("r")
    .select(["c.kind", "c.definition", "c.state", "c.title_en", "c.title_zh", "a.leaf_id"])
    .where("r.run_id", "=", run.id)
    .where("r.position", ">", after)
    .orderBy("r.position")
    .limit(limit + 1)
    .execute();
  const changed = rows.filter(({ found }) => found !== null).map((row) => row.case_id);
  const actions =
    changed.length === 0
      ? []
      : await tx
          .selectFrom("bulk_run_cases as r")
          .innerJoin("case_actions as a", "a.case_id", "r.case_id")
          .select(["a.case_id", "a.sequence", "a.name", "a.at", "a.actor_role"])
          .where("r.run_id", "=", run.id)
          .where("r.case_id", "in", changed)
          .whereRef("a.sequence", ">", "r.version")
          .whereRef("a.sequence", "<=", "r.found")
          .orderBy("a.sequence")
          .execute();
  return rows.map((row) => {
    const { kind, definition, state } = row;
    const lifecycle =
      kind === null || definition === null ? undefined : engine.lifecycleOf({ id: row.case_id, kind, definition });
    return {
      position: row.position,
      case: {
        id: row.case_id,
        title: row.title_en === null || row.title_zh === null ? null : { en: row.title_en, zh: row.title_zh },
        kind,
        stateTitle: (state === null ? undefined : lifecycle?.states[state]?.title) ?? null,
      },
      version: row.version,
      preview: row.preview,
      outcome: row.outcome,
      code: row.code,
      reason: lifecycle === undefined ? null : (row.reason as Text | null),
      changes: actions
        .filter((each) => each.case_id === row.case_id)
        .map((each) => ({
          sequence: each.sequence,
          name: each.name,
          title: lifecycle === undefined ? { en: each.name, zh: each.name } : titleOfAction(lifecycle, each.name),
          at: toTime(each.at.getTime()),
          roleTitle: isRoleCode(each.actor_role)
            ? ROLES[each.actor_role].title
            : { en: each.actor_role, zh: each.actor_role },
        })),
      leaf: row.leaf_id,
      at: toTimeOrNull(row.at?.getTime()),
    };
  });
}
