/** Texts of random triggers on whole seconds, and observations around their constants; the same for the same seed. */
import type { Row, Sample } from "./number-oracle.fixture.ts";

/** Seconds for which a value holds; as DECLARATIONS say. */
export const HOLDS = { x: 3, y: 4, f: 6 } as const;

export const DECLARATIONS = `signal x : number range -6 .. 6 hold 3 s period 1 s ;
signal y : number range -6 .. 6 hold 4 s period 1 s ;
signal f : bool hold 6 s period 1 s ;
event e ; event g ;
`;

export interface Choice {
  /** Uniform on [0, 1). */
  next(): number;
  integer(least: number, most: number): number;
  of<V>(list: readonly V[]): V;
}

export function choicesOf(seed: number): Choice {
  let state = seed >>> 0;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) / 0x1000000;
  };
  const integer = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  return { next, integer, of: (list) => list[integer(0, list.length - 1)] as (typeof list)[number] };
}

const DEEPEST = 3;

class Writer {
  private readonly c: Choice;

  constructor(choice: Choice) {
    this.c = choice;
  }

  private seconds(least: number, most: number): string {
    return `${this.c.integer(least, most)} s`;
  }

  private bound(): string {
    const from = this.c.integer(0, 4);
    return `[${from === 0 ? "0" : `${from} s`}, ${from + this.c.integer(2, 6)} s]`;
  }

  private compared(): string {
    return this.c.of([">", ">=", "<", "<=", "==", "!="]);
  }

  private amount(): string {
    return this.c.of(["more than", "at least", "fewer than", "at most"]);
  }

  private number(): string {
    const { c } = this;
    const signal = c.of(["x", "y"]);
    const over = this.seconds(2, 8);
    const sampled = c.of([signal, "(x + y)", "abs(x)"]);
    return c.of([
      signal,
      signal,
      signal,
      `abs(${signal})`,
      `(x ${c.of(["+", "-", "*"])} y)`,
      `${c.of(["min2", "max2"])}(x, y)`,
      `(${signal} / 2)`,
      `last(${signal})`,
      `rate(${signal})`,
      `${c.of(["delta", "count", "distinct"])}(${signal} over ${over})`,
      `${c.of(["min", "max", "avg", "sum", "slope"])}(${sampled} over ${over})`,
      `quantile(${sampled}, ${c.of(["0.25", "0.5", "0.9", "1"])} over ${over})`,
    ]);
  }

  private atom(): string {
    const { c } = this;
    const constant = c.integer(-4, 4);
    const compared = `${this.number()} ${this.compared()} ${constant}`;
    return c.of([
      compared,
      compared,
      compared,
      `x ${this.compared()} y`,
      `x between ${c.integer(-4, 0)} and ${c.integer(0, 4)}`,
      `x in [${c.integer(-3, 0)}, ${c.integer(1, 3)}]`,
      "f",
      `valid(${c.of(["x", "y"])})`,
      `age(x) ${this.compared().replace(/^[=!]=$/, ">")} ${this.seconds(1, 5)}`,
      `no data from ${c.of(["x", "y", "e"])} for ${this.seconds(1, 6)}`,
      `offline for ${this.seconds(1, 6)}`,
      c.of(["e", "g"]),
    ]);
  }

  condition(depth = 0): string {
    const { c } = this;
    if (depth >= DEEPEST || c.next() < 0.22) return this.atom();
    const part = (): string => `(${this.condition(depth + 1)})`;
    const happening = (): string => c.of(["e", "g", part()]);
    const forms: readonly (() => string)[] = [
      () => `not ${part()}`,
      () => `${part()} ${c.of(["and", "or", "implies"])} ${part()}`,
      () => `${part()} for ${this.seconds(2, 8)}`,
      () => `${part()} within last ${this.seconds(2, 8)}`,
      () => `${c.of(["once", "historically"])}${this.bound()}${part()}`,
      () => `${part()} since${this.bound()} ${part()}`,
      // The edge of a point is a point of its own behind it: not on the grid.
      () => `${c.of(["rising", "falling"])}(${this.atom().replace(/^[eg]$/, "f")})`,
      () => `${happening()} ${this.amount()} ${c.integer(0, 3)} times in last ${this.seconds(2, 8)}`,
      () =>
        `${part()} in ${this.amount()} ${c.of(["20 %", "50 %", "80 %", "1", "3"])} of samples in last ${this.seconds(2, 8)}`,
      () => `after ${happening()}, ${c.of(["", "no "])}${happening()} within ${this.seconds(1, 5)}`,
    ];
    return c.of(forms)();
  }

  trigger(): string {
    const { c } = this;
    const sometimes = (share: number, text: () => string): string => (c.next() < share ? `${text()} ; ` : "");
    return `trigger R version 1 { when ${this.condition()} ; ${[
      sometimes(0.3, () => `clear when ${this.condition(1)}`),
      sometimes(0.3, () => `keep firing ${this.seconds(1, 5)}`),
      sometimes(0.3, () => `cooldown ${this.seconds(1, 8)}`),
      "severity 1 ; ",
      sometimes(0.3, () => `severity 2 when ${this.condition(1)}`),
      sometimes(0.15, () => `severity 4 when ${this.condition(2)}`),
      sometimes(
        0.5,
        () =>
          `missing ${c.of(["unknown", "reset", "hold state", "violate", "unknown after 2 s", "violate after 3 s", "unknown after 5 s"])}`,
      ),
      sometimes(0.2, () => `requires samples >= ${c.integer(1, 3)}`),
    ].join("")}}`;
  }
}

export function randomTrigger(choice: Choice): string {
  return DECLARATIONS + new Writer(choice).trigger();
}

/** A walk of both numbers with gaps, invalid samples and events. */
export function randomRows(c: Choice): Row[] {
  const rows: Row[] = [];
  const gap = c.of([0.05, 0.15, 0.4]);
  const limited = (value: number): number => Math.max(-6, Math.min(6, value));
  let [x, y, f] = [c.integer(-3, 3), c.integer(-3, 3), c.integer(0, 1)];
  let at = 0;
  for (let left = c.integer(3, 25); left > 0; left--) {
    x = limited(x + c.integer(-2, 2));
    y = limited(y + c.integer(-1, 1));
    if (c.next() < 0.25) f = 1 - f;
    const samples: Record<string, Sample> = {};
    for (const [id, value] of [
      ["x", x],
      ["y", y],
      ["f", f],
    ] as const)
      if (c.next() > gap) samples[id] = c.next() < 0.07 ? "invalid" : value;
    if (c.next() < 0.15) samples["e"] = 1;
    if (c.next() < 0.12) samples["g"] = 1;
    rows.push({ at, samples });
    at += c.next() < 0.1 ? c.integer(2, 9) : 1;
  }
  return rows;
}
