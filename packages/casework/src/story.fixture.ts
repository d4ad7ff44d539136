/** For tests: takes a case through its actions, one hour after the other; a refusal is thrown with its guard or kind. */
import type { CaseActor } from "./access/extent.ts";
import type { CaseAction, Folded, Json, Lifecycle } from "./lifecycle/definition.ts";
import { apply } from "./lifecycle/fold.ts";
import { DEADLINES } from "./time/deadlines.ts";
import { DAY_MS, HOUR_MS } from "./time/shanghai.ts";
import { CN_WORK_CALENDAR } from "./time/work-calendar-cn.ts";

const OPTIONS = { calendar: CN_WORK_CALENDAR, deadlines: DEADLINES };
/** Monday 2026-11-23, 09:00 in Shanghai. */
const BEGIN = Date.UTC(2026, 10, 23, 1);

export interface Story<Data> {
  readonly folded: Folded<string, string, Data>;
  readonly data: Data;
  readonly now: number;
  take(actor: CaseActor, name: string, input?: Json, facts?: Json): Story<Data>;
  wait(days: number): Story<Data>;
}

/** @param acceptedInput what an action gets where the test names nothing */
export function createStory<Data>(
  // oxlint-disable-next-line typescript/no-explicit-any -- any state and flag
  lifecycle: Lifecycle<any, any, Data>,
  acceptedInput: (name: string, data: unknown) => Json | undefined,
): Story<Data> {
  let folded: Folded<string, string, Data> | undefined;
  let now = BEGIN;
  let count = 0;
  const story: Story<Data> = {
    get folded() {
      if (folded === undefined) throw new Error("The case was not opened");
      return folded;
    },
    get data() {
      return story.folded.data;
    },
    get now() {
      return now;
    },
    take(actor, name, input = acceptedInput(name, folded?.data) ?? {}, facts = undefined) {
      const id = String((count += 1));
      const action: CaseAction = { id, name, at: now, actor, input, ...(facts === undefined ? {} : { facts }) };
      const outcome = apply(lifecycle, folded, action, OPTIONS);
      if (outcome.kind === "refused")
        throw new Error("guard" in outcome.refusal ? outcome.refusal.guard : outcome.refusal.kind);
      folded = outcome.folded;
      now += HOUR_MS;
      return story;
    },
    wait(days) {
      now += days * DAY_MS;
      return story;
    },
  };
  return story;
}

/** @throws Error unless the story stops there, for that guard or kind */
export function refuses(what: () => unknown, why: string): void {
  let outcome = "accepted";
  try {
    what();
  } catch (error) {
    outcome = (error as Error).message;
  }
  if (outcome !== why) throw new Error(`Not refused for ${why}: ${outcome}`);
}
