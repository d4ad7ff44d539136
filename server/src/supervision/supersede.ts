/**
 * Closes firings that nobody watches any more: of an old version of a trigger, of a set that a project gave up, of a
 * suspension that has ended. The engine cannot clear them; they are closed with the reason `superseded`.
 */
import { appendLeaves } from "../ledger/mod.ts";
import type { Tx } from "../records/mod.ts";
import { BREACH_TRIGGER, FIRING_TOPIC, type FiringMessage } from "./firing-message.ts";
import { subjectOf } from "./firing-rows.ts";
import type { Watch } from "./watch.ts";

/** What says whether a firing is still watched. */
export type Watching = Pick<Watch, "project" | "vehicles" | "suspendedAt" | "triggers">;

/** `at`: UTC ms. `feed`: whose firings the watches cover. Resolves with the ids of the delivered findings that were closed. */
export async function supersede(
  tx: Tx,
  watches: readonly Watching[],
  at: number,
  feed: "frames" | "events" | "screening" = "frames",
): Promise<string[]> {
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
      "subject_kind",
      "subject_id",
      "subject_key",
      "subject_organisation",
      "subject_region",
      "project",
      "effect",
      "assurance",
      "onset",
      "status",
      "title_en",
      "title_zh",
    ])
    .where((eb) =>
      eb.or([
        eb("status", "=", "firing"),
        // Kept back and still there.
        eb.and([eb("status", "=", "suppressed"), eb("suppressed_by", "is not", null), eb("cleared_at", "is", null)]),
      ]),
    )
    .where("feed", "=", feed)
    .execute();
  const gone = open.filter((finding) => !watches.some((watch) => isWatched(finding, watch)));
  if (gone.length === 0) return [];
  const time = new Date(at);
  await tx
    .updateTable("findings")
    .set((eb) => ({
      status: eb
        .case()
        .when("status", "=", "firing")
        .then("superseded" as const)
        .else(eb.ref("status"))
        .end(),
      cleared_at: time,
    }))
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
    ...subjectOf({
      vehicle: finding.vehicle ?? 0n,
      ...(finding.subject_id === null ? {} : { subject: { kind: finding.subject_kind, id: finding.subject_id } }),
    }),
    assurance: finding.assurance,
    onset: finding.onset.getTime(),
    at,
    detectedAt: at,
    ...(finding.project === null ? {} : { project: finding.project }),
    ...(finding.effect === null ? {} : { effect: finding.effect }),
  }));
  const told = messages.filter((_, i) => gone[i].status === "firing");
  if (told.length > 0)
    await tx
      .insertInto("outbox")
      .values(
        told.map((message) => ({
          topic: FIRING_TOPIC,
          subject: message.finding,
          payload: JSON.stringify(message),
          done_at: null,
        })),
      )
      .execute();
  await appendLeaves(
    tx,
    messages.map(({ finding, trigger, version, versionHash, vehicle, subject, project }, i) => ({
      kind: "finding",
      subject: finding,
      ...(gone[i].subject_organisation === null ? {} : { organisation: gone[i].subject_organisation }),
      ...(gone[i].subject_region === null ? {} : { region: gone[i].subject_region }),
      content: {
        event: "superseded",
        trigger,
        version,
        versionHash,
        ...(subject === undefined ? { vehicle } : { subject: { ...subject } }),
        project: project ?? null,
        at: time.toISOString(),
      },
    })),
  );
  return told.map(({ finding }) => finding);
}

interface OpenFinding {
  readonly trigger_id: string;
  readonly version_hash: string;
  readonly vehicle: bigint | null;
  readonly subject_kind: string;
  readonly subject_key: bigint | null;
  readonly project: string | null;
}

function isWatched(finding: OpenFinding, watch: Watching): boolean {
  if ((watch.project ?? null) !== finding.project) return false;
  const sender = finding.vehicle ?? finding.subject_key;
  if (watch.vehicles !== undefined && (sender === null || !watch.vehicles.has(sender))) return false;
  if (finding.trigger_id === BREACH_TRIGGER) return watch.suspendedAt !== undefined;
  return watch.triggers.get(finding.trigger_id)?.versionHash === finding.version_hash;
}
