/**
 * What happens because a due time passed: `system:clock` takes the action that the lifecycle names for it, and climbs the ladder
 * of the duty: notices ahead of the due time and after it. Each duty and each step is handled in a transaction of its own, once
 * per due time; an action that is not possible any more is not forced.
 */
import { asOwed, ladderOf, type EscalationStep, type Obligation, type Text } from "@sandglass/casework";
import { SYSTEM_CLOCK, type Tx } from "../../records/mod.ts";
import { expireDrafts } from "./drafts.ts";
import type { CaseEngine } from "./engine.ts";
import { insertNotices, type NoticeKind } from "./notices.ts";
import { ActionRefusedError } from "./refused.ts";
import { getCase } from "./store.ts";
import type { Unit } from "./unit.ts";

const BATCH = 200;

interface Due {
  readonly caseId: string;
  readonly id: string;
  readonly action: string;
}

/** Handles every duty and every step that is due at `now`, and removes old drafts. @returns how many actions were taken */
export async function runClock(engine: CaseEngine, now: number): Promise<number> {
  const taken = await inBatches(
    () => engine.transact(SYSTEM_CLOCK, (unit) => listDue(unit.tx, now), { retry: true }),
    (each) => handle(engine, each, now),
  );
  const climbed = await inBatches(
    () => engine.transact(SYSTEM_CLOCK, (unit) => listSteps(unit.tx, now), { retry: true }),
    (each) => climb(engine, each, now),
  );
  await engine.transact(SYSTEM_CLOCK, (unit) => expireDrafts(unit.tx, now), { retry: true });
  return taken + climbed;
}

async function inBatches<Item>(list: () => Promise<Item[]>, work: (item: Item) => Promise<boolean>): Promise<number> {
  let taken = 0;
  for (;;) {
    const due = await list();
    const failures: unknown[] = [];
    for (const each of due) {
      try {
        if (await work(each)) taken += 1;
      } catch (cause) {
        failures.push(cause);
      }
    }
    // One duty that fails never keeps the others from being handled; it is tried again at the next run.
    if (failures.length > 0)
      throw new AggregateError(failures, `${failures.length} of ${due.length} due duties could not be handled`);
    if (due.length < BATCH) return taken;
  }
}

async function listDue(tx: Tx, now: number): Promise<Due[]> {
  const rows = await tx
    .selectFrom("case_obligations")
    .select(["case_id", "id", "on_overdue"])
    .where("ended_how", "is", null)
    .where("due_at", "<", new Date(now))
    .where("on_overdue", "is not", null)
    .where("overdue_handled_at", "is", null)
    .orderBy("due_at")
    .limit(BATCH)
    .execute();
  return rows.map((row) => ({ caseId: row.case_id, id: row.id, action: row.on_overdue ?? "" }));
}

async function handle(engine: CaseEngine, due: Due, now: number): Promise<boolean> {
  const mark = (tx: Tx) =>
    tx
      .updateTable("case_obligations")
      .set({ overdue_handled_at: new Date(now) })
      .where("case_id", "=", due.caseId)
      .where("id", "=", due.id)
      .execute();
  try {
    await engine.transact(SYSTEM_CLOCK, async (unit) => {
      await engine.act(unit, due.caseId, due.action, { note: due.id });
      await mark(unit.tx);
    });
    return true;
  } catch (cause) {
    if (!(cause instanceof ActionRefusedError)) throw cause;
    await engine.transact(SYSTEM_CLOCK, (unit) => mark(unit.tx));
    return false;
  }
}

interface DueStep {
  readonly caseId: string;
  readonly obligation: string;
  readonly step: string;
}

async function listSteps(tx: Tx, now: number): Promise<DueStep[]> {
  const rows = await tx
    .selectFrom("case_escalations")
    .select(["case_id", "obligation_id", "step"])
    .where("handled_at", "is", null)
    .where("at", "<=", new Date(now))
    .orderBy("at")
    .limit(BATCH)
    .execute();
  return rows.map((row) => ({ caseId: row.case_id, obligation: row.obligation_id, step: row.step }));
}

/** @returns whether the step took an action */
async function climb(engine: CaseEngine, due: DueStep, now: number): Promise<boolean> {
  const notify = async (unit: Unit): Promise<EscalationStep | undefined> => {
    const marked = await unit.tx
      .updateTable("case_escalations")
      .set({ handled_at: new Date(now) })
      .where("case_id", "=", due.caseId)
      .where("obligation_id", "=", due.obligation)
      .where("step", "=", due.step)
      .where("handled_at", "is", null)
      .where("at", "<=", new Date(now))
      .executeTakeFirst();
    if (marked.numUpdatedRows === 0n) return undefined;
    const stored = await getCase(unit.tx, due.caseId);
    const obligation = stored.folded.obligations.find((each) => each.id === due.obligation);
    if (obligation?.dueAt === undefined || obligation.ended !== undefined) return undefined;
    const definition = asOwed(engine.lifecycleOf(stored), stored.folded.data).obligations[obligation.code];
    const step = definition && ladderOf(definition).find((each) => each.code === due.step);
    if (definition === undefined || step === undefined) return undefined;
    // A warning ahead of a due time that has passed would say what is no longer true.
    if (step.when === "before" && obligation.dueAt <= now) return undefined;
    await insertNotices(unit.tx, [
      {
        caseId: due.caseId,
        kind: kindOf(step),
        obligation: due.obligation,
        roles: step.notify,
        text: textOf(step, definition.title, obligation),
        urgent: step.when === "after",
        by: unit.actor.id,
        at: now,
      },
    ]);
    return step;
  };
  try {
    return await engine.transact(SYSTEM_CLOCK, async (unit) => {
      const step = await notify(unit);
      if (step?.action === undefined) return false;
      await engine.act(unit, due.caseId, step.action, { note: `${due.obligation}: ${step.code}` });
      return true;
    });
  } catch (cause) {
    if (!(cause instanceof ActionRefusedError)) throw cause;
    await engine.transact(SYSTEM_CLOCK, notify);
    return false;
  }
}

function kindOf({ code, when }: EscalationStep): NoticeKind {
  if (code === "dueSoon" || code === "overdue") return code;
  return when === "before" ? "dueSoon" : "escalation";
}

function textOf({ when }: EscalationStep, title: Text, { subject }: Obligation): Text {
  const about = subject === undefined ? "" : ` (${subject})`;
  return when === "before"
    ? { en: `Due soon: ${title.en}${about}`, zh: `即将到期：${title.zh}${about}` }
    : { en: `Overdue: ${title.en}${about}`, zh: `已逾期：${title.zh}${about}` };
}
