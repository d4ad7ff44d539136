/**
 * Where an action leads from the case as it is, said before anything is entered: one state, or one by each answer on which it
 * depends. What cannot be known ahead is said as every state that the action lists.
 */
import type { InputSchema } from "../schema.ts";
import type { ActionDefinition, Context } from "./definition.ts";

type Answer = boolean | string | null;

export interface Outcome {
  /** What must be entered for it, by field; null where a field is left out. Empty where nothing that is entered matters. */
  readonly when: { readonly [field: string]: Answer };
  /** The state after it; undefined where the case keeps its state. */
  readonly to: string | undefined;
}

/** A field that was asked for before it had an answer. */
class Unanswered extends Error {
  readonly field: string;
  constructor(field: string) {
    super(field);
    this.field = field;
  }
}
/** What the server establishes only when the action is taken. */
class NotYetEstablished extends Error {}

export function outcomesOf<State extends string, Flag extends string, Data>(
  definition: ActionDefinition<State, Flag, Data>,
  context: Context<State, Flag, Data, never>,
): readonly Outcome[] {
  const { to } = definition;
  const { state } = context.before;
  if (to === "same") return [{ when: {}, to: undefined }];
  if (typeof to === "string") return [{ when: {}, to: to === state ? undefined : to }];
  const choose = (when: Outcome["when"]): readonly Outcome[] | undefined => {
    try {
      const chosen = definition.choose?.({ ...context, input: answered(when), facts: NOT_ESTABLISHED });
      return [{ when, to: chosen === state ? undefined : chosen }];
    } catch (cause) {
      if (!(cause instanceof Unanswered)) {
        if (cause instanceof NotYetEstablished) return undefined;
        throw cause;
      }
      const { field } = cause;
      const found = answersOf(definition, field)?.map((answer) => choose({ ...when, [field]: answer }));
      return found?.every((each) => each !== undefined) === true ? found.flat() : undefined;
    }
  };
  return choose({}) ?? to.map((each) => ({ when: {}, to: each === state ? undefined : each }));
}

/** @returns undefined for a field whose answers cannot be counted */
function answersOf({ input }: Pick<ActionDefinition, "input">, field: string): readonly Answer[] | undefined {
  const { properties, required } = input as {
    readonly properties: { readonly [name: string]: InputSchema | undefined };
    readonly required: readonly string[];
  };
  const schema = properties[field];
  if (schema === undefined) return undefined;
  const answers = schema.type === "boolean" ? [false, true] : "enum" in schema ? schema.enum : undefined;
  return answers === undefined || required.includes(field) ? answers : [...answers, null];
}

function answered(when: Outcome["when"]): never {
  return new Proxy(when, {
    get(target, field) {
      if (typeof field !== "string" || !Object.hasOwn(target, field)) throw new Unanswered(String(field));
      return target[field] ?? undefined;
    },
    has(_target, field) {
      throw new Unanswered(String(field));
    },
    // Who takes all of it at once asks for more than one answer.
    ownKeys() {
      throw new NotYetEstablished();
    },
  }) as never;
}

const NOT_ESTABLISHED = new Proxy(
  {},
  {
    get() {
      throw new NotYetEstablished();
    },
  },
);
