/**
 * The draft of a comprehensive assessment, made from what the system knows: what was sent, what was found, what is due.
 * It proposes no rating; a person writes the conclusion and may name the draft's hash as what it rests on.
 */
import { hash } from "node:crypto";
import { sql } from "kysely";
import { momentOf, statusOf, type Folded, type Json, type SandboxProjectData, type Text } from "@sandglass/casework";
import { toTime } from "../../http/mod.ts";
import type { Actor, Tx } from "../../records/mod.ts";
import type { StoredCase } from "../engine/store.ts";

/** What one vehicle sent in a period; wired to the history. */
export interface VehicleActivity {
  readonly frames: number;
  /** Event time, UTC ms. */
  readonly lastFrameAt?: number | undefined;
  readonly lastMovingAt?: number | undefined;
}
/** Without the vehicles whose telemetry is not the reader's to see. */
export type ReadActivity = (
  actor: Actor,
  vehicles: readonly string[],
  from: number,
  to: number,
) => Promise<ReadonlyMap<string, VehicleActivity>>;

/** Frames of many vehicles at once, and how many of them sent any. */
export type CountFrames = (
  actor: Actor,
  vehicles: readonly string[],
  from: number,
  to: number,
) => Promise<{ readonly frames: number; readonly reporting: number }>;

/** What the cases ask about vehicles, and how far it can be known. */
export interface Telemetry {
  readonly read: ReadActivity;
  readonly count: CountFrames;
  /** Time that a vehicle may take to come to a halt, ms (P). */
  readonly graceMs: number;
  /** Through when everything received is stored, UTC ms: what came later is durable, and not counted yet. */
  readonly storedThrough: () => number;
}

/** Vehicles of a proof; of a larger fleet the rest is said to be left out. */
const READ_AT_MOST = 500;

export interface AssessmentDraft {
  readonly from: string;
  readonly to: string;
  readonly telemetry: {
    readonly subjects: number;
    readonly reporting: number;
    readonly frames: number;
    /** When the store is behind the end of the period: through when it was counted. */
    readonly through: string | null;
  } | null;
  readonly findings: readonly {
    readonly trigger: string;
    readonly level: number;
    readonly count: number;
    readonly standing: number;
    readonly retracted: number;
  }[];
  readonly effects: { readonly [effect: string]: number };
  readonly suspensions: number;
  readonly breaches: number;
  readonly incidents: number;
  readonly obligations: { readonly open: number; readonly overdue: number; readonly met: number };
  readonly stageReports: number;
  readonly changes: number;
  readonly margins: unknown;
  readonly sentences: readonly Text[];
  /**
   * SHA-256 over what the records say: findings, effects, suspensions, breaches, incidents, duties, reports and changes since the
   * period began. Frames and margins are not in it: they move with every report.
   */
  readonly hash: string;
}

type Recorded = Omit<AssessmentDraft, "to" | "telemetry" | "margins" | "sentences" | "hash">;

interface Period {
  readonly from: number;
  readonly to: number;
}

/** Since when an assessment speaks, UTC ms: since the last one, or since the test began. */
export function assessedSince({ data, openedAt }: Pick<Folded, "data" | "openedAt">): number {
  const { assessments = [], startedAt = openedAt } = data as SandboxProjectData;
  return assessments.at(-1)?.at ?? startedAt;
}

export async function draftAssessment(
  tx: Tx,
  { id, folded }: Pick<StoredCase, "id" | "folded">,
  period: Period,
  telemetry: AssessmentDraft["telemetry"],
  margins: unknown,
  now: number,
): Promise<AssessmentDraft> {
  const recorded = await recordedFacts(tx, id, folded, period, now);
  const facts = { ...recorded, to: toTime(period.to), telemetry, margins };
  return { ...facts, sentences: sentencesOf(facts), hash: hashOf(id, recorded) };
}

/** What an assessment of this moment rests on, with the hash that its draft has. */
export async function restsOn(tx: Tx, id: string, folded: Folded, now: number): Promise<Json> {
  const recorded = await recordedFacts(tx, id, folded, { from: assessedSince(folded), to: now }, now);
  return { ...(recorded as unknown as { readonly [fact: string]: Json }), hash: hashOf(id, recorded) };
}

const hashOf = (project: string, recorded: Recorded): string =>
  hash("sha256", JSON.stringify({ project, ...recorded }));

async function recordedFacts(tx: Tx, id: string, folded: Folded, { from, to }: Period, now: number): Promise<Recorded> {
  const data = folded.data as SandboxProjectData;
  const within = (at: number): boolean => at >= from && at < to;
  const findings = await countFindings(tx, id, from, to);
  const acted = data.findings.filter((each) => within(each.at));
  const effects: Record<string, number> = {};
  for (const { effect } of acted) effects[effect] = (effects[effect] ?? 0) + 1;
  const statuses = folded.obligations.map((each) => statusOf(each, now));
  const count = (status: (typeof statuses)[number]): number => statuses.filter((each) => each === status).length;
  const suspensions = await countSuspensions(tx, id, from, to);
  return {
    from: toTime(from),
    findings,
    effects,
    suspensions,
    breaches: (data.breaches ?? []).filter((each) => within(each.at)).length,
    incidents: (data.incidents ?? []).filter((each) => within(each.reportedAt)).length,
    obligations: { open: count("pending") + count("paused"), overdue: count("overdue"), met: count("met") },
    stageReports: (data.stageReports ?? []).filter((each) => within(each.at)).length,
    changes: data.changes.filter((each) => within(each.at)).length,
  };
}

async function countFindings(tx: Tx, project: string, from: number, to: number): Promise<AssessmentDraft["findings"]> {
  const rows = await tx
    .selectFrom("findings")
    .select((eb) => [
      "trigger_id",
      "level",
      eb.fn.countAll<bigint>().as("count"),
      eb.fn.countAll<bigint>().filterWhere("status", "=", "firing").as("standing"),
      sql<bigint>`count(*) filter (where status = 'retracted')`.as("retracted"),
    ])
    .where("project", "=", project)
    .where("onset", ">=", new Date(from))
    .where("onset", "<", new Date(to))
    .groupBy(["trigger_id", "level"])
    .orderBy("level", "desc")
    .orderBy("trigger_id")
    .execute();
  return rows.map((row) => ({
    trigger: row.trigger_id,
    level: row.level,
    count: Number(row.count),
    standing: Number(row.standing),
    retracted: Number(row.retracted),
  }));
}

async function countSuspensions(tx: Tx, project: string, from: number, to: number): Promise<number> {
  const { count } = await tx
    .selectFrom("case_actions")
    .select((eb) => eb.fn.countAll<bigint>().as("count"))
    .where("case_id", "=", project)
    .where("to_state", "=", "SUSPENDED")
    .where("from_state", "<>", "SUSPENDED")
    .where("at", ">=", new Date(from))
    .where("at", "<", new Date(to))
    .executeTakeFirstOrThrow();
  return Number(count);
}

function sentencesOf(facts: Omit<AssessmentDraft, "sentences" | "hash">): readonly Text[] {
  const { telemetry, findings, suspensions, breaches, incidents, obligations, stageReports, changes } = facts;
  const total = findings.reduce((sum, each) => sum + each.count, 0);
  const standing = findings.reduce((sum, each) => sum + each.standing, 0);
  return [
    ...(telemetry === null
      ? []
      : [
          {
            en: `Vehicles that reported: ${telemetry.reporting} of ${telemetry.subjects}; frames: ${telemetry.frames}.`,
            zh: `参与车辆 ${telemetry.subjects} 辆，其中 ${telemetry.reporting} 辆有数据上报，共 ${telemetry.frames} 帧。`,
          },
          ...(telemetry.through === null ? [] : [countedThrough(Date.parse(telemetry.through))]),
        ]),
    {
      en: `Findings: ${total}, of which ${standing} stand; suspensions: ${suspensions}, breaches: ${breaches}, incidents: ${incidents}.`,
      zh: `触发结果 ${total} 项，其中 ${standing} 项未解除；中止 ${suspensions} 次，违规 ${breaches} 次，事件 ${incidents} 起。`,
    },
    {
      en: `Duties open: ${obligations.open}, overdue: ${obligations.overdue}, met: ${obligations.met}; stage reports: ${stageReports}, controlled changes: ${changes}.`,
      zh: `未履行义务 ${obligations.open} 项，逾期 ${obligations.overdue} 项，已履行 ${obligations.met} 项；阶段报告 ${stageReports} 份，受控变更 ${changes} 项。`,
    },
  ];
}

/** A count that is not complete says so: nobody shall take what is not stored yet for silence. */
function countedThrough(through: number): Text {
  const { en, zh } = momentOf(through);
  return {
    en: `Counted through ${en}: what came later is received and not stored yet.`,
    zh: `统计截至 ${zh}：此后收到的数据尚未入库。`,
  };
}

/** A stay in SUSPENDED, UTC ms; `until` is absent while it lasts. */
export interface Halt {
  readonly since: number;
  readonly until?: number;
}

/** The suspension that is on, or the last one that was lifted: its proof is asked for later too. */
export async function findLastHalt(tx: Tx, project: string): Promise<Halt | undefined> {
  const moves = await tx
    .selectFrom("case_actions")
    .select(["at", "from_state", "to_state"])
    .where("case_id", "=", project)
    .where((eb) => eb.or([eb("from_state", "=", "SUSPENDED"), eb("to_state", "=", "SUSPENDED")]))
    .whereRef("from_state", "<>", "to_state")
    .orderBy("sequence", "desc")
    .limit(2)
    .execute();
  const began = moves.find((each) => each.to_state === "SUSPENDED");
  if (began === undefined) return undefined;
  const ended = moves.find((each) => each.from_state === "SUSPENDED" && each.at > began.at);
  return { since: began.at.getTime(), ...(ended === undefined ? {} : { until: ended.at.getTime() }) };
}

/** Whether each vehicle stood still during a suspension: the proof that a halt was obeyed. */
export interface HaltProof {
  readonly since: string;
  /** When it was lifted. */
  readonly until: string | null;
  /** When the store is behind: through when was read. */
  readonly through: string | null;
  /** Time that a vehicle may take to come to a halt, ms (P). */
  readonly graceMs: number;
  readonly vehicles: readonly {
    readonly vehicle: string;
    /** `notStored`: nothing is stored, and the store is behind. */
    readonly verdict: "standing" | "moved" | "noData" | "notStored";
    readonly frames: number;
    readonly lastFrameAt: string | null;
    readonly lastMovingAt: string | null;
  }[];
  /** Subjects that were not read: too many, no vehicles, or not the reader's to see. */
  readonly left: number;
}

export interface HaltQuestion extends Halt {
  readonly vehicles: readonly string[];
  /** Movements that supervision saw as they came, before anything was stored. */
  readonly breaches: readonly { readonly vehicle: string; readonly seenAt: number }[];
}

export async function proveHalt(
  actor: Actor,
  { since, until, vehicles, breaches }: HaltQuestion,
  { graceMs, storedThrough, read }: Pick<Telemetry, "graceMs" | "storedThrough" | "read">,
  now: number,
): Promise<HaltProof> {
  const shown = vehicles.filter((id) => id.startsWith("veh_")).slice(0, READ_AT_MOST);
  const end = until ?? now;
  const through = behind(storedThrough(), end);
  const activity = await read(actor, shown, since + graceMs, end);
  const lines = shown.flatMap((vehicle): HaltProof["vehicles"] => {
    const sent = activity.get(vehicle);
    if (sent === undefined) return [];
    const { frames, lastFrameAt, lastMovingAt } = sent;
    const seen = breaches.filter((each) => each.vehicle === vehicle && each.seenAt >= since && each.seenAt < end);
    const moved = Math.max(lastMovingAt ?? 0, ...seen.map((each) => each.seenAt));
    return [
      {
        vehicle,
        verdict: moved > 0 ? "moved" : frames > 0 ? "standing" : through === null ? "noData" : "notStored",
        frames,
        lastFrameAt: lastFrameAt === undefined ? null : toTime(lastFrameAt),
        lastMovingAt: moved === 0 ? null : toTime(moved),
      },
    ];
  });
  return {
    since: toTime(since),
    until: until === undefined ? null : toTime(until),
    through,
    graceMs,
    vehicles: lines,
    left: vehicles.length - lines.length,
  };
}

/** So far behind is the store at its best: segments close, are copied and read. */
const USUAL_DELAY_MS = 15_000;

/** Through when a period that ends at `end` is stored; null when that is all of it. */
export function behind(storedThrough: number, end: number): string | null {
  return storedThrough + USUAL_DELAY_MS < end ? toTime(storedThrough) : null;
}
