/**
 * Builders for plain JSON Schema objects (the subset that action inputs use) and the TypeScript type of what they accept.
 * Every object is closed: an unknown property is refused, so that a misspelt field is never lost in silence.
 */
import type { Text } from "./text.ts";

/** Labels of a field: `title` is the standard keyword (English), `x-zh` the Chinese label. */
interface Labels {
  readonly title?: string;
  readonly "x-zh"?: string;
  /** What the field speaks of, where that is not in every programme. */
  readonly "x-subjects"?: "vehicles";
  /** The field proves access to the Chinese market: no form asks for it where the programme does not. */
  readonly "x-proves"?: "access";
  /** The codes are what a programme lists under that name: a form offers those of its programme, and `other`. */
  readonly "x-lists"?: ProgrammeList;
  /** An amount in the money of the People's Republic: no form asks for it where the programme is under another law. */
  readonly "x-money"?: "CNY";
}
/** Lists of a programme from whose codes forms choose. */
export type ProgrammeList = "documents" | "exclusions";
/** Whose codes a text carries, where no fixed list knows them: a page or a document looks the name up there. */
export type CodeRegister =
  | "organisation"
  | "expert"
  | "region"
  | "programme"
  | "catalogueItem"
  | "riskFactor"
  | "businessModel"
  | "criterion"
  /** Opaque ids of the registry: of vehicles, and of vehicles or services. */
  | "vehicle"
  | "subject"
  /** Cases by their ids; of the kinds that the field takes. */
  | "case"
  /** What anyone complained of, by its number. */
  | "complaint"
  | "rulePack"
  | "trigger"
  /** A rule that was published in the rulebook, in one version: an object of its id and the version. */
  | "publishedRule"
  /** Places of the register of regions, by id or by name in either language. */
  | "area"
  | "road"
  /** Functions of what is tested, by a code or as the enterprise calls them. */
  | "function"
  /** Findings of triggers: those of the case itself where its page knows them. */
  | "finding"
  /** Of the case itself: its open duties by their codes, its incidents. */
  | "duty"
  | "incident";
export interface StringSchema extends Labels {
  readonly type: "string";
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly "x-names"?: CodeRegister;
  /** Which kinds of the register the field takes; all of it when absent. */
  readonly "x-kinds"?: readonly string[];
  /** The server works it out: accepted, so that what was read can be sent back, but no form asks for it. */
  readonly "x-derived"?: true;
}
export interface ChoiceSchema<Choice extends string = string> extends Labels {
  readonly type: "string";
  readonly enum: readonly Choice[];
  /** Names of the codes, for forms. */
  readonly "x-choices"?: { readonly [code: string]: Text };
}
export interface NumberSchema extends Labels {
  readonly type: "number" | "integer";
  readonly minimum?: number;
  readonly maximum?: number;
}
export interface BooleanSchema extends Labels {
  readonly type: "boolean";
}
export interface ListSchema<Item extends InputSchema = InputSchema> extends Labels {
  readonly type: "array";
  readonly items: Item;
  readonly minItems?: number;
  readonly maxItems: number;
}
export interface ObjectSchema<Required extends Fields = Fields, Optional extends Fields = Fields> extends Labels {
  readonly type: "object";
  readonly properties: Required & Optional;
  readonly required: readonly (keyof Required & string)[];
  readonly additionalProperties: false;
  readonly "x-names"?: CodeRegister;
  /** Only for the type level; never present at run time. */
  readonly "~optional"?: Optional;
}
export type InputSchema = StringSchema | ChoiceSchema | NumberSchema | BooleanSchema | AnyList | AnyObject;
interface AnyList extends Labels {
  readonly type: "array";
  readonly items: InputSchema;
  readonly minItems?: number;
  readonly maxItems: number;
}
interface AnyObject extends Labels {
  readonly type: "object";
  readonly properties: Fields;
  readonly required: readonly string[];
  readonly additionalProperties: false;
  readonly "x-names"?: CodeRegister;
}
export interface Fields {
  readonly [name: string]: InputSchema;
}
/** What a JSON value accepted by a schema looks like. */
export type Infer<Schema> =
  Schema extends ChoiceSchema<infer Choice>
    ? Choice
    : Schema extends { readonly type: "string" }
      ? string
      : Schema extends { readonly type: "number" | "integer" }
        ? number
        : Schema extends { readonly type: "boolean" }
          ? boolean
          : Schema extends { readonly type: "array"; readonly items: infer Item }
            ? readonly Infer<Item>[]
            : Schema extends ObjectSchema<infer Required, infer Optional>
              ? { readonly [Key in keyof Required]: Infer<Required[Key]> } & {
                  readonly [Key in keyof Optional]?: Infer<Optional[Key]>;
                }
              : never;

function labels(label: Text | undefined): Labels {
  return label === undefined ? {} : { title: label.en, "x-zh": label.zh };
}

/** A text of one line or more; never empty, at most `maxLength` characters. */
export function text(label?: Text, maxLength = 4000): StringSchema {
  return { type: "string", minLength: 1, maxLength, ...labels(label) };
}

export function pattern(expression: string, label?: Text): StringSchema {
  return { type: "string", pattern: expression, maxLength: 200, ...labels(label) };
}

/** A text, or an object, that stands for an entry of a register. */
export function named<const Schema extends StringSchema | ObjectSchema>(
  register: CodeRegister,
  schema: Schema,
): Schema {
  return { ...schema, "x-names": register };
}

/** Number of an open duty of the case, of one of these codes. */
export function dutyOf(codes: readonly string[], label: Text): StringSchema {
  return { ...named("duty", text(label, 80)), "x-kinds": codes };
}

/** Another case, of one of these kinds; of any kind when none is named. */
export function caseOf(kinds: readonly string[], label: Text): StringSchema {
  const schema = named("case", text(label, 64));
  return kinds.length === 0 ? schema : { ...schema, "x-kinds": kinds };
}

/** A field that speaks of vehicles: no form asks for it where the programme tests services. */
export function ofVehicles<const Schema extends InputSchema>(schema: Schema): Schema {
  return { ...schema, "x-subjects": "vehicles" };
}

/** A field of the proof of market access (announcement, CCC): no form asks for it where the programme wants none. */
export function ofAccess<const Schema extends InputSchema>(schema: Schema): Schema {
  return { ...schema, "x-proves": "access" };
}

/** A choice whose codes programmes list: a form offers those of its programme. */
export function listedIn<const Schema extends InputSchema>(listName: ProgrammeList, schema: Schema): Schema {
  return { ...schema, "x-lists": listName };
}

/** An amount in CNY. */
export function inCny<const Schema extends InputSchema>(schema: Schema): Schema {
  return { ...schema, "x-money": "CNY" };
}

/** A text that the server works out by itself. */
export function derived(schema: StringSchema): StringSchema {
  return { ...schema, "x-derived": true };
}

/** An instant, RFC 3339. */
export function instant(label?: Text): StringSchema {
  return { type: "string", format: "date-time", maxLength: 40, ...labels(label) };
}

export function choice<const Choice extends string>(choices: readonly Choice[], label?: Text): ChoiceSchema<Choice> {
  return { type: "string", enum: choices, ...labels(label) };
}

/** A choice whose codes have names: `choiceOf({ FIRE: { en: "Fire", zh: "起火" } })`. */
export function choiceOf<const Choice extends string>(
  choices: { readonly [Code in Choice]: Text },
  label?: Text,
): ChoiceSchema<Choice> {
  return { type: "string", enum: Object.keys(choices) as Choice[], "x-choices": choices, ...labels(label) };
}

export function number(minimum?: number, maximum?: number, label?: Text): NumberSchema {
  return bounded("number", minimum, maximum, label);
}

export function integer(minimum?: number, maximum?: number, label?: Text): NumberSchema {
  return bounded("integer", minimum, maximum, label);
}

function bounded(
  type: "number" | "integer",
  minimum: number | undefined,
  maximum: number | undefined,
  label: Text | undefined,
): NumberSchema {
  return {
    type,
    ...(minimum === undefined ? {} : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
    ...labels(label),
  };
}

export function flag(label?: Text): BooleanSchema {
  return { type: "boolean", ...labels(label) };
}

export function list<Item extends InputSchema>(
  items: Item,
  label?: Text,
  minItems = 0,
  maxItems = 1000,
): ListSchema<Item> {
  return { type: "array", items, minItems, maxItems, ...labels(label) };
}

export function object<const Required extends Fields, const Optional extends Fields = Record<never, never>>(
  required: Required,
  optional?: Optional,
  label?: Text,
): ObjectSchema<Required, Optional> {
  return {
    type: "object",
    properties: { ...required, ...(optional as Optional) },
    required: Object.keys(required),
    additionalProperties: false,
    ...labels(label),
  };
}
