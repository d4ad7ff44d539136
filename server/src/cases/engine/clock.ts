/**
 * What happens because a due time passed: `system:clock` takes the action that the lifecycle names for it. Each duty is handled
 * in a transaction of its own, once per due time; an action that is not possible any more is not forced.
 */
import { SYSTEM_CLOCK, type Tx } from "../../records/mod.ts";
import type { CaseEngine } from "./engine.ts";
import { ActionRefusedError } from "./refused.ts";

const BATCH = 200;

interface Due {
  readonly caseId: string;
  readonly id: string;
  readonly action: string;
}

/** Handles every duty that is due at `now`. @returns how many actions were taken */
export async function runClock(engine: CaseEngine, now: number): Promise<number> {
  let taken = 0;
  for (;;) {
    const due = await engine.transact(SYSTEM_CLOCK, (unit) => listDue(unit.tx, now), { retry: true });
    const failures: unknown[] = [];
    for (const each of due) {
      try {
        if (await handle(engine, each, now)) taken += 1;
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
      await engine.act(unit, due.caseId, due.action, { note: `${due.id} was due` });
      await mark(unit.tx);
    });
    return true;
  } catch (cause) {
    if (!(cause instanceof ActionRefusedError)) throw cause;
    await engine.transact(SYSTEM_CLOCK, (unit) => mark(unit.tx));
    return false;
  }
}
