/**
 * A screening over a time that has passed: judged at every instant at which a job would have judged it, from what each
 * vehicle was then. The same count, and the same rule for what begins and ends, as those of the jobs. Pure.
 */
import { appliesTo, screen, type CompiledScreening, type ScreenedSubject } from "@sandglass/triggers";
import { nameOf, type FleetMember } from "./members.ts";
import { settleResults, subjectOf, type ScreenedSubjectName } from "./standing.ts";
import { ACTIVE, HOLDS, placeOf, type SweptMember } from "./sweep.ts";

/** Members that a firing names. */
const NAMED = 1_000;

/** A member of the population, and since when it is one. */
export interface PastMember extends FleetMember {
  /** UTC ms. */
  readonly since: number;
}

/** A condition over many that held from `onset` on. */
export interface PastFiring {
  readonly subject: ScreenedSubjectName;
  readonly onset: number;
  /** Undefined when it held at the last instant still. */
  readonly clearedAt: number | undefined;
  /** How many had the condition at the onset, and of how many. */
  readonly count: number;
  readonly population: number;
  /** Distance from the threshold in subjects. */
  readonly margin: number;
  /** Who had it at the onset, the first ones. */
  readonly members: readonly string[];
}

/**
 * Yields after every instant that had to be counted, so that the caller can let others have their turn.
 * @param members everything in the registry
 * @param swept by vehicle key; who is missing was never active
 */
export function* screenPast(
  screening: CompiledScreening,
  members: readonly PastMember[],
  swept: ReadonlyMap<bigint, SweptMember>,
  instants: readonly number[],
): Generator<void, PastFiring[]> {
  const fleet = new PastFleet(screening, members, swept, instants);
  const found: PastFiring[] = [];
  let open: { readonly subject: string; readonly firing: PastFiring }[] = [];
  for (const [index, at] of instants.entries()) {
    if (!fleet.advance(index, at)) continue;
    const { begins, ends } = settleResults(screening, open, screen(screening.plan, fleet.subjects));
    for (const { firing } of ends) found.push({ ...firing, clearedAt: at });
    open = open.filter((one) => !ends.includes(one));
    for (const result of begins) {
      const subject = subjectOf(screening, result);
      const { count, population, margin } = result;
      const members = result.members.slice(0, NAMED);
      open.push({
        subject: subject.id,
        firing: { subject, onset: at, clearedAt: undefined, count, population, margin, members },
      });
    }
    yield;
  }
  return [...found, ...open.map(({ firing }) => firing)];
}

/** The population as it was at one instant after the other. */
class PastFleet {
  readonly subjects: ScreenedSubject[] = [];
  readonly #screening: CompiledScreening;
  /** Members to be, the next one last. */
  readonly #waiting: Follower[];
  /** Whose status changes at an instant, by its index. */
  readonly #changes = new Map<number, Follower[]>();

  constructor(
    screening: CompiledScreening,
    members: readonly PastMember[],
    swept: ReadonlyMap<bigint, SweptMember>,
    instants: readonly number[],
  ) {
    this.#screening = screening;
    this.#waiting = members
      .filter(({ attributes }) => appliesTo(screening, screening.plan.subject, attributes))
      .toSorted((a, b) => b.since - a.since || (a.key > b.key ? -1 : 1))
      .map((member) => ({ member, swept: swept.get(member.key), entry: -1, place: 0 }));
    for (const follower of this.#waiting) {
      for (const index of follower.swept?.at ?? []) {
        if (instants[index] < follower.member.since) continue;
        const list = this.#changes.get(index);
        if (list === undefined) this.#changes.set(index, [follower]);
        else list.push(follower);
      }
    }
  }

  /** @returns whether anything is different from the instant before */
  advance(index: number, at: number): boolean {
    let isChanged = index === 0;
    for (let next = this.#waiting.at(-1); next !== undefined && next.member.since <= at; next = this.#waiting.at(-1)) {
      this.#waiting.pop();
      next.place = this.subjects.length;
      this.subjects.push(this.#subjectOf(next, index));
      isChanged = true;
    }
    for (const follower of this.#changes.get(index) ?? []) {
      this.subjects[follower.place] = this.#subjectOf(follower, index);
      isChanged = true;
    }
    return isChanged;
  }

  #subjectOf(follower: Follower, index: number): ScreenedSubject {
    const { member, swept } = follower;
    while ((swept?.at[follower.entry + 1] ?? Number.POSITIVE_INFINITY) <= index) follower.entry++;
    const { entry } = follower;
    const status = swept?.status[entry] ?? 0;
    return {
      ...nameOf(this.#screening.plan, member),
      active: (status & ACTIVE) !== 0,
      holds: (status & HOLDS) !== 0,
      ...placeOf(swept?.positions, entry),
    };
  }
}

/** A member on its way through the instants. */
interface Follower {
  readonly member: PastMember;
  readonly swept: SweptMember | undefined;
  /** Of `swept`: the one that holds now; -1 before the first. */
  entry: number;
  /** Position among the subjects. */
  place: number;
}
