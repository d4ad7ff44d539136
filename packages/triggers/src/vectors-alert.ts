/** Conformance of the firing automaton: alert states of Prometheus rules on their evaluation grid. */
import { createMonitor } from "./engine/monitor.ts";
import { compileTriggers } from "./set.ts";

export interface AlertCase {
  readonly id: string;
  readonly family: string;
  readonly rule: { readonly condition: string; readonly for: number; readonly keep_firing_for: number };
  readonly eval_interval: number;
  readonly trace: { readonly step: number; readonly n: number; readonly x: readonly (number | null | "stale")[] };
}

/** Prometheus looks back 5 minutes for a sample. */
const LOOKBACK = "5 min";

/** State at every evaluation: the rule is written in the trigger language and run by the monitor. */
export function alertStates(vector: AlertCase): string[] {
  const { rule, eval_interval: interval, trace } = vector;
  const hold = rule.for > 0 ? ` for ${rule.for} s` : "";
  const keep = rule.keep_firing_for > 0 ? `keep firing ${rule.keep_firing_for} s ;` : "";
  const text = `signal x : number hold ${LOOKBACK} ;
    trigger ALERT version 1 { when ${rule.condition}${hold} ; ${keep} missing reset ; clock every ${interval} s ; }`;
  const result = compileTriggers([{ text, name: vector.id }], [], { declarations: true });
  if (!result.ok) throw new Error(result.errors.map((e) => e.message).join("; "));
  const monitor = createMonitor(result.set);
  const state = monitor.create();
  const values = new Float64Array(1);
  const present = new Uint8Array(1);
  const out: string[] = [];
  const ignore = (): void => {};
  const last = Math.max(trace.n, Math.floor(((trace.n - 1) * trace.step) / interval) + 1);
  let sample = 0;
  for (let i = 0; i < last; i++) {
    const now = i * interval;
    if (now > (trace.n - 1) * trace.step) break;
    while (sample < trace.n && sample * trace.step <= now) {
      const x = trace.x[sample];
      if (x !== null && x !== undefined) {
        present[0] = x === "stale" ? 2 : 1;
        values[0] = x === "stale" ? 0 : x;
        monitor.step(state, sample * trace.step * 1000, values, present, sample, ignore);
      }
      sample++;
    }
    // The instant itself is evaluated once it has passed.
    monitor.tick(state, now * 1000 + 1, ignore);
    const status = monitor.status(state)[0];
    out.push(status?.firing ? "firing" : status?.pending ? "pending" : "inactive");
  }
  return out;
}
