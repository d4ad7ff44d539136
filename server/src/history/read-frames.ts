/** Receptions of one vehicle: lists, raw bytes, counts; and what was quarantined in the fleet. */
import { DISPOSITION_NAMES } from "@sandglass/signals";
import type { HistoryScope } from "../access/mod.ts";
import type { Engine } from "./engine.ts";
import { behind, inRange, inScope, isVehicle, oneOf, pageSize, toPage } from "./read-sql.ts";
import { IS_OBSERVATION, REALTIME, REISSUED } from "./rollups.ts";
import type { Frame, FrameInfo, FramesQuery, Page, QuarantineQuery, VehicleCounts } from "./types.ts";
import { all, count, int, sql, time, trusted, u64 } from "./sql.ts";

type InfoRow = [
  seq: string,
  vehicle: string,
  time: string,
  received: string,
  link: number,
  assurance: number,
  edition: number,
  command: number,
  disposition: number,
  length: string | number,
];
const INFO = trusted(
  "seq, vehicle, toUnixTimestamp64Milli(event_time), toUnixTimestamp64Milli(receive_time), link, assurance, edition, command, disposition",
);

function toInfo([
  seq,
  vehicle,
  at,
  received,
  link,
  assurance,
  edition,
  command,
  disposition,
  length,
]: InfoRow): FrameInfo {
  return {
    seq: Number(seq),
    vehicle: BigInt(vehicle),
    time: Number(at),
    receivedAt: Number(received),
    link,
    assurance,
    edition,
    command,
    disposition,
    length: Number(length),
  };
}

export async function readFrames(engine: Engine, scope: HistoryScope, query: FramesQuery): Promise<Page<FrameInfo>> {
  const { vehicle, from, to, after, newestFirst = false, dispositions, commands } = query;
  const limit = pageSize(query.limit);
  const conditions = [
    isVehicle(scope, vehicle),
    inRange(from, to),
    ...behind(after, newestFirst),
    ...oneOf("disposition", dispositions),
    ...oneOf("command", commands),
  ];
  const rows = await engine.query<InfoRow>(
    sql`SELECT ${INFO}, raw_length FROM frames WHERE ${all(conditions)}
    ORDER BY event_time ${trusted(newestFirst ? "DESC" : "ASC")}, seq LIMIT ${count(limit + 1)}`,
    query,
  );
  return toPage(rows.map(toInfo), limit);
}

type FrameRow = [...InfoRow, raw: string];

const DAY_MS = 86_400_000;

/** Why a frame that was received at an instant has no bytes. */
export function rawExpiry(rawDays: number, now: () => number): (receivedAt: number) => "expired" | "not-kept" {
  return (receivedAt) => (rawDays > 0 && receivedAt < now() - rawDays * DAY_MS ? "expired" : "not-kept");
}

export async function readFrame(
  engine: Engine,
  scope: HistoryScope,
  { vehicle, seq }: { vehicle: bigint; seq: number },
  whyMissing: (receivedAt: number) => "expired" | "not-kept",
): Promise<Frame | undefined> {
  const is = sql`${isVehicle(scope, vehicle)} AND seq = ${u64(seq)}`;
  const [row] = await engine.query<FrameRow>(sql`SELECT ${INFO}, raw_length, hex(raw) FROM frames WHERE ${is} LIMIT 1`);
  if (row === undefined) return undefined;
  const info = toInfo(row.slice(0, 10) as InfoRow);
  if (!scope.location) return { ...info, missing: "withheld" };
  if (info.length > 0) return { ...info, ...shown(scope, Buffer.from(row[10], "hex")) };
  const [kept] = await engine.query<[string]>(
    sql`SELECT hex(raw) FROM evidence WHERE ${is} AND length(raw) > 0 LIMIT 1`,
  );
  if (kept === undefined) return { ...info, missing: whyMissing(info.receivedAt) };
  const bytes = Buffer.from(kept[0], "hex");
  return { ...info, length: bytes.length, ...shown(scope, bytes) };
}

/** GB/T 32960.3 frame header: the VIN stands in bytes 4–20. The first three and the last four characters may be seen. */
const VIN_MASKED = [7, 17] as const;

/** A masked frame no longer has its check code, and cannot be proved. */
function shown(scope: HistoryScope, bytes: Buffer): Pick<Frame, "bytes" | "isVinMasked"> {
  return scope.fullVin ? { bytes } : { bytes: bytes.fill("*", ...VIN_MASKED), isVinMasked: true };
}

type CountRow = [
  received: string,
  realtime: string,
  reissued: string,
  quarantined: string[],
  duplicates: string,
  firstEvent: string | null,
  lastEvent: string | null,
  lastReceived: string | null,
  lastFrame: string | null,
];

export async function readCounts(
  engine: Engine,
  scope: HistoryScope,
  { vehicle }: { vehicle: bigint },
): Promise<VehicleCounts> {
  const quarantined = DISPOSITION_NAMES.map((_, code) => `countIf(disposition = ${code})`);
  const [row] = await engine.query<CountRow>(
    sql`SELECT count(), countIf(disposition = 0 AND command = ${int(REALTIME)}), countIf(disposition = 0 AND command = ${int(REISSUED)}),
    [${trusted(quarantined.join(", "))}], ${trusted(`countIf(${IS_OBSERVATION}) - uniqExactIf((event_time, frame_hash), ${IS_OBSERVATION})`)},
    toUnixTimestamp64Milli(${trusted(`minOrNullIf(event_time, ${IS_OBSERVATION})`)}),
    toUnixTimestamp64Milli(${trusted(`maxOrNullIf(event_time, ${IS_OBSERVATION})`)}), toUnixTimestamp64Milli(maxOrNull(receive_time)),
    toUnixTimestamp64Milli(argMaxOrNull(event_time, seq))
    FROM frames WHERE ${isVehicle(scope, vehicle)}`,
  );
  const [received, realtime, reissued, byDisposition, duplicates, firstEvent, lastEvent, lastReceived, lastFrame] = row;
  return {
    received: Number(received),
    realtime: Number(realtime),
    reissued: Number(reissued),
    quarantined: Object.fromEntries(
      DISPOSITION_NAMES.flatMap((text, code) => (code === 0 ? [] : [[text, Number(byDisposition[code])]])),
    ),
    duplicates: Number(duplicates),
    ...(firstEvent === null ? {} : { firstEvent: Number(firstEvent) }),
    ...(lastEvent === null ? {} : { lastEvent: Number(lastEvent) }),
    ...(lastReceived === null ? {} : { lastReceived: Number(lastReceived) }),
    ...(lastFrame === null ? {} : { lastFrame: Number(lastFrame) }),
  };
}

/** Newest first: sequence numbers grow in the order of receipt. */
export async function readQuarantine(
  engine: Engine,
  scope: HistoryScope,
  query: QuarantineQuery,
): Promise<Page<FrameInfo>> {
  const { from, to, after, dispositions } = query;
  const limit = pageSize(query.limit);
  const conditions = [
    inScope(scope),
    sql`receive_time >= ${time(from)}`,
    sql`receive_time < ${time(to)}`,
    ...oneOf("disposition", dispositions),
    ...(after === undefined ? [] : [sql`seq < ${int(after.seq)}`]),
  ];
  const rows = await engine.query<InfoRow>(
    sql`SELECT ${INFO}, length FROM quarantine FINAL WHERE ${all(conditions)} ORDER BY seq DESC LIMIT ${count(limit + 1)}`,
    query,
  );
  const items = rows.slice(0, limit).map(toInfo);
  const last = items[items.length - 1];
  return rows.length > limit ? { items, next: { time: last.receivedAt, seq: last.seq } } : { items };
}
