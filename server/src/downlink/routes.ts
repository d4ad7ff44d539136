/** HTTP routes of down-link commands. */
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type } from "typebox";
import { parseVehicleId, type Access } from "../access/mod.ts";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { actorOf, decodeOrdinal, DEFAULT_LIMIT, ErrorAnswer, pageOf, PageOf } from "../http/mod.ts";
import type { Actor } from "../records/mod.ts";
import { COMMAND_ACTIONS, requireCommandReader } from "./actions.ts";
import { OPEN_STATES, type CommandKind, type CommandState } from "./command.ts";
import type { Downlink } from "./downlink.ts";
import { CommandBody, requestOf } from "./request.ts";
import {
  commandAnswer,
  CommandAnswer,
  commandDetail,
  CommandDetailAnswer,
  CommandId,
  CommandQuery,
  DialectAnswer,
  VehicleId,
} from "./schema.ts";

const REFUSALS = { 400: ErrorAnswer, 403: ErrorAnswer, 404: ErrorAnswer, 409: ErrorAnswer };

export interface CommandRoutesOptions {
  readonly downlink: Downlink;
  readonly access: Pick<Access, "registry">;
}

export function commandRoutes({ downlink, access }: CommandRoutesOptions): FastifyPluginAsyncTypebox {
  const list = async (
    actor: Actor,
    query: { state?: "open" | CommandState; kind?: CommandKind; limit?: number; cursor?: string },
    vehicle?: bigint,
  ) => {
    requireCommandReader(actor);
    const { state, kind, limit = DEFAULT_LIMIT, cursor } = query;
    const found = await downlink.list(actor, {
      vehicle,
      kind,
      states: state === undefined ? undefined : state === "open" ? OPEN_STATES : [state],
      limit: limit + 1,
      below: cursor === undefined ? undefined : decodeOrdinal(cursor),
    });
    const names = await downlink.names(actor, found);
    return pageOf(
      found,
      limit,
      (command) => commandAnswer(command, actor, names),
      (command) => [String(command.ordinal)],
    );
  };

  return async (app) => {
    app.get(
      "/commands",
      {
        schema: {
          tags: ["commands"],
          summary: "Commands to vehicles, newest first",
          querystring: CommandQuery,
          response: { 200: PageOf(CommandAnswer), 403: ErrorAnswer },
        },
      },
      async (request) => list(actorOf(request), request.query),
    );

    app.get(
      "/dialect",
      {
        schema: {
          tags: ["commands"],
          summary: "How the gateway reads frames where the sources of GB/T 32960.3 contradict each other",
          description: "Set by the configuration, see docs/gateway.md. Forms for commands go by its parameter widths.",
          response: { 200: DialectAnswer, "4XX": ErrorAnswer },
        },
      },
      async (request) => {
        actorOf(request);
        return downlink.dialect;
      },
    );

    app.get(
      "/vehicles/:id/commands",
      {
        schema: {
          tags: ["commands"],
          summary: "Commands to one vehicle, newest first",
          params: Type.Object({ id: VehicleId }),
          querystring: CommandQuery,
          response: { 200: PageOf(CommandAnswer), 403: ErrorAnswer, 404: ErrorAnswer },
        },
      },
      async (request) => {
        const actor = actorOf(request);
        const vehicle = keyOfParam(request.params.id);
        requireCommandReader(actor);
        await access.registry.get(actor, vehicle);
        return list(actor, request.query, vehicle);
      },
    );

    app.post(
      "/vehicles/:id/commands",
      {
        schema: {
          tags: ["commands"],
          summary: "Ask for a command: query, set or control",
          description:
            "GB/T 32960.3 annex B, commands 80, 81, 82. A control, and a setting that leads the vehicle to another platform, waits until a second person approves it. An Idempotency-Key header makes a repetition safe.",
          params: Type.Object({ id: VehicleId }),
          body: CommandBody,
          response: { 201: CommandAnswer, ...REFUSALS },
        },
      },
      async (request, reply) => {
        const actor = actorOf(request);
        const { body } = request;
        const command = await downlink.request(actor, {
          vehicle: keyOfParam(request.params.id),
          request: requestOf(body),
          reason: body.reason,
          expiryMs: body.expiresInSeconds === undefined ? undefined : body.expiresInSeconds * 1000,
          idempotencyId: idempotencyOf(request.headers["idempotency-key"]),
        });
        return reply.code(201).send(commandAnswer(command, actor, await downlink.names(actor, [command])));
      },
    );

    app.get(
      "/commands/:id",
      {
        schema: {
          tags: ["commands"],
          summary: "One command with everything that happened to it",
          params: Type.Object({ id: CommandId }),
          response: { 200: CommandDetailAnswer, 403: ErrorAnswer, 404: ErrorAnswer },
        },
      },
      async (request) => {
        const actor = actorOf(request);
        requireCommandReader(actor);
        const { command, events } = await downlink.get(actor, request.params.id);
        return commandDetail(command, events, actor, await downlink.names(actor, [command], events));
      },
    );

    app.post(
      "/commands/:id/actions/:name",
      {
        schema: {
          tags: ["commands"],
          summary: "Approve, reject or withdraw a command",
          description: "Who asked for a command never approves it. 409 names what is possible instead.",
          params: Type.Object({ id: CommandId, name: Type.Enum([...COMMAND_ACTIONS]) }),
          body: Type.Object(
            { reason: Type.String({ minLength: 3, maxLength: 400, description: "Why; kept in the ledger." }) },
            { additionalProperties: false },
          ),
          response: { 200: CommandAnswer, ...REFUSALS },
        },
      },
      async (request) => {
        const actor = actorOf(request);
        const { id, name } = request.params;
        const command = await downlink.act(actor, id, name, request.body.reason);
        return commandAnswer(command, actor, await downlink.names(actor, [command]));
      },
    );
  };
}

function keyOfParam(id: string): bigint {
  const key = parseVehicleId(id);
  if (key === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: id });
  return key;
}

function idempotencyOf(header: unknown): string | undefined {
  return typeof header === "string" && header !== "" && !/\p{Cc}/u.test(header) ? header.slice(0, 120) : undefined;
}
