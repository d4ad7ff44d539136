/** Words beside the codes of an item, as the console names them. */
import { terminalParameters, TERMINAL_CONTROLS } from "@sandglass/gbt32960";
import { isRoleCode, ROLES } from "@sandglass/casework";
import {
  ASSURANCE_TITLES,
  COMMAND_TITLES,
  DISPOSITION_TITLES,
  DOWNLINK_KIND_TITLES,
  DOWNLINK_STATE_TITLES,
  EVENT_SOURCES,
  findEntry,
  PARAMETER_UNIT_TITLES,
  SENTINEL_TITLES,
  USER_DEFINED_CONTROL,
} from "@sandglass/signals";
import type { Language, Text } from "../table.ts";

/** What a value says in a language; undefined where there is no word for it. */
export type WordsOf = (value: unknown, language: Language) => string | undefined;

const among = (titles: Readonly<Record<string, Text>>): WordsOf => {
  const known = new Map(Object.entries(titles));
  return (value, language) => known.get(String(value))?.[language];
};

export const ASSURANCE_WORDS = among(ASSURANCE_TITLES);
export const DISPOSITION_WORDS = among(DISPOSITION_TITLES);
export const FRAME_COMMAND_WORDS = among(COMMAND_TITLES);

/** What the catalogue calls an event, or the signals that it carries under another name. */
const EVENTS_CARRY = new Map<string, Text[]>();
for (const { from, names } of EVENT_SOURCES)
  for (const { name } of from) if (name !== "*") EVENTS_CARRY.set(name, [...(EVENTS_CARRY.get(name) ?? []), names]);
export const EVENT_WORDS: WordsOf = (value, language) => {
  const name = String(value);
  const own = findEntry(name)?.names[language];
  if (own !== undefined) return own;
  const carried = [...new Set((EVENTS_CARRY.get(name) ?? []).map((names) => names[language]))];
  return carried.length === 0 ? undefined : carried.join(language === "zh" ? "、" : ", ");
};
export const ROLE_WORDS: WordsOf = (value, language) =>
  typeof value === "string" && isRoleCode(value) ? ROLES[value].title[language] : undefined;

export const COMMAND_KIND_WORDS = among(DOWNLINK_KIND_TITLES);
export const COMMAND_STATE_WORDS = among(DOWNLINK_STATE_TITLES);

/** Ids and meanings are the same in both editions. */
const PARAMETERS = new Map(terminalParameters(2025).map((row) => [row.id, row]));
const CONTROLS = among({
  ...Object.fromEntries(Object.entries(TERMINAL_CONTROLS).map(([name, { title }]) => [name, title])),
  userDefined: USER_DEFINED_CONTROL,
});

const SENTINELS = among(SENTINEL_TITLES);

function parameterName(id: number, language: Language): string {
  return PARAMETERS.get(id)?.title[language] ?? id.toString(16).toUpperCase().padStart(2, "0");
}

/** A number with its meaning or its unit; texts and bytes as they are. */
function settingIn({ id, value, sentinel }: Setting, language: Language): string {
  const absent = SENTINELS(sentinel, language);
  if (absent !== undefined) return absent;
  if (typeof value === "object" && value !== null) return `0x${String((value as { hex?: unknown }).hex ?? "")}`;
  const row = PARAMETERS.get(id);
  const named = typeof value === "number" ? row?.values?.[value]?.[language] : undefined;
  const unit =
    typeof value === "number" && row?.unit !== undefined ? PARAMETER_UNIT_TITLES[row.unit][language] : undefined;
  return [value, named ?? unit].filter((part) => part !== undefined).join(" ");
}

interface Setting {
  readonly id: number;
  readonly value: unknown;
  readonly sentinel?: string | null;
}

/** What a command asks of the vehicle. */
export const REQUEST_WORDS: WordsOf = (value, language) => {
  const { kind, parameters, control } = (value ?? {}) as {
    readonly kind?: string;
    readonly parameters?: unknown;
    readonly control?: string;
  };
  return kind === "control" ? (CONTROLS(control, language) ?? control) : PARAMETER_WORDS(parameters, language);
};

/** Parameters by their names, with what they were set to or answered as. */
export const PARAMETER_WORDS: WordsOf = (value, language) => {
  if (!Array.isArray(value)) return undefined;
  return (value as readonly (number | Setting)[])
    .map((each) =>
      typeof each === "number"
        ? parameterName(each, language)
        : `${parameterName(each.id, language)} = ${settingIn(each, language)}`,
    )
    .join(language === "zh" ? "、" : ", ");
};
