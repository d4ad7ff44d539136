/** Intake of events put together: journal, registry, credentials, routes. */
import { join } from "node:path";
import type { FastifyPluginAsync } from "fastify";
import { parseVehicleId, type Access } from "../access/mod.ts";
import { subjectRoutes } from "../api/mod.ts";
import type { Config } from "../config.ts";
import type { History } from "../history/mod.ts";
import { cacheSenders, EventIntake, eventIntakeRoutes, otlpRoutes } from "../intake/events/mod.ts";
import { EventJournal } from "../journal/mod.ts";
import { SYSTEM_INTAKE, type Records } from "../records/mod.ts";

export interface EventWiring {
  readonly journal: EventJournal;
  readonly intake: EventIntake;
  /** Below /api/v1. */
  readonly routes: readonly FastifyPluginAsync[];
  /** Below /: the addresses that OpenTelemetry's exporters use by default. */
  readonly rootRoutes: readonly FastifyPluginAsync[];
}

export interface EventWiringOptions {
  readonly config: Config;
  readonly records: Records;
  readonly access: Access;
  readonly history: History;
  readonly now: () => number;
}

export function openEventJournal(config: Config): Promise<EventJournal> {
  return EventJournal.open({
    folder: join(config.data, "events"),
    segmentAgeMs: config.journalSegmentMs,
    minFreeBytes: config.journalMinFreeMb * 1024 * 1024,
  });
}

export function wireEvents(journal: EventJournal, options: EventWiringOptions): EventWiring {
  const { access, records, now, config } = options;
  const intake = new EventIntake({
    journal,
    now,
    clockAheadMs: config.clockAheadSeconds * 1000,
    subjects: access.subjects,
    findVehicle: async (organisation, name) => {
      const key = parseVehicleId(name) ?? access.keyOf(name.trim().toUpperCase());
      const row = await records.transact(
        SYSTEM_INTAKE,
        (tx) => tx.selectFrom("vehicles").select("organisation").where("key", "=", key).executeTakeFirst(),
        { retry: true },
      );
      return row?.organisation === organisation ? key : undefined;
    },
  });
  const findSender = cacheSenders(async (token) => {
    const actor = await access.tokens.findIntake(token);
    if (actor === undefined) return undefined;
    return {
      credential: actor.id,
      organisation: actor.organisation,
      ...(actor.region === undefined ? {} : { region: actor.region }),
    };
  }, now);
  const routes = { intake, findSender };
  return {
    journal,
    intake,
    routes: [eventIntakeRoutes(routes), subjectRoutes({ access, history: options.history })],
    rootRoutes: [otlpRoutes(routes)],
  };
}
