import type { Language } from "./format.ts";

interface NamedOrganisation {
  readonly names: { readonly en: string; readonly zh: string };
}

/**
 * The registry holds one text for the maker of a vehicle, as it was registered. Where that is a name of an organisation of the
 * directory, the reader is told the one in their language; any other text stays as it is.
 */
export function makerNames(
  organisations: readonly NamedOrganisation[],
  language: Language,
): ReadonlyMap<string, string> {
  return new Map(organisations.flatMap(({ names }) => [names.en, names.zh].map((text) => [text, names[language]])));
}
