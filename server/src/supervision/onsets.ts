/** How many findings began when: counted where they are kept, so that a day of a large fleet is as small an answer as one of a small. */
import { sql } from "kysely";
import type { Tx } from "../records/mod.ts";

export interface OnsetRange {
  /** UTC ms, the end excluded. */
  readonly from: number;
  readonly to: number;
  readonly stepMs: number;
}

export interface Onsets {
  /** UTC ms: where the step begins. */
  readonly at: number;
  readonly level: number;
  readonly count: number;
}

/** Onsets of the findings that the list shows the actor, by step and level; steps without any are left out. */
export async function countOnsets(tx: Tx, { from, to, stepMs }: OnsetRange): Promise<Onsets[]> {
  const { rows } = await sql<{ step: number; level: number; count: bigint }>`
    select floor((extract(epoch from onset) * 1000 - ${from}::float8) / ${stepMs}::float8)::integer as step, level, count(*) as count
    from findings
    where onset >= to_timestamp(${from}::float8 / 1000) and onset < to_timestamp(${to}::float8 / 1000) and status <> 'suppressed'
    group by 1, 2 order by 1, 2`.execute(tx);
  return rows.map(({ step, level, count }) => ({ at: from + step * stepMs, level, count: Number(count) }));
}
