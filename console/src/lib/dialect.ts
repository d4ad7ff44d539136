/** A dialect of GB/T 32960.3 as words of the address: `firstCell=0`. What is not named is the default. */
import { DEFAULT_DIALECT, DIALECT_VALUES, findDialectChoice, type Dialect } from "@sandglass/gbt32960";

export const DIALECT_NAMES = Object.keys(DIALECT_VALUES) as readonly (keyof Dialect)[];

/** Words that say nothing are left out: an old link still opens the page. */
export function readDialect(words: readonly string[] = []): Dialect {
  return words.reduce((dialect, word) => ({ ...dialect, ...findDialectChoice(word) }), DEFAULT_DIALECT);
}

/** Undefined for the default, which needs no words. */
export function writeDialect(dialect: Dialect): readonly string[] | undefined {
  const words = DIALECT_NAMES.filter((name) => dialect[name] !== DEFAULT_DIALECT[name]).map(
    (name) => `${name}=${dialect[name]}`,
  );
  return words.length === 0 ? undefined : words;
}

/** A text that is none of the options changes nothing. */
export function withChoice(dialect: Dialect, name: keyof Dialect, text: string): Dialect {
  return { ...dialect, ...findDialectChoice(`${name}=${text}`) };
}

/** The choices that differ. */
export function differences(one: Dialect, other: Dialect): readonly (keyof Dialect)[] {
  return DIALECT_NAMES.filter((name) => one[name] !== other[name]);
}
