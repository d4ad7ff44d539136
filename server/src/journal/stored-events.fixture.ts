/** For tests: a journal of events whose segments go into a history, in a folder of their own, as a server keeps them. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openHistory, type History } from "../history/mod.ts";
import { SILENT } from "../history/silent.fixture.ts";
import { EVENT_COLUMNS, EventJournal, observationTable, type EventRow } from "./mod.ts";

export class StoredEvents {
  readonly folder: string;
  readonly history: History;
  readonly journal: EventJournal;
  readonly #storing: Promise<void>[] = [];

  private constructor(folder: string, history: History, journal: EventJournal) {
    this.folder = folder;
    this.history = history;
    this.journal = journal;
    journal.onSegmentClosed((segment) => void this.#storing.push(history.insertEventSegment(segment)));
  }

  static async open(): Promise<StoredEvents> {
    const folder = mkdtempSync(join(tmpdir(), "sandglass-stored-events-"));
    const history = await openHistory({
      dataDir: join(folder, "history"),
      columns: observationTable(),
      eventColumns: EVENT_COLUMNS,
      log: SILENT,
    });
    const journal = await EventJournal.open({ folder: join(folder, "events"), minFreeBytes: 0, segmentAgeMs: 20 });
    return new StoredEvents(folder, history, journal);
  }

  /** Of the newest event in the journal. */
  get seq(): number {
    return this.journal.status().nextSeq - 1;
  }

  /** Until the history holds what the journal does. */
  async settled(): Promise<void> {
    while (this.history.status().storedEventSeq < this.seq) await sleep(5);
  }

  async append(rows: readonly EventRow[]): Promise<void> {
    await this.journal.append(rows);
    await this.settled();
  }

  async close(): Promise<void> {
    await this.journal.close();
    await Promise.all(this.#storing);
    await this.history.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
