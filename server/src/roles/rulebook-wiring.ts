/** Rules from draft to force: the rulebook with its parts, and what it puts in force handed to supervision. */
import { join } from "node:path";
import type { Access } from "../access/mod.ts";
import type { EventHub } from "../api/mod.ts";
import type { History } from "../history/mod.ts";
import type { Records } from "../records/mod.ts";
import type { RegionRegistry } from "../regions/mod.ts";
import { loadPublishedSets, Rulebook } from "../rulebook/mod.ts";
import type { CaseWiring } from "./case-wiring.ts";
import { EffectiveDates, partsByFeed, type FeedParts } from "../supervision/mod.ts";

/**
 * Gives supervision the sets that are in force now. Before it starts, so that a replay of the journal has them too.
 * Resolves with the time at which others are, UTC ms: effective dates come without anybody publishing.
 */
export async function assignPublished(
  records: Records,
  { assignments, eventAssignments }: Pick<CaseWiring, "assignments" | "eventAssignments">,
  regions: Pick<RegionRegistry, "pinnedTo">,
  now: number,
): Promise<number> {
  const { sets, nextChange } = await loadPublishedSets(records, (setHash) => regions.pinnedTo(setHash) ?? [], now);
  const of = (feed: keyof FeedParts) =>
    sets.flatMap((each) => {
      const set = partsByFeed(each.set)[feed];
      return set === undefined ? [] : [{ ...each, set }];
    });
  assignments.publish(of("frames"));
  eventAssignments.publish(of("events"));
  return nextChange;
}

const RETRY_MS = 10_000;

export interface RulebookParts {
  readonly records: Records;
  readonly history: History;
  readonly access: Access;
  readonly hub: EventHub;
  readonly wiring: CaseWiring;
  readonly regions: RegionRegistry;
  readonly dataDir: string;
  readonly now: () => number;
  readonly warn: (fields: object, text: string) => void;
}

export function openRulebook(parts: RulebookParts): Rulebook {
  const { records, history, access, hub, wiring, regions, dataDir, now, warn } = parts;
  const rulebook = new Rulebook({
    records,
    history,
    scopes: access.scopes,
    folder: join(dataDir, "history", "tmp", "backtests"),
    now,
    warn,
    regions: (actor) => regions.visibleTo(actor),
    pinRegions: (tx, set) => regions.pin(tx, set),
    regionsPinned: () => regions.pinned(),
  });
  const dates = new EffectiveDates(
    () =>
      assignPublished(records, wiring, regions, now()).catch((error: unknown) => {
        warn({ error }, "published rules could not be read; it is tried again");
        return now() + RETRY_MS;
      }),
    now,
  );
  void dates.look();
  rulebook.onChange((change) => {
    if (change.kind === "backtest") {
      const { id, state, organisation } = change;
      hub.publish({ topic: "rule", data: { id, state }, extent: { organisations: [organisation] } });
      return;
    }
    hub.publish({ topic: "rule", data: { id: change.id } });
    void dates.look();
  });
  return rulebook;
}
