/**
 * Taking over: what a set that is new here knows already, because sets that are gone watched the same subjects with
 * triggers that stay or that a version with `carry` replaces (docs/adr/0061).
 */
import { carriesFrom, TriggerStateError, type CarriedFrom, type Monitor, type SubjectState } from "@sandglass/triggers";
import type { StateLayout, TriggerSet } from "@sandglass/triggers";
import type { Tx } from "../records/mod.ts";
import type { FindingIdentity } from "./finding-change.ts";
import { identityOf } from "./firing-rows.ts";

/** What of a watch decides whether it takes over. */
export interface Successor {
  readonly key: string;
  readonly project: string | undefined;
  readonly set: TriggerSet | undefined;
  readonly monitor: Monitor | undefined;
}

/** A set that is gone, by its key and the layout of its states. */
export interface Predecessor {
  readonly key: string;
  readonly layout: StateLayout;
}

/** Key of a watch: stable across restarts, states of a checkpoint belong to it. */
export function watchKeyOf(set: TriggerSet | undefined, project: string | undefined): string {
  return `${set?.hash ?? "none"}@${project ?? ""}`;
}

/** Which of them hand anything over to the watch: of the same project, or of none as it is. */
export function predecessorsOf<Gone extends Predecessor>(watch: Successor, gone: readonly Gone[]): Gone[] {
  const { set, project } = watch;
  if (set === undefined) return [];
  return gone.filter(
    ({ key, layout }) => key.slice(key.indexOf("@") + 1) === (project ?? "") && carriesFrom(set, layout),
  );
}

/** Undefined for states that cannot be read any more: then the subject starts cold. */
export function carriedState(watch: Successor, from: readonly CarriedFrom[]): SubjectState | undefined {
  if (watch.monitor === undefined || from.length === 0) return undefined;
  try {
    return watch.monitor.carry(from);
  } catch (error) {
    if (error instanceof TriggerStateError) return undefined;
    throw error;
  }
}

/** Gives a watch the states of every subject that its predecessors know. */
export function takeOverStates(
  watch: Successor & { readonly states: (SubjectState | undefined)[] },
  from: readonly (Predecessor & {
    readonly monitor: Monitor | undefined;
    readonly states: readonly (SubjectState | undefined)[];
  })[],
): void {
  const rows = Math.max(0, ...from.map(({ states }) => states.length));
  for (let row = 0; row < rows; row++) {
    const saved = from.flatMap(({ states, monitor, layout }) => {
      const state = states[row];
      return state === undefined || monitor === undefined ? [] : [{ layout, saved: monitor.save(state) }];
    });
    const state = carriedState(watch, saved);
    if (state !== undefined) watch.states[row] = state;
  }
}

/** Open findings that another version found: what happens to them is written under the identity of their onset. */
export class CarriedFindings {
  readonly #byPlace = new Map<string, FindingIdentity>();

  set(identities: readonly FindingIdentity[]): void {
    this.#byPlace.clear();
    for (const identity of identities) this.#byPlace.set(placeOf(identity), identity);
  }

  find(place: Pick<FindingIdentity, "trigger" | "vehicle" | "project" | "onset">): FindingIdentity | undefined {
    return this.#byPlace.size === 0 ? undefined : this.#byPlace.get(placeOf(place));
  }
}

function placeOf({ trigger, vehicle, project, onset }: Parameters<CarriedFindings["find"]>[0]): string {
  return `${trigger} ${vehicle} ${onset} ${project ?? ""}`;
}

export async function findCarried(tx: Tx, feed: "frames" | "events"): Promise<FindingIdentity[]> {
  const rows = await tx
    .selectFrom("findings")
    .innerJoin("trigger_versions", "trigger_versions.version_hash", "findings.version_hash")
    .selectAll("findings")
    .select(["title_en", "title_zh"])
    .where("watched_hash", "is not", null)
    .where("feed", "=", feed)
    .where("cleared_at", "is", null)
    .where("status", "in", ["firing", "suppressed"])
    .execute();
  return rows.map((row) => identityOf(row, { en: row.title_en, zh: row.title_zh }));
}
