/** An event as a sender gave it, before its subject is known to the registry. */
import type { Histogram, SubjectKind } from "@sandglass/signals";
import type { EventFormat } from "../../journal/mod.ts";

export interface ReceivedEvent {
  readonly kind: SubjectKind;
  /** Name of the subject within the organisation of the sender; of a vehicle its VIN or opaque id. */
  readonly subject: string;
  readonly source: string;
  /** With `source` it names the event: a second reception with the same pair is a repetition. */
  readonly id: string;
  /** UTC ms; undefined = the sender gave none. */
  readonly time: number | undefined;
  readonly name: string;
  readonly value: number | undefined;
  readonly content: StoredContent;
  readonly format: EventFormat;
}

/** What is stored of an event beside its columns, as JSON. */
export interface StoredContent {
  /** Data of a CloudEvent, attributes of a record or data point. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly histogram?: Histogram;
  /** Of a sum: `start` (UTC ms) changes when a cumulative counter begins anew. */
  readonly counter?: {
    readonly temporality: "delta" | "cumulative";
    readonly monotonic: boolean;
    readonly start?: number;
  };
  /** The sender says that there is no value. */
  readonly noValue?: true;
  /** Everything else: extension attributes, resource, scope, severity, body. */
  readonly context?: Readonly<Record<string, unknown>>;
}

/** RFC 3339 with `T`, seconds, optional fraction, `Z` or an offset. */
const RFC_3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

/** UTC ms; undefined for anything that is no RFC 3339 instant. */
export function parseInstant(text: string): number | undefined {
  const match = RFC_3339.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = "", zone = "Z"] = match;
  const days = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > days) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined;
  // A leap second is the first instant of the next minute.
  const ms = Math.floor(Number(`0${fraction}`) * 1000);
  const local = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    ms,
  );
  if (/^z$/i.test(zone)) return local;
  const [zoneHours, zoneMinutes] = [Number(zone.slice(1, 3)), Number(zone.slice(4))];
  if (zoneHours > 23 || zoneMinutes > 59) return undefined;
  return local - (zone[0] === "-" ? -1 : 1) * (zoneHours * 60 + zoneMinutes) * 60_000;
}
