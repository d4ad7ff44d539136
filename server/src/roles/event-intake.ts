/** Intake of events put together: journal, registry, credentials, hand-over to history and ledger, routes. */
import { createHash, createHmac } from "node:crypto";
import { join } from "node:path";
import { createHasher, treeRoot } from "@sandglass/ledger";
import type { FastifyPluginAsync } from "fastify";
import { loadSecret, parseVehicleId, type Access } from "../access/mod.ts";
import { subjectRoutes } from "../api/mod.ts";
import type { Config } from "../config.ts";
import type { History } from "../history/mod.ts";
import { cacheSenders, EventIntake, eventIntakeRoutes, otlpRoutes } from "../intake/events/mod.ts";
import { EventJournal, type ClosedSegment, type EventRow } from "../journal/mod.ts";
import { appendLeaf } from "../ledger/mod.ts";
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
    const actor = await access.identities.findIntakeToken(token);
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

const RETRY_MS = 1_000;
const SWEEP_MS = 2_000;

export interface EventHandOverOptions {
  readonly journal: EventJournal;
  readonly history: History;
  readonly records: Records;
  readonly dataDir: string;
  /** Oldest segment that supervision may need after a restart. */
  readonly oldestNeeded: () => number;
  readonly warn: (fields: object, text: string) => void;
}

/**
 * Closed segments of events go to history, then their root into the ledger, then off the disk when supervision does
 * not need them any more. Repeatable at every step.
 */
export class EventHandOver {
  readonly #options: EventHandOverOptions;
  readonly #salt: Uint8Array;
  readonly #queue: ClosedSegment[];
  #done: number[] = [];
  #working: Promise<void> | undefined;
  #sweep: NodeJS.Timeout;
  #isClosed = false;

  constructor(options: EventHandOverOptions) {
    this.#options = options;
    this.#salt = loadSecret(options.dataDir, "segment-salt.key");
    this.#queue = [...options.journal.closedSegments()];
    options.journal.onSegmentClosed((segment) => {
      this.#queue.push(segment);
      this.#work();
    });
    this.#sweep = setInterval(() => void this.#removeUnneeded(), SWEEP_MS);
    this.#sweep.unref();
    this.#work();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#sweep);
    await this.#working;
    await this.#removeUnneeded();
  }

  #work(): void {
    if (this.#isClosed) return;
    this.#working ??= this.#drain().finally(() => {
      this.#working = undefined;
    });
  }

  async #drain(): Promise<void> {
    for (let segment = this.#queue[0]; segment !== undefined && !this.#isClosed; segment = this.#queue[0]) {
      try {
        await this.#store(segment);
        this.#queue.shift();
        this.#done.push(segment.id);
        await this.#removeUnneeded();
      } catch (error) {
        this.#options.warn({ segment: segment.id, reason: messageOf(error) }, "a segment of events is not stored yet");
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  async #store(segment: ClosedSegment): Promise<void> {
    const { history, records, journal } = this.#options;
    await history.insertEventSegment(segment);
    const salt = createHmac("sha256", this.#salt).update(`events ${segment.id}`).digest();
    const leaves: Uint8Array[] = [];
    for await (const block of journal.read({ segment: segment.id, block: -1 })) {
      if (block.segment !== segment.id) break;
      block.rows.forEach((row, index) => leaves.push(leafOf(row, block.firstSeq + index, salt)));
    }
    const root = Buffer.from(treeRoot(leaves, HASHER)).toString("hex");
    const subject = `events-segment:${segment.id}`;
    await records.transact(
      SYSTEM_INTAKE,
      async (tx) => {
        const known = await tx
          .selectFrom("ledger_leaves")
          .select("id")
          .where("subject", "=", subject)
          .executeTakeFirst();
        if (known !== undefined) return;
        const { id, rows, firstSeq, lastSeq } = segment;
        await appendLeaf(tx, {
          kind: "segment",
          subject,
          content: { events: true, segment: id, rows, firstSeq, lastSeq, root },
        });
      },
      { retry: true },
    );
  }

  async #removeUnneeded(): Promise<void> {
    const oldest = this.#options.oldestNeeded();
    for (const id of this.#done.filter((each) => each < oldest)) {
      try {
        await this.#options.journal.remove(id);
        this.#done = this.#done.filter((each) => each !== id);
      } catch (error) {
        this.#options.warn({ segment: id, reason: messageOf(error) }, "an old segment of events could not be removed");
      }
    }
  }
}

const HASHER = createHasher((message) => createHash("sha256").update(message).digest());

/** SHA-256(0x00 ‖ HMAC-SHA-256(salt, row)), the row as JSON of its columns with the digest of the body. */
export function leafOf(row: EventRow, seq: number, salt: Uint8Array): Uint8Array {
  const text = JSON.stringify([
    seq,
    String(row.subject),
    row.kind,
    row.source,
    row.id,
    row.time,
    row.received,
    row.name,
    row.value ?? null,
    row.attributes,
    row.credential,
    createHash("sha256").update(row.raw).digest("hex"),
  ]);
  const salted = createHmac("sha256", salt).update(text).digest();
  return createHash("sha256").update(Buffer.of(0)).update(salted).digest();
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
