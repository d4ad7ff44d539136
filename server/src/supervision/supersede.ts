/**
 * Closes firings that nobody watches any more: of an old version of a trigger, of a set that a project gave up, of a
 * suspension that has ended. The engine cannot clear them; they are closed with the reason `superseded`. Those that a
 * version with `carry` takes over stay open: it goes on with them.
 */
import { sql } from "kysely";
import type { CompiledTrigger } from "@sandglass/triggers";
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
      "watched_hash",
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
  const unwatched = open.filter((finding) => !watches.some((watch) => isWatched(finding, watch)));
  const carried = unwatched.flatMap((finding) => {
    const version = successorOf(finding, watches);
    return version === undefined ? [] : [{ finding, version }];
  });
  if (carried.length > 0) await carryOver(tx, carried, at);
  const gone = unwatched.filter((finding) => !carried.some((each) => each.finding === finding));
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

/** Open findings go over to the version that watches from now on; who follows their work orders need not be told. */
async function carryOver(
  tx: Tx,
  carried: readonly { readonly finding: Unwatched; readonly version: CompiledTrigger }[],
  at: number,
): Promise<void> {
  const ids = carried.map(({ finding }) => finding.id);
  const hashes = carried.map(({ version }) => version.versionHash);
  await sql`update findings set watched_hash = change.hash
    from unnest(${ids}::text[], ${hashes}::text[]) as change (id, hash)
    where findings.id = change.id`.execute(tx);
  const before = await tx
    .selectFrom("finding_events")
    .select(({ fn }) => ["finding_id", fn.countAll<bigint>().as("count")])
    .where("finding_id", "in", ids)
    .where("kind", "=", "carried")
    .groupBy("finding_id")
    .execute();
  const counts = new Map(before.map(({ finding_id: id, count }) => [id, Number(count)]));
  await tx
    .insertInto("finding_events")
    .values(
      carried.map(({ finding, version }) => ({
        finding_id: finding.id,
        kind: "carried" as const,
        level: 0,
        // Each version that takes it over is an event of its own.
        revision: counts.get(finding.id) ?? 0,
        at: new Date(at),
        detail: JSON.stringify({ version: version.version, versionHash: version.versionHash }),
      })),
    )
    .execute();
  await appendLeaves(
    tx,
    carried.map(({ finding, version }) => ({
      kind: "finding",
      subject: finding.id,
      ...(finding.subject_organisation === null ? {} : { organisation: finding.subject_organisation }),
      ...(finding.subject_region === null ? {} : { region: finding.subject_region }),
      content: {
        event: "carried",
        trigger: finding.trigger_id,
        version: version.version,
        versionHash: version.versionHash,
        from: finding.watched_hash ?? finding.version_hash,
        project: finding.project,
        at: new Date(at).toISOString(),
      },
    })),
  );
}

interface OpenFinding {
  readonly trigger_id: string;
  readonly version_hash: string;
  readonly watched_hash: string | null;
  readonly vehicle: bigint | null;
  readonly subject_kind: string;
  readonly subject_key: bigint | null;
  readonly project: string | null;
}

interface Unwatched extends OpenFinding {
  readonly id: string;
  readonly subject_organisation: string | null;
  readonly subject_region: string | null;
}

function isInReach(finding: OpenFinding, watch: Watching): boolean {
  if ((watch.project ?? null) !== finding.project) return false;
  const sender = finding.vehicle ?? finding.subject_key;
  return watch.vehicles === undefined || (sender !== null && watch.vehicles.has(sender));
}

function isWatched(finding: OpenFinding, watch: Watching): boolean {
  if (!isInReach(finding, watch)) return false;
  if (finding.trigger_id === BREACH_TRIGGER) return watch.suspendedAt !== undefined;
  return watch.triggers.get(finding.trigger_id)?.versionHash === (finding.watched_hash ?? finding.version_hash);
}

/** The version that takes an open finding over. */
function successorOf(finding: OpenFinding, watches: readonly Watching[]): CompiledTrigger | undefined {
  for (const watch of watches) {
    const version = isInReach(finding, watch) ? watch.triggers.get(finding.trigger_id) : undefined;
    if (version?.core.carry === true) return version;
  }
  return undefined;
}
