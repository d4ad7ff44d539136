/** Sums for the start page: the fleet by what vehicles have in common, onsets of the last day. */
import type { FleetGroup, FleetSum } from "../access/mod.ts";
import type { Actor } from "../records/mod.ts";
import type { ApiDependencies } from "./dependencies.ts";
import { keptPerActor } from "./kept-per-actor.ts";

const DAY_MS = 86_400_000;
export const ONSET_STEP_MS = 600_000;
/** Groups that a page lists. */
const MOST_GROUPS = 200;
/** Many consoles ask at once; sums may be this old, and older where counting takes long. */
const FRESH_MS = 2_000;

export interface FleetOverview {
  fleet(
    actor: Actor,
    by: FleetGroup,
  ): Promise<{
    /** UTC ms. */
    readonly at: number;
    readonly vehicles: number;
    readonly groups: readonly FleetSum[];
    readonly others: { readonly groups: number; readonly vehicles: number };
  }>;
  onsets(actor: Actor): Promise<{
    readonly from: number;
    readonly to: number;
    readonly items: readonly { readonly at: number; readonly level: number; readonly count: number }[];
  }>;
}

export function createOverview({
  access,
  fleet,
  figures,
  now,
}: Pick<ApiDependencies, "access" | "fleet" | "figures" | "now">): FleetOverview {
  const sumsBy = (by: FleetGroup) => async (actor: Actor) => {
    const at = now();
    const sums = await access.registry.sums(actor, by, fleet.keysWhere(true, Number.POSITIVE_INFINITY) ?? []);
    const count = (groups: readonly FleetSum[]): number => groups.reduce((sum, { vehicles }) => sum + vehicles, 0);
    const rest = sums.slice(MOST_GROUPS);
    return {
      at,
      vehicles: count(sums),
      groups: sums.slice(0, MOST_GROUPS),
      others: { groups: rest.length, vehicles: count(rest) },
    };
  };
  const sums = {
    maker: keptPerActor(sumsBy("maker"), FRESH_MS, now),
    region: keptPerActor(sumsBy("region"), FRESH_MS, now),
    model: keptPerActor(sumsBy("model"), FRESH_MS, now),
  };
  const onsets = keptPerActor(
    async (actor) => {
      const to = Math.ceil(now() / ONSET_STEP_MS) * ONSET_STEP_MS;
      const from = to - DAY_MS;
      return { from, to, items: await figures.onsets(actor, { from, to, stepMs: ONSET_STEP_MS }) };
    },
    FRESH_MS,
    now,
  );
  return { fleet: (actor, by) => sums[by](actor), onsets };
}
