/** What supervision of frames and of events gets from the other parts. */
import { resolve } from "node:path";
import type { Logger } from "pino";
import type { Access } from "../access/mod.ts";
import type { Config } from "../config.ts";
import type { History } from "../history/mod.ts";
import type { EventJournal, Journal } from "../journal/mod.ts";
import { SYSTEM_SUPERVISION, type Records } from "../records/mod.ts";
import {
  EventSupervision,
  storedEventRows,
  storedSenders,
  storedFleet,
  storedRows,
  Supervision,
  vehicleFeed,
  type AssignmentTable,
} from "../supervision/mod.ts";
import { RecoveredVehicles, toSeen } from "./recovered-vehicles.ts";

interface Neighbours<Source> {
  readonly config: Config;
  readonly records: Records;
  readonly journal: Source;
  readonly history: History;
  readonly access: Access;
  readonly assignments: AssignmentTable;
  readonly log: Logger;
  readonly now: () => number;
}

/** Supervision of vehicles, caught up with the journal; the registry knows every vehicle that it met there. */
export async function openSupervision(neighbours: Neighbours<Journal>): Promise<Supervision> {
  const { config, records, journal, history, access, assignments, log, now } = neighbours;
  const scope = () => access.scopes.ofFleet(SYSTEM_SUPERVISION);
  const recovered = new RecoveredVehicles();
  const supervision = await Supervision.start({
    records,
    feed: vehicleFeed(journal, (columns) => recovered.note(columns)),
    rows: storedRows(history, scope),
    fleet: storedFleet({ history, scope, folder: resolve(config.data, "history", "tmp", "rebuild") }),
    dataDir: config.data,
    assignments,
    copyEvidence: async (finding, vehicle, from, to) => {
      await history.copyEvidence(finding, vehicle, from, to + 1);
    },
    log,
    now,
    checkpointMs: config.checkpointSeconds * 1000,
  });
  await access.registry.noteSeen(recovered.take().map(toSeen));
  return supervision;
}

/** Supervision of what reports by events: AI services, accounts, platforms. */
export function openEventSupervision(neighbours: Neighbours<EventJournal>): Promise<EventSupervision> {
  const { config, records, journal, history, access, assignments, log, now } = neighbours;
  const scope = () => access.scopes.ofFleet(SYSTEM_SUPERVISION);
  return EventSupervision.start({
    records,
    journal,
    rows: storedEventRows(history, scope),
    senders: storedSenders(history, scope),
    dataDir: config.data,
    assignments,
    log,
    now,
    checkpointMs: config.checkpointSeconds * 1000,
  });
}
