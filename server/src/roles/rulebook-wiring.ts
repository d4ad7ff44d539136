/** Rules from draft to force: the rulebook with its parts, and what it puts in force handed to supervision. */
import { join } from "node:path";
import type { Access } from "../access/mod.ts";
import type { EventHub } from "../api/mod.ts";
import type { History } from "../history/mod.ts";
import type { Records } from "../records/mod.ts";
import { loadPublishedSets, Rulebook } from "../rulebook/mod.ts";
import type { CaseWiring } from "./case-wiring.ts";
import { isFedByEvents } from "../supervision/mod.ts";

/** Gives supervision the sets that are in force now. Before it starts, so that a replay of the journal has them too. */
export async function assignPublished(
  records: Records,
  { assignments, eventAssignments }: Pick<CaseWiring, "assignments" | "eventAssignments">,
): Promise<void> {
  const published = await loadPublishedSets(records, []);
  assignments.publish(published.filter(({ set }) => !isFedByEvents(set)));
  eventAssignments.publish(published.filter(({ set }) => isFedByEvents(set)));
}

export interface RulebookParts {
  readonly records: Records;
  readonly history: History;
  readonly access: Access;
  readonly hub: EventHub;
  readonly wiring: CaseWiring;
  readonly dataDir: string;
  readonly now: () => number;
  readonly warn: (fields: object, text: string) => void;
}

export function openRulebook({ records, history, access, hub, wiring, dataDir, now, warn }: RulebookParts): Rulebook {
  const rulebook = new Rulebook({
    records,
    history,
    scopes: access.scopes,
    folder: join(dataDir, "history", "tmp", "backtests"),
    now,
    warn,
    regions: () => [],
  });
  let assigning: Promise<void> = Promise.resolve();
  rulebook.onChange((change) => {
    if (change.kind === "backtest") {
      const { id, state, organisation } = change;
      hub.publish({ topic: "rule", data: { id, state }, extent: { organisations: [organisation] } });
      return;
    }
    hub.publish({ topic: "rule", data: { id: change.id } });
    assigning = assigning
      .then(() => assignPublished(records, wiring))
      .catch((error: unknown) =>
        warn({ error }, "published rules could not be read; the next publication tries again"),
      );
  });
  return rulebook;
}
