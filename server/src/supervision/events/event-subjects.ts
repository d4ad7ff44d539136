/** The subjects that supervision of events knows, by key and by row number: trigger states are kept by the latter. */
import { Assurance, type SubjectKind } from "@sandglass/signals";
import { Counters } from "./counters.ts";

export interface EventSubject {
  readonly row: number;
  readonly key: bigint;
  readonly kind: SubjectKind;
  /** Event time of the newest instant stepped, UTC ms. */
  newest: number;
  /** Event time up to which its timers were run in a silence: an instant before it is late. */
  promised: number;
  /** Ingest time since which it is silent. */
  silentSince: number;
  /** Its event times follow the ingest clock; false = a recorded past. */
  isLive: boolean;
  /** Weakest assurance of its events. */
  assurance: number;
  readonly counters: Counters;
}

export class EventSubjects {
  readonly #rows: EventSubject[] = [];
  readonly #byKey = new Map<bigint, EventSubject>();

  get size(): number {
    return this.#rows.length;
  }

  [Symbol.iterator](): Iterator<EventSubject> {
    return this.#rows.values();
  }

  find(key: bigint): EventSubject | undefined {
    return this.#byKey.get(key);
  }

  at(row: number): EventSubject {
    const subject = this.#rows[row];
    if (subject === undefined) throw new Error(`no subject ${row}`);
    return subject;
  }

  keyOf(row: number): bigint {
    return this.at(row).key;
  }

  /** @throws Error for a key that was never added */
  rowOfKey(key: bigint): number {
    const subject = this.find(key);
    if (subject === undefined) throw new Error("no such subject");
    return subject.row;
  }

  newestOf(row: number): number {
    return this.at(row).newest;
  }

  /** The subject of that key, made when it is new. */
  add(key: bigint, kind: SubjectKind, known: Partial<Omit<EventSubject, "row" | "key" | "kind">> = {}): EventSubject {
    const found = this.#byKey.get(key);
    if (found !== undefined) return found;
    const subject: EventSubject = {
      newest: Number.NEGATIVE_INFINITY,
      promised: Number.NEGATIVE_INFINITY,
      silentSince: Number.POSITIVE_INFINITY,
      isLive: false,
      assurance: Assurance.signed,
      counters: new Counters(),
      ...known,
      row: this.#rows.length,
      key,
      kind,
    };
    this.#rows.push(subject);
    this.#byKey.set(key, subject);
    return subject;
  }
}
