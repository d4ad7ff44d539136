/** What an action does to other cases: it is taken, looked at and taken back, since only taking it says so exactly. */
import type { Text } from "@sandglass/casework";
import type { Actor } from "../../records/mod.ts";
import { newestLifecycle } from "./case-type.ts";
import type { CaseEngine } from "./engine.ts";
import type { CaseChange, Unit } from "./unit.ts";

/** Another case, as far as the actor sees it: what is kept from them is not told ahead either. */
export interface OtherCase {
  readonly how: "opened" | "changed";
  readonly kind: Text;
  readonly title: Text;
  /** In which it is then. */
  readonly state: Text;
}

class TakenBack extends Error {
  readonly others: readonly OtherCase[];
  constructor(others: readonly OtherCase[]) {
    super("a trial is always taken back");
    this.others = others;
  }
}

/**
 * In a transaction of its own that never commits: nobody is told, and what it locks is free again with its end.
 * @throws what `act` would throw
 */
export async function tryOut(
  engine: CaseEngine,
  actor: Actor,
  id: string,
  name: string,
  input: unknown,
): Promise<readonly OtherCase[]> {
  try {
    return await engine.transact(actor, async (unit) => {
      await engine.act(unit, id, name, input);
      throw new TakenBack(await othersOf(engine, unit, id));
    });
  } catch (cause) {
    if (cause instanceof TakenBack) return cause.others;
    throw cause;
  }
}

async function othersOf(engine: CaseEngine, { tx, changes }: Unit, id: string): Promise<readonly OtherCase[]> {
  const last = new Map<string, CaseChange>();
  const opened = new Set<string>();
  for (const change of changes) {
    if (change.id === id) continue;
    last.set(change.id, change);
    if (change.from === undefined) opened.add(change.id);
  }
  if (last.size === 0) return [];
  const visible = await tx
    .selectFrom("cases")
    .select("id")
    .where("id", "in", [...last.keys()])
    .execute();
  return visible.map((row) => {
    const { kind, title, state } = last.get(row.id)!;
    const lifecycle = newestLifecycle(engine.typeOf(kind));
    const stateTitle = lifecycle.states[state]?.title ?? { en: state, zh: state };
    return { how: opened.has(row.id) ? "opened" : "changed", kind: lifecycle.title, title, state: stateTitle };
  });
}
