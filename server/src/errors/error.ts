/**
 * Coded errors. What a caller did wrong or what the system refuses has a code, an HTTP status and parameters;
 * the text in both languages stands in the catalogue. Anything else that is thrown is a bug.
 */
import { findWords } from "./words.ts";

type Language = "en" | "zh";
const SEPARATORS = { en: ", ", zh: "、" } as const satisfies Record<Language, string>;

export interface ErrorDefinition {
  readonly code: `SG_${string}`;
  readonly status: number;
  /** `{name}` is replaced by the parameter of that name. */
  readonly en: string;
  readonly zh: string;
}

/** `possible` is lifted out into a list of its own in every answer of the API, so it is one. */
export type ErrorParameters = Readonly<Record<string, string | number | boolean | readonly string[]>> & {
  readonly possible?: readonly string[];
};

export class SandglassError extends Error {
  readonly definition: ErrorDefinition;
  readonly parameters: ErrorParameters;

  constructor(definition: ErrorDefinition, parameters: ErrorParameters = {}, options?: ErrorOptions) {
    super(formatError(definition, parameters, "en"), options);
    this.name = "SandglassError";
    this.definition = definition;
    this.parameters = parameters;
  }

  get code(): string {
    return this.definition.code;
  }

  get status(): number {
    return this.definition.status;
  }
}

/** The text in one language; codes that a parameter holds are put into words of that language. */
export function formatError(
  definition: Pick<ErrorDefinition, Language>,
  parameters: ErrorParameters,
  language: Language,
): string {
  return fill(definition[language], parameters, language);
}

function fill(template: string, parameters: ErrorParameters, language: Language): string {
  return template.replace(/\{(\w+)\}/g, (whole, key: string) => {
    const value = parameters[key];
    if (value === undefined) return whole;
    const parts: readonly unknown[] = Array.isArray(value) ? value : [value];
    return parts.map((part) => inWords(key, String(part), parameters, language)).join(SEPARATORS[language]);
  });
}

/** What a thing is called names other parameters, which are numbers. */
function inWords(key: string, value: string, parameters: ErrorParameters, language: Language): string {
  const words = findWords(key, value);
  if (words === undefined) return value;
  const { [key]: _, ...others } = parameters;
  return fill(words[language], others, language);
}
