/**
 * Completes evidence with frames that are stored after it was copied: late segments, re-issued reports, recordings
 * that are replayed. A request is watched for an hour; requests are kept in a table, so a restart goes on with them.
 */
import type { Engine } from "./engine.ts";
import type { HistoryLog } from "./options.ts";
import { sql, str, time, u64 } from "./sql.ts";

export interface EvidenceRequest {
  readonly findingId: string;
  readonly vehicle: bigint;
  /** Event time, [from, to). */
  readonly from: number;
  readonly to: number;
}

interface Watched extends EvidenceRequest {
  readonly until: number;
}

const WATCH_MS = 3_600_000;
const INTERVAL_MS = 30_000;
/** Newest requests that one sweep looks at; each takes some 10 ms. */
const MAX_REQUESTS = 200;

export interface EvidenceWatchOptions {
  readonly engine: Engine;
  /** Copies what is not copied yet; returns how many frames the finding has. */
  readonly copy: (request: EvidenceRequest) => Promise<number>;
  /** Grows with every stored segment: without news there is nothing to copy. */
  readonly storedSegments: () => number;
  readonly now: () => number;
  readonly log: HistoryLog;
}

export class EvidenceWatch {
  readonly #options: EvidenceWatchOptions;
  readonly #watched = new Map<string, Watched>();
  #seen = -1;
  #timer: NodeJS.Timeout | undefined;
  #sweeping: Promise<void> = Promise.resolve();

  private constructor(options: EvidenceWatchOptions) {
    this.#options = options;
  }

  static async open(options: EvidenceWatchOptions): Promise<EvidenceWatch> {
    const watch = new EvidenceWatch(options);
    const since = options.now() - WATCH_MS;
    const rows = await options.engine.query<[string, string, string, string, string]>(
      sql`SELECT finding_id, vehicle, toUnixTimestamp64Milli(from_time), toUnixTimestamp64Milli(to_time), toUnixTimestamp64Milli(requested_at)
      FROM evidence_requests FINAL WHERE requested_at >= ${time(since)} ORDER BY requested_at`,
    );
    for (const [findingId, vehicle, from, to, requestedAt] of rows) {
      watch.#put({ findingId, vehicle: BigInt(vehicle), from: Number(from), to: Number(to) }, Number(requestedAt));
    }
    watch.#timer = setInterval(() => void watch.sweep(), INTERVAL_MS);
    watch.#timer.unref();
    return watch;
  }

  /** Copies what is stored now and remembers the request. */
  async request(request: EvidenceRequest): Promise<number> {
    const { findingId, vehicle, from, to } = request;
    const now = this.#options.now();
    await this.#options.engine.execute(
      sql`INSERT INTO evidence_requests (finding_id, vehicle, from_time, to_time, requested_at)
      SELECT ${str(findingId)}, ${u64(vehicle)}, ${time(from)}, ${time(to)}, ${time(now)}`,
    );
    this.#put(request, now);
    return this.#options.copy(request);
  }

  /** Looks once at every watched request, if segments were stored since the last time. */
  sweep(): Promise<void> {
    this.#sweeping = this.#sweeping.then(async () => {
      const stored = this.#options.storedSegments();
      if (stored === this.#seen) return;
      this.#seen = stored;
      const now = this.#options.now();
      for (const [key, watched] of this.#watched) {
        if (watched.until < now) this.#watched.delete(key);
        else
          await this.#options
            .copy(watched)
            .catch((error: unknown) =>
              this.#options.log.warn({ error, finding: watched.findingId }, "evidence not completed"),
            );
      }
    });
    return this.#sweeping;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#watched.clear();
    await this.#sweeping;
  }

  #put(request: EvidenceRequest, requestedAt: number): void {
    const key = `${request.findingId} ${request.vehicle}`;
    this.#watched.delete(key);
    this.#watched.set(key, { ...request, until: requestedAt + WATCH_MS });
    const oldest = this.#watched.keys().next().value;
    if (this.#watched.size > MAX_REQUESTS && oldest !== undefined) this.#watched.delete(oldest);
  }
}
