/** Backups of the running server over HTTP, for the security administrator; a backup itself is never sent. */
import { Type, type FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { logAccess, requireRight } from "../access/mod.ts";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { actorOf, Nullable, Time, toTime, toTimeOrNull } from "../http/mod.ts";
import type { Records } from "../records/mod.ts";
import { STATES, type Backups, type BackupStatus } from "./backups.ts";
import { PHASES } from "./online-backup.ts";

const Status = Type.Object({
  name: Type.String(),
  state: Type.Enum([...STATES]),
  phase: Nullable(Type.Enum([...PHASES], { description: "What is copied now." })),
  startedAt: Time,
  endedAt: Nullable(Time),
  files: Type.Integer({ description: "Copied so far." }),
  bytes: Type.Integer(),
  failure: Nullable(Type.Object({ code: Type.String(), message: Type.String() })),
});

const List = Type.Object({
  folder: Type.String({ description: "On the server." }),
  last: Nullable(Status),
  items: Type.Array(Type.Object({ name: Type.String(), endedAt: Time }), {
    description: "Complete ones, newest first.",
  }),
  next: Type.Null(),
});

const Named = Type.Object({ name: Type.String({ maxLength: 64 }) });

export function backupRoutes({
  records,
  backups,
}: {
  readonly records: Records;
  readonly backups: Backups;
}): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      "/backups",
      { schema: { tags: ["operation"], summary: "Backups of this server", response: { 200: List } } },
      async (request) => {
        requireRight(actorOf(request), "custody", "read");
        const found = await backups.list();
        return {
          folder: backups.folder,
          last: backups.last === undefined ? null : statusAnswer(backups.last),
          items: found.map(({ name, endedAt }) => ({ name, endedAt: toTime(endedAt) })),
          next: null,
        };
      },
    );

    app.post(
      "/backups",
      {
        schema: {
          tags: ["operation"],
          summary: "Begins a backup",
          description: "The server goes on meanwhile. One at a time; it appears under its name when it is complete.",
          body: Type.Object(
            {
              name: Type.Optional(
                Type.String({ maxLength: 64, description: "Of its folder; absent = the time. Letters, digits, . _ -" }),
              ),
            },
            { additionalProperties: false },
          ),
          response: { 202: Status },
        },
      },
      async (request, reply) => {
        const actor = actorOf(request);
        requireRight(actor, "custody", "write");
        const started = backups.start(request.body.name);
        // It copies everything that is kept, keys too: who had it made is never forgotten.
        await records
          .transact(actor, (tx) => logAccess(tx, actor, { action: "backup.create", subject: started.name }), {
            retry: true,
          })
          .catch(async (error: unknown) => {
            await backups.cancel();
            throw error;
          });
        return reply.status(202).send(statusAnswer(started));
      },
    );

    app.get(
      "/backups/:name",
      {
        schema: {
          tags: ["operation"],
          summary: "How the backup goes that was begun last",
          params: Named,
          response: { 200: Status },
        },
      },
      async (request) => {
        requireRight(actorOf(request), "custody", "read");
        return statusAnswer(getLast(backups, request.params.name));
      },
    );

    app.delete(
      "/backups/:name",
      {
        schema: {
          tags: ["operation"],
          summary: "Gives up the backup that is being made; complete ones are never removed",
          params: Named,
          response: { 200: Status },
        },
      },
      async (request) => {
        requireRight(actorOf(request), "custody", "write");
        getLast(backups, request.params.name);
        await backups.cancel();
        return statusAnswer(getLast(backups, request.params.name));
      },
    );
  };
}

/** @throws SG_NOT_FOUND for any other than the last */
function getLast(backups: Backups, name: string): BackupStatus {
  if (backups.last?.name !== name) throw new SandglassError(ERRORS.NOT_FOUND, { what: "backup", id: name });
  return backups.last;
}

function statusAnswer({ name, state, phase, startedAt, endedAt, files, bytes, failure }: BackupStatus) {
  return {
    name,
    state,
    phase: phase ?? null,
    startedAt: toTime(startedAt),
    endedAt: toTimeOrNull(endedAt),
    files,
    bytes,
    failure: failure ?? null,
  };
}
