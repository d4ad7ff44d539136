/** What keeps everything: records, history, ledger and the journal of frames. */
import { join } from "node:path";
import type { OperatorAlarms } from "../api/mod.ts";
import type { Config } from "../config.ts";
import { openHistory, type History } from "../history/mod.ts";
import { EVENT_COLUMNS, Journal, observationTable } from "../journal/mod.ts";
import {
  openLedger,
  parseWitnesses,
  startTimestamping,
  startWitnessing,
  type KeyStoreOptions,
  type Timestamping,
  type Witnessing,
} from "../ledger/mod.ts";
import type { Opened } from "./closing.ts";
import { ledgerTimestampOptions } from "./ledger-options.ts";
import { openRecords, type Records } from "../records/mod.ts";
import { oneOf } from "./gateway-options.ts";
import type { openLog } from "./log.ts";
import { raiseHistoryAlarm, raiseRecordsAlarm, raiseWitnessAlarm } from "./operator-alarms.ts";

export interface Stores {
  readonly records: Records;
  readonly history: History;
  readonly ledger: Awaited<ReturnType<typeof openLedger>>;
  readonly witnessing: Witnessing;
  readonly timestamping: Timestamping | undefined;
  readonly journal: Journal;
}

export async function openStores(parts: {
  readonly config: Config;
  readonly keys: KeyStoreOptions;
  readonly alarms: OperatorAlarms;
  readonly now: () => number;
  readonly log: ReturnType<typeof openLog>;
  readonly opened: Opened;
}): Promise<Stores> {
  const { config, keys, alarms, now, log, opened } = parts;
  const [records, history] = await Promise.all([
    openRecords({
      dataDir: config.data,
      log,
      ...(config.databaseUrl === "" ? {} : { databaseUrl: config.databaseUrl }),
    }).then((part) => opened("records", part, (records) => records.close())),
    openHistory({
      dataDir: join(config.data, "history"),
      columns: observationTable(),
      eventColumns: EVENT_COLUMNS,
      rawReports: oneOf(config, "rawFrames", ["on", "off"]) === "on",
      log,
      onAlarm: (alarm) => raiseHistoryAlarm(alarm, alarms),
    }).then((part) => opened("history", part, (history) => history.close())),
  ]);
  records.onAlarm((alarm) => raiseRecordsAlarm(alarm, alarms));
  const ledger = opened("ledger", await openLedger({ records, dataDir: config.data, log, now, keys }), (part) =>
    part.close(),
  );
  const witnessing = opened(
    "witnesses",
    startWitnessing({
      records,
      ledger,
      log,
      witnesses: parseWitnesses(config.ledgerWitnesses),
      intervalMs: config.ledgerWitnessSeconds * 1_000,
      onRefusal: (witness, reason) => raiseWitnessAlarm(alarms, witness, reason),
    }),
    (part) => part.close(),
  );
  const authority = ledgerTimestampOptions(config);
  const timestamping =
    authority && opened("time stamps", startTimestamping({ ...authority, records, log }), (part) => part.close());
  const journal = opened(
    "journal",
    await Journal.open({
      folder: join(config.data, "journal"),
      // Some 2 MB each, so that encoding, supervision and the rules of data quality find a block in the processor's
      // cache; what arrives while the disk is busy waits in the others.
      poolBlocks: 12,
      blockRows: 1024,
      blockAgeMs: config.journalBlockMs,
      segmentRows: config.journalSegmentRows,
      segmentAgeMs: config.journalSegmentMs,
      minFreeBytes: config.journalMinFreeMb * 1024 * 1024,
    }),
    (part) => part.close(),
  );
  return { records, history, ledger, witnessing, timestamping, journal };
}
