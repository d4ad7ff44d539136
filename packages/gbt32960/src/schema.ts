/** The JSON schema of messages, written from the layout tables. `schema/frame.schema.json` is this, checked in. */
import type { Edition } from "./frame.ts";
import { isGroup } from "./interpret/decode.ts";
import { BODIES } from "./layout/bodies.ts";
import { COMMANDS_2016, COMMANDS_2025, PARAMETER_REPLY } from "./layout/commands.ts";
import type { Element } from "./layout/element.ts";
import { CODEC_ERRORS } from "./errors.ts";
import { DISPOSAL_FAULTS, DISPOSAL_HAZARDS, EXTENSIONS } from "./gb45688.ts";

export type JsonSchema = { readonly [key: string]: unknown };

const HEX = { type: "string", pattern: "^([0-9a-f]{2})*$" };
const TIME = { type: "string", pattern: "^[0-9]{4}-[0-9]{2,3}-[0-9]{2,3}T[0-9]{2,3}:[0-9]{2,3}:[0-9]{2,3}\\+08:00$" };
const TEXT = { oneOf: [{ type: "string" }, object({ hex: HEX })] };
const LARGEST = { 1: 0xff, 2: 0xffff, 4: 0xffff_ffff } as const;

function object(properties: JsonSchema, optional: readonly string[] = []): JsonSchema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: "object", properties, required, additionalProperties: false };
}

const VIEWS: Readonly<Record<"gear" | "fix" | "flags", (edition: Edition) => JsonSchema>> = {
  gear: (edition) =>
    object({
      raw: { type: "integer", minimum: 0, maximum: 255 },
      position: { type: "string" },
      drivingForce: { type: "boolean" },
      brakingForce: { type: "boolean" },
      ...(edition === 2025 ? { valid: { type: "boolean" } } : {}),
    }),
  fix: () =>
    object({
      raw: { type: "integer", minimum: 0, maximum: 255 },
      valid: { type: "boolean" },
      south: { type: "boolean" },
      west: { type: "boolean" },
    }),
  flags: () =>
    object({ raw: { type: "string", pattern: "^[0-9a-f]{8}$" }, active: { type: "array", items: { type: "string" } } }),
};

function elementSchema(element: Element, edition: Edition): JsonSchema {
  switch (element.kind) {
    case "quantity": {
      const largest = LARGEST[element.size] - (element.sentinels ? 2 : 0);
      const number = {
        type: "number",
        minimum: element.bias / element.perUnit,
        maximum: (largest + element.bias) / element.perUnit,
      };
      const range = `${(element.min + element.bias) / element.perUnit} to ${(element.max + element.bias) / element.perUnit}`;
      const description = `${element.title}, ${element.unit === "" ? "" : `${element.unit}, `}range of the standard ${range}`;
      return element.sentinels
        ? { description, oneOf: [number, { enum: ["abnormal", "invalid"] }] }
        : { description, ...number };
    }
    case "code": {
      const meanings = Object.entries(element.values ?? {}).map(([value, meaning]) => `${value} ${meaning}`);
      const description = [element.title, ...meanings].join(", ");
      return { description, type: "integer", minimum: 0, maximum: LARGEST[element.size] };
    }
    case "view":
      return { description: element.title, ...VIEWS[element.view](edition) };
    case "hexWord":
      return { description: element.title, type: "string", pattern: "^[0-9a-f]{8}$" };
    case "time":
      return { description: element.title, ...TIME };
    case "text":
      return { description: element.title, ...TEXT };
    case "blob":
    case "rest":
      return { description: element.title, ...HEX };
    case "list":
      return {
        description: element.title,
        type: "array",
        items: isGroup(element.of) ? object(elementsSchema(element.of, edition)) : elementSchema(element.of, edition),
      };
    case "textGroups":
      return { description: element.title, type: "array", items: { type: "array", items: TEXT } };
    case "parameters":
      return { description: element.title, type: "array", items: { $ref: "#/$defs/parameter" } };
    case "items":
      return { description: element.title, type: "array", items: { $ref: `#/$defs/item${edition}` } };
  }
}

function elementsSchema(elements: readonly Element[], edition: Edition): JsonSchema {
  return Object.fromEntries(elements.map((element) => [element.name, elementSchema(element, edition)]));
}

const BYTE = { type: "integer", minimum: 0, maximum: 255 };

function messageSchema(
  kind: string,
  edition: JsonSchema,
  properties: JsonSchema,
  optional: readonly string[] = [],
): JsonSchema {
  return object(
    {
      kind: { const: kind },
      edition,
      command: BYTE,
      response: BYTE,
      vin: { type: "string", maxLength: 17 },
      encryption: BYTE,
      ...properties,
      trailing: HEX,
    },
    [...optional, "trailing"],
  );
}

function itemSchema(edition: Edition): JsonSchema {
  const bodies = BODIES[edition].map((layout) => ({
    title: layout.title,
    description: layout.clause,
    ...object({
      type: { const: layout.type },
      kind: { const: layout.kind },
      ...elementsSchema(layout.elements, edition),
    }),
  }));
  const opaque = (kind: string) => object({ type: BYTE, kind: { const: kind }, data: HEX });
  return { oneOf: [...bodies, opaque("oem"), opaque("unknown")] };
}

/** A message of GB/T 45688: `reading` is what an assumed structure makes of `data`. */
function extensionSchema({ kind, title, clause }: (typeof EXTENSIONS)[number]): JsonSchema {
  const states = (names: readonly string[]) => object(Object.fromEntries(names.map((name) => [name, BYTE])));
  const reading =
    kind === "disposalReport"
      ? object({ time: TIME, faults: states(DISPOSAL_FAULTS), hazards: states(DISPOSAL_HAZARDS) }, ["time"])
      : object({ time: TIME, rest: HEX }, ["rest"]);
  const certainty = object({ command: { const: "F" }, structure: { const: "P" } });
  const properties = { certainty, data: HEX, reading };
  return { title, description: clause, ...messageSchema(kind, { enum: [2016, 2025] }, properties, ["reading"]) };
}

/** The whole schema, draft 2020-12: one line of `sandglass frame decode`. */
export function frameSchema(): JsonSchema {
  const both = { enum: [2016, 2025] };
  const messages = ([2016, 2025] as const).flatMap((edition) =>
    (edition === 2016 ? COMMANDS_2016 : COMMANDS_2025).map((layout) => ({
      title: layout.title,
      ...messageSchema(layout.kind, { const: edition }, elementsSchema(layout.elements, edition)),
    })),
  );
  const codes = Object.keys(CODEC_ERRORS);
  const error = object(
    { code: { enum: codes }, message: { type: "string" }, offset: { type: "integer", minimum: 0 } },
    ["offset"],
  );
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: "https://sandglass.invalid/schema/frame.schema.json",
    title: "GB/T 32960.3 frame",
    description:
      'One line of `sandglass frame decode`: a message of edition 2016 or 2025, or an error. Numbers are physical values in the unit of the description, or codes; "abnormal" and "invalid" are the FE and FF sentinels; bytes are hexadecimal.',
    oneOf: [
      ...messages,
      messageSchema("parameterReply", both, elementsSchema(PARAMETER_REPLY.elements, 2025)),
      messageSchema("reply", both, { time: TIME, rest: HEX }, ["time", "rest"]),
      messageSchema("opaque", both, { data: HEX }),
      ...EXTENSIONS.map(extensionSchema),
      messageSchema("encrypted", both, { cipher: HEX }),
      messageSchema("malformed", both, { error, data: HEX }),
      object({ error }),
    ],
    $defs: {
      parameter: object(
        { id: BYTE, name: { type: "string" }, value: { oneOf: [{ type: "integer" }, ...TEXT.oneOf] } },
        ["name"],
      ),
      item2016: itemSchema(2016),
      item2025: itemSchema(2025),
    },
  };
}
