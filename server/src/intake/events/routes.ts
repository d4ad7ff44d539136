/**
 * Intake over HTTP: CloudEvents at `/intake/events`, OpenTelemetry at `/v1/{metrics,logs,traces}` (the default of
 * exporters) and at `/intake/otlp/v1/…`. An answer means that everything in the request is durable.
 *
 * Credentials are API tokens of the scope intake; they open nothing else, and no other token opens these routes.
 */
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import { ERRORS, formatError, SandglassError } from "../../errors/mod.ts";
import { checkCount, MAX_WIRE_BYTES, parseJson, readBody } from "./body.ts";
import { isBinary, readBatch, readBinary, readStructured } from "./cloud-event.ts";
import type { EventIntake, Sender } from "./event-intake.ts";
import { failureBody, successBody } from "./otlp/answer.ts";
import { OTLP_SIGNALS, REQUESTS, type OtlpSignal } from "./otlp/messages.ts";
import { ProtoError, readMessage } from "./otlp/proto-reader.ts";
import { readRequest } from "./otlp/read-request.ts";

export interface EventRoutesOptions {
  readonly intake: EventIntake;
  /** The sender behind a token of the scope intake; undefined for any other text. */
  readonly findSender: (token: string) => Promise<Sender | undefined>;
}

const RETRY_SECONDS = 5;

/** For the API's prefix. */
export function eventIntakeRoutes(options: EventRoutesOptions): FastifyPluginAsync {
  return async (app) => {
    await app.register(async (own) => {
      takeBuffers(own);
      cloudEvents(own, options);
    });
    await app.register(otlpRoutes(options), { prefix: "/intake/otlp" });
  };
}

/** `/v1/…` below wherever it is registered. */
export function otlpRoutes(options: EventRoutesOptions): FastifyPluginAsync {
  return async (app) => {
    takeBuffers(app);
    for (const signal of OTLP_SIGNALS) otlp(app, signal, options);
  };
}

function takeBuffers(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    "*",
    { parseAs: "buffer", bodyLimit: MAX_WIRE_BYTES },
    async (_: FastifyRequest, body: Buffer) => body,
  );
}

/** `ownCredentials`: the API's authentication leaves the route alone. */
const CONFIG = { public: true, ownCredentials: true } as const;

function cloudEvents(app: FastifyInstance, { intake, findSender }: EventRoutesOptions): void {
  app.post(
    "/intake/events",
    {
      bodyLimit: MAX_WIRE_BYTES,
      config: CONFIG,
      schema: {
        tags: ["intake"],
        summary: "Send events (CloudEvents 1.0)",
        description:
          "Structured (`application/cloudevents+json`), batch (`application/cloudevents-batch+json`) or binary mode (`ce-…` headers), plain or gzip. 200 means durable; a batch is taken whole or not at all; an event sent again is kept as a reception and counted once.",
        security: [{ bearer: [] }],
      },
    },
    async (request, reply) => {
      try {
        const sender = await senderOf(request, findSender);
        const body = await readBody(bodyOf(request), request.headers["content-encoding"]);
        const events = readEvents(request, body);
        checkCount(events.length);
        const { firstSeq, events: accepted, duplicates, clockAhead } = await intake.take(sender, events, body);
        return { accepted, duplicates, clockAhead, firstSeq: accepted === 0 ? null : String(firstSeq) };
      } catch (error) {
        askToRetry(error, reply);
        throw error;
      }
    },
  );
}

function readEvents(request: FastifyRequest, body: Buffer): ReturnType<typeof readBatch> {
  const media = mediaOf(request);
  if (media === "application/cloudevents-batch+json") return readBatch(parseJson(body));
  if (media === "application/cloudevents+json") return [readStructured(parseJson(body), 0)];
  if (media.startsWith("application/cloudevents") || !isBinary(request.headers))
    throw new SandglassError(ERRORS.MEDIA_TYPE, {
      type: request.headers["content-type"] ?? "none",
      possible: [
        "application/cloudevents+json",
        "application/cloudevents-batch+json",
        "binary mode with ce-specversion",
      ],
    });
  return [readBinary(request.headers, body)];
}

function otlp(app: FastifyInstance, signal: OtlpSignal, { intake, findSender }: EventRoutesOptions): void {
  app.post(
    `/v1/${signal}`,
    {
      bodyLimit: MAX_WIRE_BYTES,
      config: CONFIG,
      schema: {
        tags: ["intake"],
        summary: `Send ${signal} (OpenTelemetry, OTLP over HTTP)`,
        description:
          "`application/x-protobuf` or `application/json`, plain or gzip. 200 means durable; what could not be used stands in the partial success.",
        security: [{ bearer: [] }],
      },
      errorHandler: (error, request, reply) => refuse(error, request, reply, signal),
    },
    async (request, reply) => {
      const sender = await senderOf(request, findSender);
      const isProto = requireEncoding(request);
      const body = await readBody(bodyOf(request), request.headers["content-encoding"]);
      const { events, rejected, reason } = readRequest(signal, isProto ? decodeProto(signal, body) : parseJson(body));
      checkCount(events.length);
      if (events.length > 0) await intake.take(sender, events, body);
      return reply
        .type(isProto ? "application/x-protobuf" : "application/json")
        .send(successBody(signal, isProto, rejected, reason));
    },
  );
}

function decodeProto(signal: OtlpSignal, body: Buffer): unknown {
  try {
    return readMessage(body, REQUESTS[signal]);
  } catch (error) {
    if (error instanceof ProtoError)
      throw new SandglassError(ERRORS.OTLP_INVALID, { signal, detail: error.message }, { cause: error });
    throw error;
  }
}

/** In the encoding of the request, as OTLP asks: a google.rpc.Status. */
function refuse(error: unknown, request: FastifyRequest, reply: FastifyReply, signal: OtlpSignal): FastifyReply {
  const isTooLarge = error instanceof Error && "code" in error && error.code === "FST_ERR_CTP_BODY_TOO_LARGE";
  const coded =
    error instanceof SandglassError
      ? error
      : isTooLarge
        ? new SandglassError(ERRORS.REQUEST_TOO_LARGE, { limit: MAX_WIRE_BYTES })
        : error instanceof Error && "code" in error && error.code === "FST_ERR_CTP_INVALID_MEDIA_TYPE"
          ? mediaRefusal(request)
          : new SandglassError(ERRORS.INTERNAL, {}, { cause: error });
  if (coded.status >= 500)
    request.log.error({ code: coded.code, signal, reason: String(error) }, "telemetry was not taken");
  askToRetry(coded, reply);
  const isProto = mediaOf(request) === "application/x-protobuf";
  const message = `${coded.code}: ${formatError(coded.definition, coded.parameters, "en")}`;
  return reply
    .code(coded.status)
    .type(isProto ? "application/x-protobuf" : "application/json")
    .send(failureBody(isProto, coded.status, message));
}

/** @throws SG_MEDIA_TYPE */
function requireEncoding(request: FastifyRequest): boolean {
  const media = mediaOf(request);
  if (media === "application/x-protobuf") return true;
  if (media === "application/json") return false;
  throw mediaRefusal(request);
}

const mediaRefusal = ({ headers }: FastifyRequest): SandglassError =>
  new SandglassError(ERRORS.MEDIA_TYPE, { type: headers["content-type"] ?? "none" });

function mediaOf(request: FastifyRequest): string {
  return ((request.headers["content-type"] ?? "").split(";")[0] as string).trim().toLowerCase();
}

function bodyOf(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
}

async function senderOf(request: FastifyRequest, find: EventRoutesOptions["findSender"]): Promise<Sender> {
  const token = /^Bearer ([\w.~+/=-]+)$/i.exec(request.headers.authorization ?? "")?.[1];
  const sender = token === undefined ? undefined : await find(token);
  if (sender === undefined) throw new SandglassError(ERRORS.INTAKE_CREDENTIAL);
  return sender;
}

function askToRetry(error: unknown, reply: FastifyReply): void {
  if (error instanceof SandglassError && error.status === 503) void reply.header("retry-after", String(RETRY_SECONDS));
}
