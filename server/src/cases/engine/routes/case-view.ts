/** A case of any kind as JSON: its line in a list, its page, and its page after something was done to it. */
import type { FastifyRequest } from "fastify";
import { Type, type Static } from "typebox";
import { ERRORS, SandglassError } from "../../../errors/mod.ts";
import { actorOf as requestActor, Bilingual, Nullable } from "../../../http/mod.ts";
import type { Actor, Tx } from "../../../records/mod.ts";
import { newestLifecycle } from "../case-type.ts";
import { toCaseActor, type CaseEngine } from "../engine.ts";
import { toStored } from "../store.ts";
import { firstSubject, subjectNames } from "../subject-names.ts";
import type { Unit } from "../unit.ts";
import { lineOf, pageOfCase, type CaseRow } from "../view.ts";
import { CASE_LINE, CASE_PAGE } from "../view-schema.ts";

const OPENED_AT_MOST = 50;
const GENERIC_LINE = {
  ...CASE_LINE,
  kindTitle: Bilingual,
  title: Bilingual,
  subject: Nullable(
    Type.Object(
      { id: Type.String(), name: Nullable(Type.String({ description: "Masked VIN, or the name of a service." })) },
      { description: "What it is about first." },
    ),
  ),
};
const OPEN = { additionalProperties: true, description: "With the fields of its kind." } as const;
export const CaseLine = Type.Object(GENERIC_LINE, OPEN);
const OpenedCase = Type.Object({
  id: Type.String(),
  kind: Type.String(),
  kindTitle: Bilingual,
  title: Bilingual,
  state: Type.String(),
  stateTitle: Bilingual,
});
const OPENED = Type.Array(OpenedCase, {
  description:
    "Cases that were opened from it, as far as the actor may see them: the recall of a filing, of an accident. Newest first.",
  maxItems: OPENED_AT_MOST,
});
export const CaseView = Type.Object({ ...GENERIC_LINE, ...CASE_PAGE, opened: OPENED }, OPEN);

/** By id. */
export async function genericLines(
  engine: CaseEngine,
  tx: Tx,
  actor: Actor,
  rows: readonly CaseRow[],
  now: number,
): Promise<ReadonlyMap<string, Static<typeof CaseLine>>> {
  const subjects = new Map(rows.map((row) => [row.id, firstSubject(engine.lifecycleOf(row), actor, row.vehicles)]));
  const names = await subjectNames(
    tx,
    [...subjects.values()].filter((id) => id !== undefined),
  );
  return new Map(
    rows.map((row) => {
      const type = engine.typeOf(row.kind);
      const subject = subjects.get(row.id);
      const line = {
        ...lineOf(engine, row, now),
        kindTitle: newestLifecycle(type).title,
        title: { en: row.title_en, zh: row.title_zh },
        subject: subject === undefined ? null : { id: subject, name: names.get(subject) ?? null },
        ...type.line?.(row),
      };
      return [row.id, line];
    }),
  );
}

/** @returns undefined for a case that does not exist for the actor */
async function findView(
  engine: CaseEngine,
  tx: Tx,
  actor: Actor,
  id: string,
  now: number,
): Promise<Static<typeof CaseView> | undefined> {
  const row = await tx.selectFrom("cases").selectAll().where("id", "=", id).executeTakeFirst();
  if (row === undefined) return undefined;
  const stored = toStored(row);
  const page = await pageOfCase(engine, tx, stored, toCaseActor(actor, "read"), now);
  const lines = await genericLines(engine, tx, actor, [row], now);
  return {
    ...lines.get(id)!,
    ...page,
    opened: await openedFrom(engine, tx, id),
    ...(await engine.typeOf(stored.kind).page?.(stored, tx)),
  };
}

async function openedFrom(engine: CaseEngine, tx: Tx, id: string): Promise<Static<typeof OPENED>> {
  const rows = await tx
    .selectFrom("cases")
    .selectAll()
    .where("item", "=", id)
    .orderBy("opened_at", "desc")
    .orderBy("id", "desc")
    .limit(OPENED_AT_MOST)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    kindTitle: newestLifecycle(engine.typeOf(row.kind)).title,
    title: { en: row.title_en, zh: row.title_zh },
    state: row.state,
    stateTitle: engine.lifecycleOf(row).states[row.state]!.title,
  }));
}

/** @throws SG_NOT_FOUND */
export async function viewOf(
  engine: CaseEngine,
  request: FastifyRequest,
  id: string,
  now: number,
): Promise<Static<typeof CaseView>> {
  const actor = requestActor(request);
  const view = await engine.transact(actor, ({ tx }) => findView(engine, tx, actor, id, now), { retry: true });
  if (view === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: id });
  return view;
}

/**
 * Does something to a case and shows it as it is then, in one transaction: a second one would be a third of the answer's time.
 * @param work answers with the id of the case
 * @throws SG_NOT_FOUND when what was done took the case out of the actor's sight; it is done all the same
 */
export async function viewAfter(
  engine: CaseEngine,
  request: FastifyRequest,
  now: number,
  work: (unit: Unit) => Promise<string>,
): Promise<Static<typeof CaseView>> {
  const actor = requestActor(request);
  const { id, view } = await engine.transact(actor, async (unit) => {
    const changed = await work(unit);
    return { id: changed, view: await findView(engine, unit.tx, actor, changed, now) };
  });
  if (view === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: id });
  return view;
}
