/** What the log has open of a feed. */
import type { Tx } from "../records/mod.ts";

export interface OpenFinding {
  readonly trigger: string;
  /** Version that watches it now. */
  readonly versionHash: string;
  /** Key of the vehicle, or of the subject of another kind. */
  readonly vehicle: bigint;
  readonly project: string | undefined;
  /** Event time, UTC ms. */
  readonly onset: number;
  readonly level: number;
}

export async function findOpen(tx: Tx, feed: "frames" | "events"): Promise<OpenFinding[]> {
  const rows = await tx
    .selectFrom("findings")
    .select(["trigger_id", "version_hash", "watched_hash", "vehicle", "subject_key", "project", "onset", "level"])
    .where("status", "=", "firing")
    .where("feed", "=", feed)
    .execute();
  return rows.flatMap((row) => {
    const vehicle = row.vehicle ?? row.subject_key;
    return vehicle === null
      ? []
      : [
          {
            trigger: row.trigger_id,
            versionHash: row.watched_hash ?? row.version_hash,
            vehicle,
            project: row.project ?? undefined,
            onset: row.onset.getTime(),
            level: row.level,
          },
        ];
  });
}
