/** Which triggers of a set frames feed, and which events do. */
import { findEventSource } from "@sandglass/signals";
import { partOf, type CompiledTrigger, type TriggerSet } from "@sandglass/triggers";

/** True when a trigger says something only where events come: it names what no frame carries, or watches no vehicles. */
export function readsEvents({ core, inputs }: CompiledTrigger): boolean {
  return core.appliesTo !== "vehicle" || inputs.some((id) => findEventSource(id) !== undefined);
}

/** The triggers of a set by what feeds them; those over many subjects stay with the frames, if there are any. */
export interface FeedParts {
  readonly frames: TriggerSet | undefined;
  readonly events: TriggerSet | undefined;
}

/** Compiled once per set: states belong to the hash, and assignments are read again at every change. */
const parts = new WeakMap<TriggerSet, FeedParts>();

export function partsByFeed(set: TriggerSet): FeedParts {
  const known = parts.get(set);
  if (known !== undefined) return known;
  const made = split(set);
  parts.set(set, made);
  return made;
}

function split(set: TriggerSet): FeedParts {
  const ofEvents = set.triggers.filter(readsEvents).length;
  if (ofEvents === 0) return { frames: set, events: undefined };
  if (ofEvents === set.triggers.length) return { frames: undefined, events: set };
  return {
    frames: partOf(set, (trigger) => !readsEvents(trigger), { withScreenings: true }),
    events: partOf(set, readsEvents, { withScreenings: false }),
  };
}
