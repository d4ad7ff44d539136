/** GET /stream: server-sent events of the hub, with resumption, heartbeats and bounds. */
import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import { actorOf } from "../../http/mod.ts";
import type { Actor } from "../../records/mod.ts";
import { ClientQueue } from "./client-queue.ts";
import type { EventHub } from "./event-hub.ts";

/**
 * What comes together goes out together: a stream is written at most once in `GATHER_MS`, each of many streams the more
 * seldom the more there are (`WRITE_MS` for each), of very many once in `FLUSH_MS`. Whoever shows it gathers again.
 */
const GATHER_MS = 10;
const WRITE_MS = 2;
const FLUSH_MS = 250;
const HEARTBEAT_MS = 10_000;
const MOST_STREAMS = 1_000;
/** A socket that holds more than this unsent is not being read. */
const UNSENT_BYTES = 256 * 1024;

export interface StreamOptions {
  readonly hub: EventHub;
  /** False when the session or token is no longer valid; asked now and then. */
  readonly isStillValid: (request: {
    readonly cookie: string | undefined;
    readonly authorization: string | undefined;
  }) => Promise<boolean>;
  /** Figures for an actor, sent once a second when they changed. */
  readonly situation: (actor: Actor) => Promise<object>;
  readonly now: () => number;
}

export function registerStream(app: FastifyInstance, options: StreamOptions): void {
  const { hub } = options;
  const closers = new Set<() => void>();
  app.addHook("preClose", async () => {
    for (const close of closers) close();
  });

  app.get(
    "/stream",
    {
      schema: {
        tags: ["situation"],
        summary: "Server-sent events",
        description:
          "Events `situation`, `finding`, `project`, `case`, `ledger`, `alarm`, those that come together in one write; `resync` when events were missed. Resume with Last-Event-ID.",
        response: { 200: { description: "The stream", content: { "text/event-stream": { schema: Type.String() } } } },
      },
    },
    (request, reply) => {
      const actor = actorOf(request);
      if (closers.size >= MOST_STREAMS) throw new SandglassError(ERRORS.TOO_MANY_STREAMS);
      reply.hijack();
      const socket = reply.raw;
      socket.writeHead(200, {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "x-request-id": request.id,
        "x-accel-buffering": "no",
      });
      const queue = new ClientQueue();
      resume(queue, hub, actor, request.headers["last-event-id"]);
      socket.write(`retry: 2000\n: connected\n\n`);

      let flushing: NodeJS.Timeout | undefined;
      let flushedAt = 0;
      const flushSoon = (): void => {
        const pause = Math.min(FLUSH_MS, closers.size * WRITE_MS);
        flushing ??= setTimeout(flush, Math.max(GATHER_MS, flushedAt + pause - performance.now()));
      };
      const flush = (): void => {
        flushing = undefined;
        if (queue.isEmpty) return;
        flushedAt = performance.now();
        if (socket.writableLength > UNSENT_BYTES) {
          queue.lose();
          flushSoon();
        } else socket.write(queue.take(hub.run, hub.lastNumber));
      };
      const unsubscribe = hub.subscribe({
        actor,
        deliver: (event) => {
          queue.add(event);
          flushSoon();
        },
      });
      flushSoon();
      let last = "";
      let asking = false;
      const figures = setInterval(() => {
        if (asking || socket.writableLength > 0) return;
        asking = true;
        options
          .situation(actor)
          .then((situation) => {
            const text = JSON.stringify(situation, (key, value: unknown) => (key === "at" ? undefined : value));
            if (text !== last && !socket.destroyed)
              socket.write(`event: situation\ndata: ${JSON.stringify(situation)}\n\n`);
            last = text;
          })
          .catch(() => undefined)
          .finally(() => (asking = false));
      }, 1_000);
      const heartbeat = setInterval(() => {
        socket.write(`data: ${JSON.stringify({ at: new Date(options.now()).toISOString() })}\n\n`);
        options
          .isStillValid({ cookie: request.cookies["sandglass_session"], authorization: request.headers.authorization })
          .then((valid) => {
            if (!valid) close();
          })
          .catch(() => undefined);
      }, HEARTBEAT_MS);
      const close = (): void => {
        for (const timer of [flushing, figures, heartbeat]) clearInterval(timer);
        unsubscribe();
        closers.delete(close);
        if (!socket.destroyed) socket.end();
      };
      closers.add(close);
      socket.on("close", close).on("error", close);
    },
  );
}

function resume(queue: ClientQueue, hub: EventHub, actor: Actor, lastEventId: string | string[] | undefined): void {
  if (typeof lastEventId !== "string") return;
  const at = lastEventId.lastIndexOf("-");
  const number = Number(lastEventId.slice(at + 1));
  const missed =
    lastEventId.slice(0, at) === hub.run && Number.isInteger(number) ? hub.since(number, actor) : undefined;
  if (missed === undefined) queue.lose();
  else for (const event of missed) queue.add(event);
}
