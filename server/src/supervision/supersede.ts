/**
 * Closes firings that nobody watches any more: of an old version of a trigger, of a set that a project gave up, of a
 * suspension that has ended. The engine cannot clear them; they are closed with the reason `superseded`.
 */
import { vehicleIdOf } from "../access/vehicle-key.ts";
import { appendLeaves } from "../ledger/mod.ts";
import type { Tx } from "../records/mod.ts";
import { BREACH_TRIGGER, FIRING_TOPIC, type FiringMessage } from "./firing-message.ts";
import type { Watch } from "./watch.ts";

/** `at`: UTC ms. Resolves with the ids of the findings that were closed. */
export async function supersede(tx: Tx, watches: readonly Watch[], at: number): Promise<string[]> {
  const open = await tx
    .selectFrom("findings")
    .innerJoin("trigger_versions", "trigger_versions.version_hash", "findings.version_hash")
    .select([
      "findings.id",
      "findings.trigger_id",
      "findings.version",
      "findings.version_hash",
      "level",
      "vehicle",
      "project",
      "effect",
      "assurance",
      "onset",
      "title_en",
      "title_zh",
    ])
    .where("status", "=", "firing")
    .execute();
  const gone = open.filter((finding) => !watches.some((watch) => isWatched(finding, watch)));
  if (gone.length === 0) return [];
  const time = new Date(at);
  await tx
    .updateTable("findings")
    .set({ status: "superseded", cleared_at: time })
    .where(
      "id",
      "in",
      gone.map((finding) => finding.id),
    )
    .execute();
  await tx
    .insertInto("finding_events")
    .values(
      gone.map((finding) => ({
        finding_id: finding.id,
        kind: "superseded" as const,
        level: 0,
        at: time,
        detail: "{}",
      })),
    )
    .onConflict((conflict) => conflict.constraint("finding_events_once").doNothing())
    .execute();
  const messages = gone.map((finding): FiringMessage => ({
    kind: "superseded",
    finding: finding.id,
    trigger: finding.trigger_id,
    version: finding.version,
    versionHash: finding.version_hash,
    level: finding.level,
    title: { en: finding.title_en, zh: finding.title_zh },
    vehicle: vehicleIdOf(finding.vehicle),
    vehicleKey: String(finding.vehicle),
    assurance: finding.assurance,
    onset: finding.onset.getTime(),
    at,
    detectedAt: at,
    ...(finding.project === null ? {} : { project: finding.project }),
    ...(finding.effect === null ? {} : { effect: finding.effect }),
  }));
  await tx
    .insertInto("outbox")
    .values(
      messages.map((message) => ({
        topic: FIRING_TOPIC,
        subject: message.finding,
        payload: JSON.stringify(message),
        done_at: null,
      })),
    )
    .execute();
  await appendLeaves(
    tx,
    messages.map(({ finding, trigger, version, versionHash, vehicle, project }) => ({
      kind: "finding",
      subject: finding,
      content: {
        event: "superseded",
        trigger,
        version,
        versionHash,
        vehicle,
        project: project ?? null,
        at: time.toISOString(),
      },
    })),
  );
  return gone.map((finding) => finding.id);
}

interface OpenFinding {
  readonly trigger_id: string;
  readonly version_hash: string;
  readonly vehicle: bigint;
  readonly project: string | null;
}

function isWatched(finding: OpenFinding, watch: Watch): boolean {
  if ((watch.project ?? null) !== finding.project) return false;
  if (watch.vehicles !== undefined && !watch.vehicles.has(finding.vehicle)) return false;
  if (finding.trigger_id === BREACH_TRIGGER) return watch.suspendedAt !== undefined;
  return watch.triggers.get(finding.trigger_id)?.versionHash === finding.version_hash;
}
