/** For tests: takes a case through its actions, one hour after the other; a refusal is thrown with its guard or kind. */
import type { CaseActor } from "./access/extent.ts";
import type { CaseAction, Folded, Json, Lifecycle } from "./lifecycle/definition.ts";
import { apply } from "./lifecycle/fold.ts";
import type { Obligation } from "./lifecycle/obligation.ts";
import { DEADLINES } from "./time/deadlines.ts";
import { DAY_MS, HOUR_MS } from "./time/shanghai.ts";
import { CN_WORK_CALENDAR } from "./time/work-calendar-cn.ts";

const OPTIONS = { calendar: CN_WORK_CALENDAR, deadlines: DEADLINES };
/** Monday 2026-11-23, 09:00 in Shanghai. */
export const STORY_BEGINS = Date.UTC(2026, 10, 23, 1);

export class Story<Data> {
  now: number;
  readonly #lifecycle: Lifecycle;
  readonly #acceptedInput: (name: string, data: unknown) => Json | undefined;
  #folded: Folded | undefined;
  #count = 0;

  /** @param acceptedInput what an action gets where the test names nothing */
  constructor(
    // oxlint-disable-next-line typescript/no-explicit-any -- any state and flag
    lifecycle: Lifecycle<any, any, Data>,
    acceptedInput: (name: string, data: unknown) => Json | undefined,
    begins: number = STORY_BEGINS,
  ) {
    this.now = begins;
    this.#lifecycle = lifecycle as unknown as Lifecycle;
    this.#acceptedInput = acceptedInput;
  }

  take(actor: CaseActor, name: string, input?: Json, facts?: Json): this {
    const action: CaseAction = {
      id: String((this.#count += 1)),
      name,
      at: this.now,
      actor,
      input: input ?? this.#acceptedInput(name, this.#folded?.data) ?? {},
      ...(facts === undefined ? {} : { facts }),
    };
    const outcome = apply(this.#lifecycle, this.#folded, action, OPTIONS);
    if (outcome.kind === "refused")
      throw new Error("guard" in outcome.refusal ? outcome.refusal.guard : outcome.refusal.kind);
    this.#folded = outcome.folded;
    this.now += HOUR_MS;
    return this;
  }

  wait(days: number): this {
    this.now += days * DAY_MS;
    return this;
  }

  /** @throws Error before the first action */
  get folded(): Folded<string, string, Data> {
    if (this.#folded === undefined) throw new Error("The case was not opened");
    return this.#folded as Folded<string, string, Data>;
  }
  get data(): Data {
    return this.folded.data;
  }
  get state(): string {
    return this.folded.state;
  }
  get flags(): readonly string[] {
    return this.folded.flags;
  }

  /** The newest duty of that code. */
  duty(code: string): Obligation | undefined {
    return this.folded.obligations.findLast((each) => each.code === code);
  }

  /** Due day in Shanghai, and how sure the limit is: "2026-12-04 M". */
  due(code: string): string {
    const { dueAt, certainty } = this.duty(code)!;
    return `${new Date(dueAt! + 8 * HOUR_MS).toISOString().slice(0, 10)} ${certainty}`;
  }
}

/** @throws Error unless the story stops there, for that guard or kind. @param about what the refusal shows */
export function refuses(what: () => unknown, why: string, about = ""): void {
  let outcome = "accepted";
  try {
    what();
  } catch (error) {
    outcome = (error as Error).message;
  }
  if (outcome !== why) throw new Error(`Not refused for ${why}: ${outcome} ${about}`);
}
