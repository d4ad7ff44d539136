/** `--dialect NAME=VALUE`: how frames are read where the sources of the standard contradict each other. */
import { DIALECT_VALUES, type Dialect } from "@sandglass/gbt32960";

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
  const dialect: Record<string, unknown> = {};
  for (let i = 0; i < args.length; i++) {
    if (args[i] !== "--dialect") {
      rest.push(args[i]);
      continue;
    }
    const given = args[++i] ?? "";
    const [name, text] = given.split("=", 2);
    const value = Object.hasOwn(DIALECT_VALUES, name)
      ? DIALECT_VALUES[name as keyof Dialect].find((each) => String(each) === text)
      : undefined;
    if (value === undefined) return { rest, dialect: {}, wrong: given };
    dialect[name] = value;
  }
  return { rest, dialect: dialect as Partial<Dialect> };
}
