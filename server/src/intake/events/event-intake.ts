/**
 * From received events to durable rows: finds the subject of each in the registry, checks that the credential may speak
 * for it, and waits until the journal has them. All events of a request are taken or none.
 */
import { hash } from "node:crypto";
import { Assurance, Disposition, SUBJECT_KINDS, type SubjectKind } from "@sandglass/signals";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import { EVENT_FORMATS, type EventRow } from "../../journal/mod.ts";
import { RecentKeys } from "./recent-keys.ts";
import type { ReceivedEvent } from "./received-event.ts";

/** Who sends, as the credential says. */
export interface Sender {
  /** Id of the token. */
  readonly credential: string;
  readonly organisation: string;
  readonly region?: string;
}

type OtherKind = Exclude<SubjectKind, "vehicle">;

export interface EventIntakeOptions {
  readonly journal: { append(rows: readonly EventRow[]): Promise<number> };
  /** UTC ms. */
  readonly now: () => number;
  readonly clockAheadMs: number;
  readonly subjects: {
    keyOf(kind: OtherKind, organisation: string, name: string): bigint;
    noteSeen(seen: readonly { kind: OtherKind; name: string; organisation: string; region?: string }[]): Promise<void>;
  };
  /** Key of a vehicle by its VIN or opaque id if it is registered to that organisation, else undefined. */
  readonly findVehicle: (organisation: string, name: string) => Promise<bigint | undefined>;
}

export interface Taken {
  /** Sequence number of the first event; the others follow. */
  readonly firstSeq: number;
  readonly events: number;
  /** Events whose source and id were received lately: kept as receptions, counted once. */
  readonly duplicates: number;
  readonly clockAhead: number;
}

const KNOWN_SUBJECTS = 100_000;
const KNOWN_VEHICLES_MS = 60_000;
const RECENT_EVENTS = 200_000;

export class EventIntake {
  readonly #options: EventIntakeOptions;
  /** Subjects that the registry has; a new one costs a statement before its first event is answered. */
  readonly #known = new RecentKeys<bigint>(KNOWN_SUBJECTS);
  readonly #vehicles = new Map<string, { readonly key: bigint | undefined; readonly until: number }>();
  readonly #recent = new RecentKeys<string>(RECENT_EVENTS);
  /** Since the start. */
  readonly counts = { requests: 0, events: 0, duplicates: 0, clockAhead: 0 };

  constructor(options: EventIntakeOptions) {
    this.#options = options;
  }

  /**
   * Resolves when every event is durable. `raw`: the request's body, decompressed.
   * @throws SG_EVENT_SUBJECT, and what the journal throws
   */
  async take(sender: Sender, events: readonly ReceivedEvent[], raw: Uint8Array): Promise<Taken> {
    const received = this.#options.now();
    const keys = await this.#keysOf(sender, events);
    let clockAhead = 0;
    const rows = events.map((event, index): EventRow => {
      const time = event.time ?? received;
      const isAhead = time > received + this.#options.clockAheadMs;
      if (isAhead) clockAhead++;
      return {
        subject: keys[index],
        kind: SUBJECT_KINDS.indexOf(event.kind),
        source: event.source,
        id: event.id,
        time: Math.max(EARLIEST, Math.min(time, LATEST)),
        received,
        name: event.name,
        value: event.value,
        attributes: JSON.stringify(event.content),
        credential: sender.credential,
        assurance: Assurance.platform,
        format: EVENT_FORMATS.indexOf(event.format),
        disposition: isAhead ? Disposition.clockAhead : Disposition.accepted,
        raw: index === 0 ? raw : EMPTY,
        requestOffset: index,
      };
    });
    const firstSeq = await this.#options.journal.append(rows);
    const duplicates = events.filter((event) => !this.#recent.add(fingerprint(sender, event))).length;
    this.counts.requests++;
    this.counts.events += events.length;
    this.counts.duplicates += duplicates;
    this.counts.clockAhead += clockAhead;
    return { firstSeq, events: events.length, duplicates, clockAhead };
  }

  async #keysOf(sender: Sender, events: readonly ReceivedEvent[]): Promise<bigint[]> {
    const { subjects } = this.#options;
    const unknown = new Map<bigint, { kind: OtherKind; name: string; organisation: string; region?: string }>();
    const keys: bigint[] = [];
    for (const [index, { kind, subject }] of events.entries()) {
      if (kind === "vehicle") {
        const key = await this.#vehicle(sender.organisation, subject);
        // The name may be a VIN: it is not repeated in the answer.
        if (key === undefined)
          throw new SandglassError(ERRORS.EVENT_SUBJECT, {
            index,
            subject: subject.startsWith("veh_") ? subject : "vehicle",
          });
        keys.push(key);
        continue;
      }
      const key = subjects.keyOf(kind, sender.organisation, subject);
      keys.push(key);
      if (!this.#known.has(key))
        unknown.set(key, {
          kind,
          name: subject,
          organisation: sender.organisation,
          ...(sender.region === undefined ? {} : { region: sender.region }),
        });
    }
    if (unknown.size > 0) {
      await subjects.noteSeen([...unknown.values()]);
      for (const key of unknown.keys()) this.#known.add(key);
    }
    return keys;
  }

  async #vehicle(organisation: string, name: string): Promise<bigint | undefined> {
    const id = `${organisation}\0${name}`;
    const now = this.#options.now();
    const known = this.#vehicles.get(id);
    if (known !== undefined && known.until > now) return known.key;
    const key = await this.#options.findVehicle(organisation, name);
    if (this.#vehicles.size >= KNOWN_SUBJECTS) this.#vehicles.clear();
    this.#vehicles.set(id, { key, until: now + KNOWN_VEHICLES_MS });
    return key;
  }
}

const EMPTY = new Uint8Array();
/** What DateTime64(3) holds. */
const EARLIEST = Date.UTC(1900, 0, 1);
const LATEST = Date.UTC(2299, 11, 31, 23, 59, 59, 999);

/** Two organisations may use the same source and id. */
export function fingerprint(
  sender: Pick<Sender, "organisation">,
  { source, id }: Pick<ReceivedEvent, "source" | "id">,
): string {
  return hash("sha256", [sender.organisation, source, id].join("\0"), "base64url").slice(0, 22);
}
