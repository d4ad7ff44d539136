/** `--dialect NAME=VALUE`: how frames are read where the sources of the standard contradict each other. */
import { DIALECT_VALUES, findDialectChoice, type Dialect } from "@sandglass/gbt32960";

export const DIALECT_USAGE = Object.entries(DIALECT_VALUES)
  .map(([name, values]) => `         ${name}=${values.join("|")}`)
  .join("\n");

/** The dialect that arguments ask for, and the arguments without it; `wrong` is the first that is none. */
export function takeDialect(args: readonly string[]): {
  readonly rest: readonly string[];
  readonly dialect: Partial<Dialect>;
  readonly wrong?: string;
} {
  const rest: string[] = [];
  let dialect: Partial<Dialect> = {};
  for (let i = 0; i < args.length; i++) {
    if (args[i] !== "--dialect") {
      rest.push(args[i]);
      continue;
    }
    const given = args[++i] ?? "";
    const choice = findDialectChoice(given);
    if (choice === undefined) return { rest, dialect: {}, wrong: given };
    dialect = { ...dialect, ...choice };
  }
  return { rest, dialect };
}
