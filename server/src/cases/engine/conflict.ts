/** What happened to a case since the version somebody saw: the answer to an edit of an old version. */
import {
  differences,
  foldVersions,
  redact,
  type CaseActor,
  type Difference,
  type Json,
  type Text,
} from "@sandglass/casework";
import type { Static } from "typebox";
import { personNames } from "../../access/mod.ts";
import { toTime } from "../../http/mod.ts";
import type { Tx } from "../../records/mod.ts";
import type { CaseEngine } from "./engine.ts";
import { listActions, toAction, type StoredCase } from "./store.ts";
import { titleOfAction } from "./titles.ts";
import { actorOfRow } from "./view.ts";
import type { ActorView } from "./view-schema.ts";

export interface ChangedSince {
  /** The actions after the version that was seen, oldest first; the newest hundred. */
  readonly changes: readonly {
    readonly sequence: number;
    readonly name: string;
    readonly title: Text;
    readonly at: string;
    readonly by: Static<typeof ActorView>;
    readonly input: Json;
  }[];
  readonly differences: readonly Difference[];
}

const SHOWN = 100;

/** @returns empty lists for a version that never was */
export async function changedSince(
  engine: CaseEngine,
  tx: Tx,
  stored: StoredCase,
  actor: CaseActor,
  seen: number,
): Promise<ChangedSince> {
  if (seen < 1 || seen > stored.folded.version) return { changes: [], differences: [] };
  const rows = await listActions(tx, stored.id);
  const lifecycle = engine.lifecycleOf(stored);
  const earlier = rows.slice(0, seen).map(toAction);
  const { folded } = foldVersions(engine.typeOf(stored.kind).lifecycles, stored.started, earlier, engine.foldOptions);
  const later = rows.slice(seen).slice(-SHOWN);
  const names = await personNames(
    tx,
    later.map((row) => row.actor_id),
  );
  return {
    changes: later.map((row) => ({
      sequence: row.sequence,
      name: row.name,
      title: titleOfAction(lifecycle, row.name),
      at: toTime(row.at.getTime()),
      by: actorOfRow(row, names),
      input: redact(lifecycle, actor.role, row.input as Json).value,
    })),
    differences: differences(lifecycle, actor.role, folded, stored.folded),
  };
}
