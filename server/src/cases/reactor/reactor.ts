/**
 * The reactor: consumes the outbox topic `firing`, one transaction per firing, in order. That transaction holds every effect and
 * the outbox mark, so a firing acts exactly once however often the process dies. A firing that fails again and again is set
 * aside and alarmed; it never holds up the next. Most firings concern no case: those that stand before one that does are marked
 * together, so that what must act does not wait behind thousands that need not.
 */
import { severityOf } from "@sandglass/casework";
import { sql } from "kysely";
import { SYSTEM_TRIGGER, type Tx } from "../../records/mod.ts";
import { SandglassError, messageOf } from "../../errors/mod.ts";
import type { CaseEngine } from "../engine/engine.ts";
import type { Unit } from "../engine/unit.ts";
import { findOpenOrders } from "../hazard-order/actions.ts";
import { BREACH_TRIGGER, FIRING_TOPIC, readFiring, type Firing } from "./firing.ts";
import { reasonOf } from "./reason.ts";
import { clearOrder, ORDER_LEVEL, raiseOrder } from "./order-effects.ts";
import { noteTracked } from "./follow-up-effects.ts";
import { affectProject, noteActivity, noteRetraction, projectEffect } from "./project-effects.ts";

export interface ReactorAlarm {
  readonly code: "SG_FIRING_SET_ASIDE";
  readonly outbox: bigint;
  readonly reason: string;
}

export interface ReactorOptions {
  readonly engine: CaseEngine;
  /** UTC ms. */
  readonly now: () => number;
  readonly onAlarm?: ((alarm: ReactorAlarm) => void) | undefined;
  /** Failures of one firing after which it is set aside. */
  readonly attempts?: number;
}

interface Entry {
  readonly id: bigint;
  readonly payload: unknown;
}

/** Firings that are looked at together. */
const IDLE_AT_ONCE = 200;

export class Reactor {
  readonly #engine: CaseEngine;
  readonly #now: () => number;
  readonly #onAlarm: ((alarm: ReactorAlarm) => void) | undefined;
  readonly #attempts: number;
  readonly #failures = new Map<bigint, number>();

  constructor(options: ReactorOptions) {
    this.#engine = options.engine;
    this.#now = options.now;
    this.#onAlarm = options.onAlarm;
    this.#attempts = options.attempts ?? 5;
  }

  /**
   * Consumes everything that waits.
   * @param goesOn asked before each transaction: a stop does not wait for what a flood has left
   * @returns how many firings were consumed, set-aside ones included
   */
  async drain(goesOn: () => boolean = () => true): Promise<number> {
    for (let consumed = 0; ; consumed += 1) {
      for (let idle = IDLE_AT_ONCE; idle === IDLE_AT_ONCE && goesOn(); consumed += idle) idle = await this.#passIdle();
      if (!goesOn() || !(await this.#consumeNext())) return consumed;
    }
  }

  /** Marks the oldest firings as done, up to the first from which something may follow. @returns how many */
  #passIdle(): Promise<number> {
    return this.#engine.transact(
      SYSTEM_TRIGGER,
      async ({ tx }) => {
        const entries = await takeOldest(tx, IDLE_AT_ONCE);
        const firings = entries.map(({ payload }) => readFiringOrNothing(payload));
        const wanted = firings.flatMap((each) => (each ? [{ vehicle: each.vehicle, item: each.trigger }] : []));
        const orders = await findOpenOrders(tx, wanted);
        const first = firings.findIndex(
          (each) => each === undefined || !isIdle(each, orders.has(`${each.vehicle} ${each.trigger}`)),
        );
        const idle = entries.slice(0, first < 0 ? entries.length : first);
        await markDone(tx, idle, this.#now());
        return idle.length;
      },
      { retry: true },
    );
  }

  /** @returns false when nothing waits */
  async #consumeNext(): Promise<boolean> {
    let entry: Entry | undefined;
    try {
      await this.#engine.transact(
        SYSTEM_TRIGGER,
        async (unit) => {
          entry = await takeNext(unit.tx, this.#now());
          if (entry !== undefined) await react(this.#engine, unit, readFiring(entry.payload));
        },
        // Safe to run again: the mark and the effects commit together or not at all.
        { retry: true },
      );
      if (entry !== undefined) this.#failures.delete(entry.id);
      return entry !== undefined;
    } catch (cause) {
      if (entry === undefined || (cause instanceof SandglassError && cause.status === 503)) throw cause;
      const failures = (this.#failures.get(entry.id) ?? 0) + 1;
      this.#failures.set(entry.id, failures);
      if (failures < this.#attempts) return true;
      await this.#setAside(entry, messageOf(cause));
      return true;
    }
  }

  async #setAside(entry: Entry, reason: string): Promise<void> {
    this.#failures.delete(entry.id);
    const at = new Date(this.#now());
    await this.#engine.transact(SYSTEM_TRIGGER, async ({ tx }) => {
      await tx
        .insertInto("case_reactor_failures")
        .values({
          outbox_id: entry.id,
          topic: FIRING_TOPIC,
          payload: JSON.stringify(entry.payload),
          reason,
          at,
          resolved_at: null,
        })
        .onConflict((conflict) => conflict.column("outbox_id").doNothing())
        .execute();
      await tx
        .updateTable("outbox")
        .set({ done_at: at })
        .where("id", "=", entry.id)
        .where("done_at", "is", null)
        .execute();
    });
    this.#onAlarm?.({ code: "SG_FIRING_SET_ASIDE", outbox: entry.id, reason });
  }
}

/** Marks the oldest open entry as done, in the caller's transaction: a second reactor waits for it or takes the next. */
async function takeNext(tx: Tx, now: number): Promise<Entry | undefined> {
  const entries = await takeOldest(tx, 1);
  await markDone(tx, entries, now);
  return entries[0];
}

/** The oldest open entries, locked. */
async function takeOldest(tx: Tx, atMost: number): Promise<readonly Entry[]> {
  const { rows } = await sql<Entry>`select id, payload from take_outbox(${FIRING_TOPIC}, ${atMost})`.execute(tx);
  return rows;
}

async function markDone(tx: Tx, entries: readonly Entry[], now: number): Promise<void> {
  if (entries.length === 0) return;
  await tx
    .updateTable("outbox")
    .set({ done_at: new Date(now) })
    .where(
      "id",
      "in",
      entries.map(({ id }) => id),
    )
    .execute();
}

/** Undefined: the failure of reading it is for its own transaction. */
function readFiringOrNothing(payload: unknown): Firing | undefined {
  try {
    return readFiring(payload);
  } catch {
    return undefined;
  }
}

/** Whether nothing can follow from a firing: `react` would read and change nothing. */
export function isIdle({ kind, project, level, status }: Firing, hasOpenOrder: boolean): boolean {
  if (project !== undefined) return false;
  const isEnd = kind === "cleared" || kind === "superseded" || kind === "retracted" || status === "suppressed";
  // What clears has an order to clear, or none; what begins or rises is for an order from its level on.
  return isEnd || kind === "amended" ? !hasOpenOrder && (isEnd || level < ORDER_LEVEL) : level < ORDER_LEVEL;
}

/** Everything that follows from one firing. */
export async function react(engine: CaseEngine, unit: Unit, firing: Firing): Promise<void> {
  switch (firing.kind) {
    case "cleared":
    case "superseded":
      return clearOrder(engine, unit, firing);
    case "retracted":
      await clearOrder(engine, unit, firing);
      return noteRetraction(engine, unit, firing, await reasonOf(unit.tx, firing));
    case "amended":
      if (firing.status === "suppressed") return react(engine, unit, { ...firing, kind: "retracted" });
      // What it has risen to acts as a rise does; what has acted already does not act again.
      await react(engine, unit, { ...firing, kind: "escalated" });
      if (firing.clearedAt !== undefined) await clearOrder(engine, unit, { ...firing, at: firing.clearedAt });
      return;
    case "onset":
    case "escalated": {
      const reason = await reasonOf(unit.tx, firing);
      if (firing.trigger === BREACH_TRIGGER && firing.project !== undefined) {
        await noteActivity(engine, unit, {
          project: firing.project,
          vehicle: firing.vehicle,
          seenAt: firing.onset,
          finding: firing.finding,
          sentence: reason.sentence,
        });
        return;
      }
      if (await noteTracked(engine, unit, firing, reason)) {
        // Routine supervision goes on as for every other vehicle; the test is over.
        if (firing.subjectKind === undefined && firing.level >= ORDER_LEVEL)
          await raiseOrder(engine, unit, { ...firing, project: undefined }, reason);
        return;
      }
      const effect = await projectEffect(unit, firing);
      const isVehicle = firing.subjectKind === undefined;
      if (
        isVehicle &&
        (firing.level >= ORDER_LEVEL || (effect !== undefined && severityOf(effect) >= severityOf("restrict")))
      )
        await raiseOrder(engine, unit, firing, reason);
      if (effect !== undefined) await affectProject(engine, unit, firing, effect, reason);
    }
  }
}
