/** Events of one subject, each once however often it was received. */
import { Disposition } from "@sandglass/signals";
import type { HistoryScope } from "../access/mod.ts";
import { scopeAllows } from "../access/mod.ts";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import type { Engine } from "./engine.ts";
import { behind, pageSize, toPage } from "./read-sql.ts";
import { all, count, int, join, sql, str, time, trusted, u64, type Sql } from "./sql.ts";
import type { Page, Position, ReadOptions } from "./types.ts";

export interface EventsQuery extends ReadOptions {
  readonly subject: bigint;
  /** [from, to), UTC ms. */
  readonly from: number;
  readonly to: number;
  /** Only events of this name. */
  readonly name?: string;
  /** Only events with one of the names, or with one of the texts in their content. */
  readonly mentions?: { readonly names: readonly string[]; readonly texts: readonly string[] };
  readonly limit?: number;
  readonly after?: Position;
  readonly newestFirst?: boolean;
  /** Events that were received later are left out. */
  readonly throughSeq?: number;
}

export interface CounterReportsQuery extends ReadOptions {
  readonly subject: bigint;
  /** [from, to), UTC ms. */
  readonly from: number;
  readonly to: number;
  readonly throughSeq?: number;
  /** Counters at most; those that reported last. */
  readonly limit: number;
}

export interface StoredEvent {
  readonly seq: number;
  readonly time: number;
  readonly receivedAt: number;
  readonly name: string;
  readonly value: number | null;
  readonly source: string;
  readonly id: string;
  /** JSON text: fields, histogram, counter, context. */
  readonly attributes: string;
  readonly assurance: number;
  /** Index into the journal's `EVENT_FORMATS`. */
  readonly format: number;
  readonly disposition: number;
}

export interface EventBody {
  readonly event: StoredEvent;
  /** Body of the request in which it came. */
  readonly raw: Uint8Array;
}

type Row = [string, string, string, string, number | null, string, string, string, number, number, number];
const COLUMNS = trusted(
  "seq, toUnixTimestamp64Milli(event_time), toUnixTimestamp64Milli(receive_time), name, value, source, event_id, attributes, assurance, format, disposition",
);

function toStored([
  seq,
  at,
  received,
  name,
  value,
  source,
  id,
  attributes,
  assurance,
  format,
  disposition,
]: Row): StoredEvent {
  return {
    seq: Number(seq),
    time: Number(at),
    receivedAt: Number(received),
    name,
    value,
    source,
    id,
    attributes,
    assurance,
    format,
    disposition,
  };
}

/** @throws SG_FORBIDDEN when the scope does not hold the subject */
export async function readEvents(engine: Engine, scope: HistoryScope, query: EventsQuery): Promise<Page<StoredEvent>> {
  requireScope(scope, query.subject);
  const { subject, from, to, name, mentions, after, newestFirst = false } = query;
  const limit = pageSize(query.limit);
  const conditions = [
    sql`subject = ${u64(subject)}`,
    sql`event_time >= ${time(from)}`,
    sql`event_time < ${time(to)}`,
    ...(name === undefined ? [] : [sql`name = ${str(name)}`]),
    ...(mentions === undefined ? [] : [mentioning(mentions)]),
    ...through(query.throughSeq),
    ...behind(after, newestFirst),
  ];
  const rows = await engine.query<Row>(
    sql`SELECT ${COLUMNS} FROM events WHERE ${all(conditions)}
    ORDER BY event_time ${trusted(newestFirst ? "DESC" : "ASC")}, seq LIMIT 1 BY source, event_id LIMIT ${count(limit + 1)}`,
    query,
  );
  return toPage(rows.map(toStored), limit);
}

/**
 * The newest accepted report of every cumulative counter (name and attribute set) in a range, in order of time: what the
 * increase of the next report is counted from.
 * @throws SG_FORBIDDEN when the scope does not hold the subject
 */
export async function readCounterReports(
  engine: Engine,
  scope: HistoryScope,
  query: CounterReportsQuery,
): Promise<StoredEvent[]> {
  requireScope(scope, query.subject);
  const conditions = [
    sql`subject = ${u64(query.subject)}`,
    sql`event_time >= ${time(query.from)}`,
    sql`event_time < ${time(query.to)}`,
    trusted(`disposition = ${Disposition.accepted}`),
    trusted("position(attributes, '\"cumulative\"') > 0"),
    ...through(query.throughSeq),
  ];
  const rows = await engine.query<Row>(
    sql`SELECT ${COLUMNS} FROM events WHERE ${all(conditions)}
    ORDER BY event_time DESC, seq DESC LIMIT 1 BY name, JSONExtractRaw(attributes, 'fields') LIMIT ${count(query.limit)}`,
    query,
  );
  return rows.map(toStored).reverse();
}

export interface EventSubjectsQuery extends ReadOptions {
  /** Event time, [from, to), UTC ms. */
  readonly from: number;
  readonly to: number;
  readonly throughSeq: number;
}

/** A subject with accepted events, and how many receptions of them there are. */
export interface EventSubjectCount {
  readonly subject: bigint;
  /** Index into `SUBJECT_KINDS`. */
  readonly kind: number;
  readonly receptions: number;
  /** Event time of the oldest one, UTC ms. */
  readonly first: number;
  /** Event and receive time of the newest one, UTC ms. */
  readonly last: number;
  readonly lastReceived: number;
}

/** Subjects of the scope that sent in a range, by key. */
export async function readEventSubjects(
  engine: Engine,
  scope: HistoryScope,
  query: EventSubjectsQuery,
): Promise<EventSubjectCount[]> {
  const conditions = [
    sql`event_time >= ${time(query.from)}`,
    sql`event_time < ${time(query.to)}`,
    trusted(`disposition = ${Disposition.accepted}`),
    ...through(query.throughSeq),
  ];
  const rows = await engine.query<[string, number, string, string, string, string]>(
    sql`SELECT subject, any(subject_kind), count(), toUnixTimestamp64Milli(min(event_time)), toUnixTimestamp64Milli(max(event_time)),
    toUnixTimestamp64Milli(argMax(receive_time, (event_time, seq))) FROM events WHERE ${all(conditions)} GROUP BY subject ORDER BY subject`,
    query,
  );
  return rows
    .map(([subject, kind, receptions, first, last, received]) => ({
      subject: BigInt(subject),
      kind,
      receptions: Number(receptions),
      first: Number(first),
      last: Number(last),
      lastReceived: Number(received),
    }))
    .filter(({ subject }) => scopeAllows(scope, subject));
}

function mentioning({ names, texts }: NonNullable<EventsQuery["mentions"]>): Sql {
  const either = [
    ...names.map((name) => sql`name = ${str(name)}`),
    ...texts.map((text) => sql`position(attributes, ${str(text)}) > 0`),
  ];
  return either.length === 0 ? trusted("0") : sql`(${join(either, " OR ")})`;
}

function through(seq: number | undefined): Sql[] {
  return seq === undefined || !Number.isFinite(seq) ? [] : [sql`seq <= ${int(seq)}`];
}

/** One event with the body of its request; undefined when there is none of the subject. */
export async function readEvent(
  engine: Engine,
  scope: HistoryScope,
  { subject, seq }: { readonly subject: bigint; readonly seq: number },
): Promise<EventBody | undefined> {
  requireScope(scope, subject);
  const [row] = await engine.query<[...Row, request: string]>(
    sql`SELECT ${COLUMNS}, request FROM events WHERE subject = ${u64(subject)} AND seq = ${u64(seq)} LIMIT 1`,
  );
  if (row === undefined) return undefined;
  const [body] = await engine.query<[string]>(
    sql`SELECT hex(raw) FROM events WHERE seq = ${u64(BigInt(row[11]))} LIMIT 1`,
  );
  return { event: toStored(row.slice(0, 11) as Row), raw: Buffer.from(body?.[0] ?? "", "hex") };
}

export async function countEvents(
  engine: Engine,
  scope: HistoryScope,
  subject: bigint,
): Promise<{ readonly receptions: number; readonly events: number; readonly lastEvent?: number }> {
  requireScope(scope, subject);
  const [[receptions, events, last]] = await engine.query<[string, string, string | null]>(
    sql`SELECT count(), uniqExact(source, event_id), toUnixTimestamp64Milli(maxOrNull(event_time)) FROM events WHERE subject = ${u64(subject)}`,
  );
  return {
    receptions: Number(receptions),
    events: Number(events),
    ...(last === null ? {} : { lastEvent: Number(last) }),
  };
}

function requireScope(scope: HistoryScope, subject: bigint): void {
  if (!scopeAllows(scope, subject))
    throw new SandglassError(ERRORS.FORBIDDEN, { role: scope.actor.role, object: "subjectEvents", right: "read" });
}
