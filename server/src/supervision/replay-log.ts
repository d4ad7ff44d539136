/** The log that a replay follows until the late data, and is compared with: findings by the triggers that watch them. */
import type { LoggedFiring, TriggerSet } from "@sandglass/triggers";
import { firingBefore, hasOnset, timesOf } from "./finding-log.ts";
import type { LoggedFinding } from "./reconcile.ts";

export class ReplayLog {
  /** Event time from which on the log is known, UTC ms. */
  readonly from: number;
  readonly #triggers: TriggerSet["triggers"];
  readonly #logs: readonly (readonly LoggedFinding[])[];

  constructor({ triggers }: TriggerSet, findings: readonly LoggedFinding[], from: number) {
    const ofHash = Map.groupBy(findings, ({ identity, watchedHash }) => watchedHash ?? identity.versionHash);
    this.from = from;
    this.#triggers = triggers;
    this.#logs = triggers.map(({ versionHash }) => ofHash.get(versionHash) ?? []);
  }

  /** Whether the log may have the onset: it has it, or is not known from then on. */
  mayHave(trigger: string, onset: number): boolean {
    return onset < this.from || hasOnset(this.#logs[this.#triggers.findIndex(({ id }) => id === trigger)], onset);
  }

  /** How the automaton of a trigger, by its place in the set, stood just before `time`. */
  firingBefore(trigger: number, time: number): LoggedFiring & { readonly id: string | undefined } {
    return firingBefore(this.#logs[trigger], this.#triggers[trigger], time);
  }

  /** When firings began or ended, event time, UTC ms, with the places of their triggers in the set. */
  changesBefore(end: number): { readonly time: number; readonly trigger: number }[] {
    return this.#logs.flatMap((log, trigger) =>
      timesOf(log).flatMap((time) => (time >= this.from && time < end ? [{ time, trigger }] : [])),
    );
  }
}
