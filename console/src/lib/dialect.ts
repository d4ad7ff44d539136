/** A dialect of GB/T 32960.3 as words of the address: `firstCell=0`. What is not named is the default. */
import { DEFAULT_DIALECT, DIALECT_VALUES, type Dialect } from "@sandglass/gbt32960";

export const DIALECT_NAMES = Object.keys(DIALECT_VALUES) as readonly (keyof Dialect)[];

/** Words that say nothing are left out: an old link still opens the page. */
export function readDialect(words: readonly string[] = []): Dialect {
  const dialect: Record<string, unknown> = { ...DEFAULT_DIALECT };
  for (const word of words) {
    const [name, text] = word.split("=", 2);
    const values = Object.hasOwn(DIALECT_VALUES, name) ? DIALECT_VALUES[name as keyof Dialect] : [];
    const value = values.find((each) => String(each) === text);
    if (value !== undefined) dialect[name] = value;
  }
  return dialect as unknown as Dialect;
}

/** Undefined for the default, which needs no words. */
export function writeDialect(dialect: Dialect): readonly string[] | undefined {
  const words = DIALECT_NAMES.filter((name) => dialect[name] !== DEFAULT_DIALECT[name]).map(
    (name) => `${name}=${dialect[name]}`,
  );
  return words.length === 0 ? undefined : words;
}

/** Of the chosen option; undefined for a text that is none. */
export function withChoice(dialect: Dialect, name: keyof Dialect, text: string): Dialect {
  return readDialect([...(writeDialect(dialect) ?? []), `${name}=${text}`]);
}

/** The choices that differ. */
export function differences(one: Dialect, other: Dialect): readonly (keyof Dialect)[] {
  return DIALECT_NAMES.filter((name) => one[name] !== other[name]);
}
