/**
 * Pieces of generated JavaScript. A piece is made of the literal text of a template in this program, of numbers and of
 * other pieces, and of nothing else: what a person wrote in a trigger cannot become code.
 */
const KEY = Symbol("fragment");

export class Fragment {
  readonly #text: string;

  constructor(key: typeof KEY, text: string) {
    if (key !== KEY) throw new TypeError("fragments are made by `js` only");
    this.#text = text;
  }

  get text(): string {
    return this.#text;
  }
}

export type Part = number | Fragment | readonly Fragment[];

/** The only way to make a fragment. Anything but numbers and fragments is refused, whatever the types say. */
export function js(strings: TemplateStringsArray, ...parts: readonly Part[]): Fragment {
  // A template object of the language has its raw texts and is frozen; an array of strings from elsewhere has neither.
  if (!Array.isArray(strings.raw) || !Object.isFrozen(strings)) throw new TypeError("not a template");
  let text = strings[0] as string;
  parts.forEach((part, i) => {
    text += textOf(part) + (strings[i + 1] as string);
  });
  return new Fragment(KEY, text);
}

function textOf(part: Part): string {
  if (typeof part === "number") return numeral(part);
  if (part instanceof Fragment) return part.text;
  if (Array.isArray(part)) return part.map((piece: Part) => textOf(piece)).join("\n");
  throw new TypeError("only numbers and fragments may stand in generated code");
}

function numeral(x: number): string {
  if (Number.isNaN(x)) return "NaN";
  if (x === Infinity) return "Infinity";
  if (x === -Infinity) return "(-Infinity)";
  return x < 0 || Object.is(x, -0) ? `(-${Math.abs(x)})` : String(x);
}
