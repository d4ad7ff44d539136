/**
 * Coded errors. What a caller did wrong or what the system refuses has a code, an HTTP status and parameters;
 * the text in both languages stands in the catalogue. Anything else that is thrown is a bug.
 */
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
    super(formatError(definition.en, parameters), options);
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

export function formatError(template: string, parameters: ErrorParameters): string {
  return template.replace(/\{(\w+)\}/g, (whole, key: string) => {
    const value = parameters[key];
    if (value === undefined) return whole;
    return Array.isArray(value) ? value.join(", ") : String(value);
  });
}
