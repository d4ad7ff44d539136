import { Type, type FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { bccOf, CodecError, decodeFrame, explain, type Dialect, type Field } from "@sandglass/gbt32960";
import { ASSURANCE_NAMES, Disposition, DISPOSITION_NAMES, findSignal } from "@sandglass/signals";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import {
  actorOf,
  decodeCursor,
  DEFAULT_LIMIT,
  fromTime,
  Nullable,
  pageOf,
  PageOf,
  PAGE_QUERY,
  Time,
  toTime,
  toSequence,
  toTimeOrNull,
} from "../../http/mod.ts";
import type { After, ApiDependencies, FrameMeta, RangeQuery } from "../dependencies.ts";
import { keyOfParam, VehicleId } from "./vehicles.ts";

const Seq = Type.String({ pattern: "^\\d{1,19}$", description: "Ingest sequence number." });
const Range = {
  from: Type.Optional(Time),
  to: Type.Optional(Time),
  ...PAGE_QUERY,
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 5_000, default: DEFAULT_LIMIT, description: "Most items in the answer." }),
  ),
};
const SampleValue = Type.Union([Type.Number(), Type.Null(), Type.Array(Nullable(Type.Number()))]);
const SampleAnswer = Type.Object({
  time: Time,
  receivedAt: Time,
  seq: Type.String(),
  command: Type.Integer(),
  reissued: Type.Boolean(),
  values: Type.Record(Type.String(), SampleValue),
  reasons: Type.Record(Type.String(), Type.String(), {
    description:
      "Why a value is null: absent (left out), abnormal, invalid, out_of_range; `id[n]` for entry n of a list.",
  }),
  parts: Type.Optional(
    Type.Array(Type.String(), {
      description: "Cell lists of more than 200 cells come in several frames of one time: the frames of this sample.",
    }),
  ),
});
export const OwnTime = Nullable(
  Type.String({ format: "date-time", description: "What the frame says. Null: it says no time that can be used." }),
);
const FRAME = {
  seq: Type.String(),
  time: OwnTime,
  receivedAt: Time,
  command: Type.Integer(),
  edition: Type.String(),
  length: Nullable(Type.Integer()),
  disposition: Type.String(),
  assurance: Type.String(),
  link: Type.Integer(),
  reissued: Type.Boolean(),
};
const FrameAnswer = Type.Object(FRAME);
const FieldAnswer = Type.Object(
  { offset: Type.Integer(), length: Type.Integer(), name: Type.String() },
  { additionalProperties: true, description: "raw, value, unit and clause as the codec gives them." },
);

/** Commands whose frames are samples: GB/T 32960.3 table of commands. */
const REISSUED = 3;
const MAX_SIGNALS = 50;

export function telemetryRoutes({
  access,
  telemetry,
  figures,
  dialect = {},
}: ApiDependencies): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      "/vehicles/:id/samples",
      {
        schema: {
          tags: ["vehicles"],
          summary: "Decoded values in order of event time",
          params: Type.Object({ id: VehicleId }),
          querystring: Type.Object(
            {
              signals: Type.String({
                minLength: 1,
                maxLength: 2_000,
                description: "Signal ids, separated by commas; GET /signals lists them.",
              }),
              ...Range,
            },
            { additionalProperties: false },
          ),
          response: { 200: PageOf(SampleAnswer) },
        },
      },
      async (request) => {
        const vehicle = keyOfParam(request.params.id);
        const signals = readSignals(request.query.signals);
        const scope = await access.scopes.ofVehicle(actorOf(request), vehicle);
        const query = readRange(vehicle, request.query);
        const rows = await telemetry.samples(scope, { ...query, limit: query.limit + 1, signals });
        return pageOf(
          rows,
          query.limit,
          (row) => ({
            time: toTime(row.eventTime),
            receivedAt: toTime(row.receiveTime),
            seq: String(row.seq),
            command: row.command,
            reissued: row.command === REISSUED,
            values: row.values as Record<string, number | null | (number | null)[]>,
            reasons: { ...row.reasons },
            ...(row.parts === undefined ? {} : { parts: row.parts.map(String) }),
          }),
          (row) => [row.eventTime, String(row.seq)],
        );
      },
    );

    app.get(
      "/vehicles/:id/frames",
      {
        schema: {
          tags: ["vehicles"],
          summary: "Received frames in order of event time, of those without a time that can be used by their receipt",
          params: Type.Object({ id: VehicleId }),
          querystring: Type.Object(Range, { additionalProperties: false }),
          response: { 200: PageOf(FrameAnswer) },
        },
      },
      async (request) => {
        const vehicle = keyOfParam(request.params.id);
        const scope = await access.scopes.ofVehicle(actorOf(request), vehicle);
        const query = readRange(vehicle, request.query);
        const rows = await telemetry.frames(scope, { ...query, limit: query.limit + 1 });
        return pageOf(rows, query.limit, toFrame, (row) => [row.eventTime, String(row.seq)]);
      },
    );

    app.get(
      "/vehicles/:id/frames/:seq",
      {
        schema: {
          tags: ["vehicles"],
          summary: "One frame: bytes, message, fields",
          params: Type.Object({ id: VehicleId, seq: Seq }),
          description:
            "With `masked`, the middle of the VIN is overwritten with asterisks and the check code is made to fit.",
          response: {
            200: Type.Object({
              ...FRAME,
              masked: Type.Boolean(),
              hex: Type.String(),
              message: Type.Unknown(),
              fields: Type.Array(FieldAnswer),
            }),
          },
        },
      },
      async (request) => {
        const vehicle = keyOfParam(request.params.id);
        const scope = await access.scopes.ofVehicle(actorOf(request), vehicle);
        // A raw frame may hold the vehicle's position.
        if (!scope.location)
          throw new SandglassError(ERRORS.FORBIDDEN, { role: scope.actor.role, object: "location", right: "read" });
        const found = await telemetry.frame(scope, { vehicle, seq: BigInt(request.params.seq) });
        if (found === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: "frame", id: request.params.seq });
        if (found.raw === undefined)
          throw new SandglassError(found.wasKept ? ERRORS.FRAME_ERASED : ERRORS.FRAME_NOT_KEPT, {
            seq: request.params.seq,
          });
        await access.registry.logFrameRead(scope.actor, vehicle, found.meta.seq);
        const shown = scope.fullVin ? found.raw : maskFrame(found.raw);
        return {
          ...toFrame(found.meta),
          masked: !scope.fullVin,
          hex: Buffer.from(shown).toString("hex"),
          ...messageAndFields(shown, dialect),
        };
      },
    );

    app.get(
      "/vehicles/:id/counts",
      {
        schema: {
          tags: ["vehicles"],
          summary: "How many frames came, by what they are",
          params: Type.Object({ id: VehicleId }),
          response: {
            200: Type.Object({
              received: Type.Integer(),
              realtime: Type.Integer(),
              reissued: Type.Integer(),
              late: Type.Integer({
                description: "Older than the vehicle's own newest event when they came; stored, not evaluated again.",
              }),
              quarantined: Type.Integer(),
              duplicates: Type.Integer(),
              firstEvent: Nullable(Time),
              lastEvent: Nullable(Time),
              lastFrame: Nullable(
                Type.String({
                  format: "date-time",
                  description: "Where the frame that came last stands in `/frames`, also one that was set aside.",
                }),
              ),
            }),
          },
        },
      },
      async (request) => {
        const vehicle = keyOfParam(request.params.id);
        const actor = actorOf(request);
        const scope = await access.scopes.ofVehicle(actor, vehicle);
        const [counts, late] = await Promise.all([
          telemetry.counts(scope, vehicle),
          figures.lateFrames(actor, vehicle),
        ]);
        return {
          received: counts.received,
          realtime: counts.realtime,
          reissued: counts.reissued,
          late,
          quarantined: counts.quarantined,
          duplicates: counts.duplicates,
          firstEvent: toTimeOrNull(counts.firstEvent),
          lastEvent: toTimeOrNull(counts.lastEvent),
          lastFrame: toTimeOrNull(counts.lastFrame),
        };
      },
    );
  };
}

function readSignals(list: string): string[] {
  const signals = [
    ...new Set(
      list
        .split(",")
        .map((id) => id.trim())
        .filter((id) => id !== ""),
    ),
  ];
  if (signals.length === 0 || signals.length > MAX_SIGNALS) {
    throw new SandglassError(ERRORS.REQUEST_INVALID, {
      path: "querystring/signals",
      rule: `must name 1 to ${MAX_SIGNALS} signals`,
      ruleZh: `应包含 1 至 ${MAX_SIGNALS} 个信号`,
    });
  }
  for (const id of signals)
    if (findSignal(id) === undefined) throw new SandglassError(ERRORS.SIGNAL_UNKNOWN, { signal: id });
  return signals;
}

function readRange(
  vehicle: bigint,
  query: { from?: string; to?: string; limit?: number; cursor?: string },
): RangeQuery {
  const from = query.from === undefined ? 0 : fromTime(query.from, "querystring/from");
  const to = query.to === undefined ? Number.MAX_SAFE_INTEGER : fromTime(query.to, "querystring/to");
  if (to < from)
    throw new SandglassError(ERRORS.REQUEST_INVALID, {
      path: "querystring/to",
      rule: "is before from",
      ruleZh: "早于 from",
    });
  return {
    vehicle,
    from,
    to,
    limit: query.limit ?? DEFAULT_LIMIT,
    after: query.cursor === undefined ? undefined : readAfter(query.cursor),
  };
}

function readAfter(cursor: string): After {
  const [time, seq] = decodeCursor(cursor, ["number", "string"]);
  return { time, seq: toSequence(seq) };
}

/** Heartbeat, clock request, key exchange: accepted, and silent about time. */
const TIMELESS: ReadonlySet<number> = new Set([0x07, 0x08, 0x0b]);

/** A frame that says no time, or was set aside before its time could be used, is stored under the time of its receipt. RFC 3339. */
function ownTime({ eventTime, receiveTime, disposition, command }: FrameMeta): string | null {
  const saysTime = eventTime !== receiveTime || (disposition === Disposition.accepted && !TIMELESS.has(command));
  return saysTime ? toTime(eventTime) : null;
}

export function toFrame(meta: FrameMeta) {
  return {
    seq: String(meta.seq),
    time: ownTime(meta),
    receivedAt: toTime(meta.receiveTime),
    command: meta.command,
    edition: `20${meta.edition}`,
    length: meta.length ?? null,
    disposition: DISPOSITION_NAMES[meta.disposition] ?? "unknown",
    assurance: ASSURANCE_NAMES[meta.assurance] ?? "unknown",
    link: meta.link,
    reissued: meta.command === REISSUED,
  };
}

/** GB/T 32960.3 table 2: the unique id stands in bytes 4 to 20; characters 4 to 13 of it are hidden, the check code fits again. */
function maskFrame(raw: Uint8Array): Uint8Array {
  const masked = Uint8Array.from(raw).fill(0x2a, 7, 17);
  masked[masked.length - 1] = bccOf(masked, 2, masked.length - 1);
  return masked;
}

/** Message, and the fields of the frame inspector; a frame that cannot be decoded is shown with its error. */
function messageAndFields(raw: Uint8Array, dialect: Partial<Dialect>): { message: unknown; fields: Field[] } {
  const fields = explain(raw, { dialect }).flatMap((piece) =>
    piece.fields.map((field) => ({ ...field, offset: field.offset + piece.offset })),
  );
  try {
    return { message: decodeFrame(raw, { malformed: "keep", dialect }), fields };
  } catch (cause) {
    if (!(cause instanceof CodecError)) throw cause;
    return { message: { error: { code: cause.code, message: cause.message } }, fields };
  }
}
