/** The frame inspector on a terminal: one line per field, coloured by what it belongs to. */
import {
  describeExplained,
  explain,
  findDump,
  formatFieldValue,
  type Dialect,
  type Explained,
  type Field,
} from "@sandglass/gbt32960";

const RAW_WIDTH = 24;
const NAME_WIDTH = 44;
const VALUE_WIDTH = 60;

/** Bytes of a pasted text, or of binary input as it is; undefined where a text has no hex in it. */
export function dumpOf(input: Uint8Array): Uint8Array | undefined {
  const isText = input.every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d);
  return isText ? findDump(new TextDecoder().decode(input))?.bytes : input;
}

/** Lines that explain a dump: each frame in it, and the damage between them. */
export function explainedLines(bytes: Uint8Array, coloured: boolean, dialect: Partial<Dialect>): string[] {
  const paint = coloured ? colour : (text: string) => text;
  return explain(bytes, { dialect }).flatMap((piece, i) => [
    ...(i > 0 ? [""] : []),
    paint(describeExplained(piece), piece.kind === "damage" || piece.error !== undefined ? "damage" : "title"),
    ...piece.fields.map((field) => paint(fieldLine(field), colourOf(field))),
  ]);
}

/** One line of JSON per frame or stretch of damage. */
export function explainedJson(bytes: Uint8Array, dialect: Partial<Dialect>): string[] {
  return explain(bytes, { dialect }).map((piece: Explained) => JSON.stringify(piece));
}

function fieldLine(field: Field): string {
  const raw = shortened(field.raw, RAW_WIDTH).padEnd(RAW_WIDTH);
  const value = shortened(formatFieldValue(field), VALUE_WIDTH);
  const problem = field.problem === undefined || field.value === field.problem ? "" : ` (${PROBLEMS[field.problem]})`;
  const number =
    field.number === undefined || typeof field.value !== "number" || field.value === field.number
      ? ""
      : ` = ${field.number}`;
  const scale = field.scale === undefined || number === "" ? "" : scaleText(field.scale);
  const clause = field.clause === "" ? "" : `, ${field.clause}`;
  return `${String(field.offset).padStart(5)} ${String(field.length).padStart(4)}  ${raw}  ${field.name.padEnd(NAME_WIDTH)} ${value}${problem}${number}${scale}  [${field.title}${clause}]`;
}

const PROBLEMS: Readonly<Record<NonNullable<Field["problem"]>, string>> = {
  abnormal: "abnormal",
  invalid: "invalid",
  outOfRange: "out of range",
  mismatch: "does not match",
  unreadable: "unreadable",
  cutOff: "what must follow is missing",
};

/** ` × 0.1 − 1000`: how the number on the wire became the value. */
function scaleText({ bias, perUnit }: NonNullable<Field["scale"]>): string {
  const factor = perUnit === 1 ? "" : ` × ${1 / perUnit}`;
  const offset = bias / perUnit;
  return `${factor}${offset === 0 ? "" : offset < 0 ? ` − ${-offset}` : ` + ${offset}`}`;
}

function shortened(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text;
}

/** SGR colours. Information items take turns, so that neighbours differ. */
const COLOURS = { title: "1", header: "36", time: "35", check: "36", damage: "31", problem: "33" } as const;
const ITEM_COLOURS = ["32", "34"] as const;

function colourOf(field: Field): string {
  if (field.section === "damage") return COLOURS.damage;
  if (field.problem !== undefined) return field.section === "check" ? COLOURS.damage : COLOURS.problem;
  if (field.section !== "body") return COLOURS[field.section];
  return ITEM_COLOURS[(field.item ?? 0) % ITEM_COLOURS.length];
}

function colour(text: string, code: string): string {
  const sgr = code in COLOURS ? COLOURS[code as keyof typeof COLOURS] : code;
  return `\u001B[${sgr}m${text}\u001B[0m`;
}
