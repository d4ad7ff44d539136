/** Histories of cases as they really run: walks over what the lifecycles offer, recorded once and replayed with other parties and times. */
import {
  apply,
  possibleActions,
  type CaseAction,
  type CaseActor,
  type Folded,
  type FoldOptions,
  type Json,
  type Lifecycle,
} from "@sandglass/casework";
import { acceptedInput, ACTORS } from "@sandglass/casework/testing";

export interface Step {
  readonly actor: CaseActor;
  readonly name: string;
  /** JSON text, so that parties are replaced in it. */
  readonly input: string;
  /** ms after the step before. */
  readonly after: number;
}

const ALL: readonly CaseActor[] = Object.values(ACTORS);
const HOUR = 3_600_000;

/** A generator of numbers in [0, 1) from a seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A walk of about `length` actions; shorter where the case ends. */
export function walk(
  lifecycle: Lifecycle,
  first: Omit<Step, "after">,
  length: number,
  options: FoldOptions,
  seed: number,
): readonly Step[] {
  const random = randomOf(seed);
  let at = Date.UTC(2026, 10, 21, 2);
  const begin: CaseAction = {
    id: "1",
    name: first.name,
    at,
    actor: first.actor,
    input: JSON.parse(first.input) as Json,
  };
  const outcome = apply(lifecycle, undefined, begin, options);
  if (outcome.kind === "refused") throw new Error(outcome.refusal.reason.en);
  let folded: Folded = outcome.folded;
  const steps: Step[] = [{ ...first, after: 0 }];
  for (let tries = 0; steps.length < length && tries < length * 6; tries += 1) {
    const after = Math.floor(random() * 40 * HOUR) + 1000;
    const actor = ALL[Math.floor(random() * ALL.length)]!;
    const offered = possibleActions(lifecycle, folded, actor, at + after);
    const chosen = offered[Math.floor(random() * offered.length)];
    if (chosen === undefined) continue;
    // Most cases go on for a while: an end is taken only as the last step.
    const input = acceptedInput(chosen.name, folded.obligations, folded.data, actor);
    const next = apply(
      lifecycle,
      folded,
      { id: `s${steps.length}`, name: chosen.name, at: at + after, actor, input },
      options,
    );
    if (next.kind === "refused") continue;
    if (lifecycle.states[next.folded.state]?.end !== undefined && steps.length < length - 1) continue;
    at += after;
    folded = next.folded;
    steps.push({ actor, name: chosen.name, input: JSON.stringify(input), after });
  }
  return steps;
}

export interface Parties {
  readonly organisation: string;
  readonly region: string;
  readonly vehicle: string;
}

/** The steps as actions of one case. */
export function replay(
  steps: readonly Step[],
  start: number,
  { organisation, region, vehicle }: Parties,
  ids: () => string,
): CaseAction[] {
  let at = start;
  return steps.map(({ actor, name, input, after }) => {
    at += after;
    const text = input
      .replaceAll("maker-a", organisation)
      .replaceAll("310115", region)
      .replaceAll("veh_0123456789abc", vehicle)
      .replaceAll("2026-11-21T01:00:00Z", new Date(start - HOUR).toISOString())
      .replaceAll("2026-10-01T00:00:00Z", new Date(start - 50 * 24 * HOUR).toISOString());
    const isMaker = actor.organisation === "maker-a";
    return {
      id: ids(),
      name,
      at,
      actor: isMaker ? { ...actor, id: `acc_${organisation}`, organisation } : actor,
      input: JSON.parse(text) as Json,
    };
  });
}
