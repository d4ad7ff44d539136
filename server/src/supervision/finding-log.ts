/** Reads back what was found of one subject: what a replay begins from and is compared with. */
import type { LoggedFiring } from "@sandglass/triggers";
import type { Tx } from "../records/mod.ts";
import { levelsOf } from "./finding-levels.ts";
import { identityOf, type WitnessJson } from "./firing-rows.ts";
import type { LoggedFinding } from "./reconcile.ts";
import type { ReplayedWatch } from "./replay-range.ts";
import type { Watch } from "./watch.ts";

/**
 * Findings of a watch about each of these subjects that had not ended at `from` (event time, UTC ms), or began later;
 * oldest first. Suppressed and retracted ones too.
 */
export async function findLogged(
  tx: Tx,
  feed: "frames" | "events",
  watch: Pick<Watch, "project" | "triggers">,
  keys: readonly bigint[],
  from: number,
): Promise<Map<bigint, LoggedFinding[]>> {
  const hashes = [...watch.triggers.values()].map(({ versionHash }) => versionHash);
  const found = new Map<bigint, LoggedFinding[]>();
  if (hashes.length === 0) return found;
  const rows = await tx
    .selectFrom("findings")
    .selectAll()
    .where((eb) => eb.or([eb("vehicle", "in", keys), eb("subject_key", "in", keys)]))
    .where("feed", "=", feed)
    .where((eb) => eb.or([eb("version_hash", "in", hashes), eb("watched_hash", "in", hashes)]))
    .where((eb) => (watch.project === undefined ? eb("project", "is", null) : eb("project", "=", watch.project)))
    .where((eb) =>
      eb.or([
        eb("onset", ">=", new Date(from)),
        eb("status", "=", "firing"),
        eb.and([eb("suppressed_by", "is not", null), eb("cleared_at", "is", null)]),
        eb("cleared_at", ">=", new Date(from)),
      ]),
    )
    .orderBy("onset")
    .execute();
  if (rows.length === 0) return found;
  const events = await tx
    .selectFrom("finding_events")
    .select(["finding_id", "kind", "level", "at", "detail"])
    .where(
      "finding_id",
      "in",
      rows.map((row) => row.id),
    )
    .where("kind", "in", ["onset", "suppressed", "escalated", "amended"])
    .orderBy("id")
    .execute();
  const eventsOf = Map.groupBy(events, (event) => event.finding_id);
  for (const row of rows) {
    const title = watch.triggers.get(row.trigger_id)?.title ?? { en: row.trigger_id, zh: row.trigger_id };
    const finding: LoggedFinding = {
      identity: identityOf(row, title),
      ...(row.watched_hash === null ? {} : { watchedHash: row.watched_hash }),
      status: row.status,
      suppressedBy: row.suppressed_by ?? undefined,
      level: row.level,
      effect: row.effect ?? undefined,
      assurance: row.assurance,
      clearedAt: row.cleared_at?.getTime(),
      conditionSince: row.condition_since.getTime(),
      onsetObserved: row.onset_observed,
      margin: row.margin_value === null ? undefined : { value: row.margin_value, unit: row.margin_unit ?? "1" },
      witnesses: (row.witnesses as readonly WitnessJson[]).map(({ node, signal, time, value, seq, role }) => ({
        node,
        signal,
        time: Date.parse(time),
        value: value ?? undefined,
        seq,
        role: role as LoggedFinding["witnesses"][number]["role"],
      })),
      seq: Number(row.seq),
      revision: row.revision,
      levels: levelsOf(row, eventsOf.get(row.id) ?? []),
    };
    const key = finding.identity.vehicle;
    const known = found.get(key);
    if (known === undefined) found.set(key, [finding]);
    else known.push(finding);
  }
  return found;
}

/** The log that a replay begins from, or is compared with. @param from event time from which on it is read, UTC ms */
export async function logOf(
  tx: Tx,
  feed: "frames" | "events",
  watch: ReplayedWatch,
  key: bigint,
  from: number,
): Promise<LoggedFinding[]> {
  let cooldown = 0;
  for (const { core } of watch.triggers.values()) cooldown = Math.max(cooldown, core.cooldownMs);
  return (await findLogged(tx, feed, watch, [key], from - cooldown)).get(key) ?? [];
}

/** Whether it counts for what a trigger does later: what another trigger kept back does, what a cooldown swallowed does not. */
function hasFired({ status, suppressedBy }: LoggedFinding): boolean {
  if (status === "superseded" || status === "retracted") return false;
  return status !== "suppressed" || suppressedBy !== undefined;
}

/** How the automaton of a trigger stood just before `time`, by the log. */
export function firingBefore(
  log: readonly LoggedFinding[],
  trigger: { readonly versionHash: string; readonly core: { readonly cooldownMs: number } },
  time: number,
): LoggedFiring & { readonly id: string | undefined } {
  let open: LoggedFiring["open"];
  let id: string | undefined;
  let cooldownUntil = Number.NEGATIVE_INFINITY;
  let ended: number | undefined;
  for (const finding of log) {
    const { versionHash, onset } = finding.identity;
    if ((finding.watchedHash ?? versionHash) !== trigger.versionHash || onset >= time) continue;
    if (!hasFired(finding)) continue;
    if (finding.clearedAt !== undefined && finding.clearedAt < time) {
      cooldownUntil = Math.max(cooldownUntil, finding.clearedAt + trigger.core.cooldownMs);
      ended = onset;
      continue;
    }
    const reached = finding.levels.filter(({ at }) => at < time).map(({ level }) => level);
    open = { onset, level: Math.max(1, ...reached) };
    id = finding.identity.id;
  }
  return { open, cooldownUntil, ended, id };
}

/** Whether a trigger began to fire then, by its log. */
export function hasOnset(log: readonly LoggedFinding[], onset: number): boolean {
  return log.some((finding) => finding.identity.onset === onset && hasFired(finding));
}

/** Event times at which a firing of the log began or ended, UTC ms. */
export function timesOf(log: readonly LoggedFinding[]): number[] {
  return [
    ...new Set(
      log.flatMap(({ identity, clearedAt }) => [identity.onset, ...(clearedAt === undefined ? [] : [clearedAt])]),
    ),
  ];
}

/** Event time up to which the timers of a subject were run in the process before, as far as its findings show, UTC ms. */
export function clockOfLog(log: readonly LoggedFinding[]): number {
  const times = log
    .filter(({ status }) => status !== "retracted" && status !== "superseded")
    .flatMap(({ identity, clearedAt, levels }) => [
      identity.onset,
      clearedAt ?? identity.onset,
      ...levels.map(({ at }) => at),
    ]);
  // The timers that are due before it are run.
  return Math.max(...times) + 1;
}
