/** The firing log of a trigger on a trace, by section 6 of the language's definition and verdicts of every instant. */
import type { Cond, CoreTrigger } from "../lang/core.ts";
import { F, T, U, type Oracle, type Verdict } from "./condition-oracle.fixture.ts";
import { cells, toldAt } from "./number-oracle.fixture.ts";

export interface Told {
  readonly kind: "onset" | "escalated" | "cleared" | "suppressed" | "degraded" | "restored";
  /** Seconds. */
  readonly at: number;
  readonly level?: number;
  readonly onsetObserved?: boolean;
}

/** P of `P for D`, however it is written. */
function heldBy(when: Cond): Cond | undefined {
  return when.op === "for" || (when.op === "historically" && when.from === 0) ? when.of : undefined;
}

export function firingsOf(core: CoreTrigger, oracle: Oracle): Told[] {
  const told: Told[] = [];
  const when = oracle.verdicts(core.when);
  const clear = core.clear === undefined ? undefined : oracle.verdicts(core.clear);
  const operand = heldBy(core.when);
  const held = operand === undefined ? undefined : oracle.verdicts(operand);
  const levels = core.severity.map((s) => ({
    level: s.level,
    verdicts: s.when === undefined ? undefined : oracle.verdicts(s.when),
  }));
  const { mode, afterMs } = core.missing;
  const after = afterMs === undefined ? undefined : cells(afterMs);
  let state: "inactive" | "firing" | "recovering" = "inactive";
  let level = 0;
  let known: Verdict | undefined;
  let previous: Verdict = U;
  let [recoveryEnds, cooldownEnds] = [Infinity, -Infinity];
  let unknownSince: number | undefined;
  let degraded = false;
  for (let k = 0; k < when.length; k++) {
    const verdict = when[k];
    if (verdict === undefined) continue;
    let v: Verdict = verdict;
    if (after !== undefined && (mode === "unknown" || mode === "violate")) {
      if (v !== U) {
        unknownSince = undefined;
        if (degraded) told.push({ kind: "restored", at: toldAt(k) });
        degraded = false;
      } else {
        unknownSince ??= k;
        if (!degraded && k >= unknownSince + after) {
          degraded = true;
          told.push({ kind: "degraded", at: toldAt(unknownSince + after) });
        }
      }
    }
    if (v === U && mode === "reset") v = F;
    if (v === U && mode === "violate" && (after === undefined || degraded)) v = T;
    const highest = Math.max(0, ...levels.map((x) => (x.verdicts === undefined || x.verdicts[k] === T ? x.level : 0)));
    if (state === "inactive") {
      if (v === T && known !== T) {
        known = T;
        if (k < cooldownEnds) told.push({ kind: "suppressed", at: toldAt(k) });
        else {
          state = "firing";
          level = highest || (levels[0]?.level ?? 1);
          told.push({ kind: "onset", at: toldAt(k), level, onsetObserved: previous !== U });
        }
      } else if (v !== U) known = v;
    } else {
      if (highest > level) {
        level = highest;
        told.push({ kind: "escalated", at: toldAt(k), level });
      }
      // Of `P for D` it is P that recovers, and a new P that ends the recovery (ADR 0031).
      const holds = held?.[k] === T;
      const recovers = clear === undefined ? v === F && !holds : clear[k] === T;
      if (state === "firing" && recovers) {
        state = "recovering";
        recoveryEnds = k + cells(core.keepFiringMs);
      } else if (state === "recovering" && !(clear !== undefined && recovers) && (v === T || holds)) state = "firing";
      if (state === "recovering" && k >= recoveryEnds) {
        state = "inactive";
        // From the millisecond of which the clearing is told (ADR 0110).
        cooldownEnds = k - (k % 2) + cells(core.cooldownMs);
        known = v === T ? T : F;
        told.push({ kind: "cleared", at: toldAt(k) });
      } else if (state === "firing" && v !== U) known = v;
    }
    previous = v;
  }
  return told;
}
