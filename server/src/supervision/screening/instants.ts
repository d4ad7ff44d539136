/** When screenings are judged, and which can be. */
import { findSignal, isSubjectKind } from "@sandglass/signals";
import type { CompiledScreening } from "@sandglass/triggers";
import { effectiveFrom } from "../effective.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Windows up to this are looked up in hourly rollups, longer ones in daily ones. */
const HOURLY_UP_TO_MS = 7 * DAY_MS;

/** How long a period of rollups is that serves a window, ms. Instants of screenings are multiples of it. */
export function bucketOf(windowMs: number): number {
  return windowMs <= HOURLY_UP_TO_MS ? HOUR_MS : DAY_MS;
}

/** Time between two runs of a screening, ms: a twenty-fourth of its window, but at least an hour and at most a day. */
export function periodOf({ plan }: CompiledScreening): number {
  const bucket = bucketOf(plan.windowMs);
  return Math.min(DAY_MS, Math.max(bucket, Math.floor(plan.windowMs / 24 / HOUR_MS) * HOUR_MS));
}

/**
 * What a screening is judged on: the frames of vehicles where these carry all that it asks for, else the events of
 * whoever sends such. Undefined: nothing says it; events tell no places.
 */
export function feedOf({ plan }: CompiledScreening): "frames" | "events" | undefined {
  const { subject, inputs, position } = plan;
  if (subject === "vehicle" && inputs.every((id) => findSignal(id) !== undefined)) return "frames";
  return isSubjectKind(subject) && position === undefined ? "events" : undefined;
}

/** Dates are days of Asia/Shanghai; the last day counts whole. */
export function isEffective(screening: CompiledScreening, at: number): boolean {
  const last = screening.effective?.to;
  const end = last === undefined ? Infinity : Date.parse(`${last}T00:00:00+08:00`) + DAY_MS;
  return at >= effectiveFrom(screening) && at < end;
}

/** The instants of [from, to) at which a screening is judged, ascending. */
export function instantsOf(screening: CompiledScreening, from: number, to: number): number[] {
  const period = periodOf(screening);
  const instants: number[] = [];
  for (let at = Math.ceil(from / period) * period; at < to; at += period)
    if (isEffective(screening, at)) instants.push(at);
  return instants;
}
