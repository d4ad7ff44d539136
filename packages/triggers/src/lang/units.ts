/**
 * Units: the part of UCUM that the catalogue uses, with the spellings that people write (°C, Ω/V, km/h).
 *
 * A unit is a factor to SI base units and a vector of exponents. Celsius is the only unit with an offset, and only
 * for absolute temperatures; a difference of temperatures has none.
 */

/** Exponents of metre, gram, second, ampere, kelvin, radian. */
export type Dimension = readonly [number, number, number, number, number, number];

export interface Unit {
  /** Canonical UCUM text. */
  readonly code: string;
  readonly factor: number;
  readonly dimension: Dimension;
  /** Absolute temperature scale: value_K = value + offset. */
  readonly offset: number;
}

const NONE: Dimension = [0, 0, 0, 0, 0, 0];
export const DIMENSIONLESS: Unit = { code: "1", factor: 1, dimension: NONE, offset: 0 };

type Atom = readonly [factor: number, dimension: Dimension, offset?: number];
const ATOMS: Readonly<Record<string, Atom>> = {
  m: [1, [1, 0, 0, 0, 0, 0]],
  g: [1, [0, 1, 0, 0, 0, 0]],
  s: [1, [0, 0, 1, 0, 0, 0]],
  A: [1, [0, 0, 0, 1, 0, 0]],
  K: [1, [0, 0, 0, 0, 1, 0]],
  rad: [1, [0, 0, 0, 0, 0, 1]],
  deg: [Math.PI / 180, [0, 0, 0, 0, 0, 1]],
  Cel: [1, [0, 0, 0, 0, 1, 0], 273.15],
  V: [1000, [2, 1, -3, -1, 0, 0]],
  Ohm: [1000, [2, 1, -3, -2, 0, 0]],
  W: [1000, [2, 1, -3, 0, 0, 0]],
  J: [1000, [2, 1, -2, 0, 0, 0]],
  N: [1000, [1, 1, -2, 0, 0, 0]],
  Pa: [1000, [-1, 1, -2, 0, 0, 0]],
  bar: [1e8, [-1, 1, -2, 0, 0, 0]],
  Hz: [1, [0, 0, -1, 0, 0, 0]],
  L: [0.001, [3, 0, 0, 0, 0, 0]],
  min: [60, [0, 0, 1, 0, 0, 0]],
  h: [3600, [0, 0, 1, 0, 0, 0]],
  d: [86_400, [0, 0, 1, 0, 0, 0]],
  "%": [0.01, NONE],
  "1": [1, NONE],
  "100": [100, NONE],
};
const PREFIXES: Readonly<Record<string, number>> = { k: 1e3, M: 1e6, m: 1e-3, u: 1e-6, c: 1e-2, d: 1e-1 };
const PREFIXABLE = new Set(["m", "g", "s", "A", "V", "Ohm", "W", "J", "N", "Pa", "Hz", "L", "K"]);

/** Spellings of people, to UCUM. Longest first wins in `matchUnit`. */
const SPELLINGS: Readonly<Record<string, string>> = {
  "°C": "Cel",
  "℃": "Cel",
  摄氏度: "Cel",
  度: "Cel",
  "°": "deg",
  "k\u03a9": "kOhm",
  千欧: "kOhm",
  "\u03a9": "Ohm",
  欧姆: "Ohm",
  "\u2126": "Ohm",
  "k\u2126": "kOhm",
  "M\u03a9": "MOhm",
  "M\u2126": "MOhm",
  伏: "V",
  毫伏: "mV",
  安: "A",
  "千米/小时": "km/h",
  "公里/小时": "km/h",
  千米: "km",
  公里: "km",
  米: "m",
  "r/min": "/min",
  rpm: "/min",
  "转/分": "/min",
  "L/100km": "L/(100.km)",
  N·m: "N.m",
  Nm: "N.m",
  牛米: "N.m",
  秒: "s",
  分钟: "min",
  小时: "h",
  天: "d",
  毫秒: "ms",
  千瓦: "kW",
};

const cache = new Map<string, Unit | undefined>();

/** Parses a UCUM code or a spelling; undefined if it is not a unit. */
export function parseUnit(text: string): Unit | undefined {
  if (cache.has(text)) return cache.get(text);
  const unit = parseTerm(normalise(text));
  const result = unit === undefined ? undefined : { ...unit, code: normalise(text) };
  if (cache.size < 4096) cache.set(text, result);
  return result;
}

function spelling(text: string): string | undefined {
  return Object.hasOwn(SPELLINGS, text) ? SPELLINGS[text] : undefined;
}

function normalise(text: string): string {
  const direct = spelling(text);
  if (direct !== undefined) return direct;
  return text
    .split("/")
    .map((part) =>
      part
        .split(/[·.]/)
        .map((p) => spelling(p.replace(/²/, "2").replace(/³/, "3")) ?? p.replace(/²/, "2").replace(/³/, "3"))
        .join("."),
    )
    .join("/");
}

type Parsed = Omit<Unit, "code">;

function parseTerm(text: string): Parsed | undefined {
  if (text.length === 0 || text.length > 40) return undefined;
  let result: Parsed = { factor: 1, dimension: NONE, offset: 0 };
  let sign = 1;
  let i = 0;
  let parts = 0;
  if (text[0] === "/") {
    sign = -1;
    i = 1;
  }
  while (i < text.length) {
    let part: Parsed | undefined;
    if (text[i] === "(") {
      const close = text.indexOf(")", i);
      if (close < 0) return undefined;
      part = parseTerm(text.slice(i + 1, close));
      i = close + 1;
    } else {
      let end = i;
      while (end < text.length && text[end] !== "." && text[end] !== "/") end++;
      part = parseFactor(text.slice(i, end));
      i = end;
    }
    if (part === undefined) return undefined;
    parts++;
    const other = part;
    const power = sign;
    result = {
      factor: power > 0 ? result.factor * other.factor : result.factor / other.factor,
      dimension: result.dimension.map((e, j) => e + power * (other.dimension[j] ?? 0)) as unknown as Dimension,
      offset: parts === 1 && power > 0 ? other.offset : 0,
    };
    if (i >= text.length) break;
    if (text[i] === "/") sign = -1;
    else if (text[i] === ".") sign = 1;
    else return undefined;
    i++;
    if (i >= text.length) return undefined;
  }
  return parts === 0 ? undefined : result;
}

function parseFactor(text: string): Parsed | undefined {
  const plain = findAtom(text);
  if (plain) return plain;
  const match = /^([^\d-]+)(-?[1-4])$/.exec(text);
  const base = match ? findAtom(match[1] ?? "") : undefined;
  if (!match || !base) return undefined;
  const exponent = Number(match[2]);
  return {
    factor: base.factor ** exponent,
    dimension: base.dimension.map((e) => e * exponent) as unknown as Dimension,
    offset: 0,
  };
}

function findAtom(text: string): Parsed | undefined {
  if (Object.hasOwn(ATOMS, text)) {
    const atom = ATOMS[text] as Atom;
    return { factor: atom[0], dimension: atom[1], offset: atom[2] ?? 0 };
  }
  const prefix = Object.hasOwn(PREFIXES, text[0] ?? "") ? PREFIXES[text[0] as string] : undefined;
  const rest = text.slice(1);
  if (prefix === undefined || !PREFIXABLE.has(rest)) return undefined;
  const atom = ATOMS[rest] as Atom;
  return { factor: atom[0] * prefix, dimension: atom[1], offset: 0 };
}

/** Longest unit that starts at `at` in `text` and is not the beginning of a longer word; undefined if none. */
export function matchUnit(text: string, at: number): { unit: Unit; end: number } | undefined {
  const window = text.slice(at, at + 24);
  const run =
    /^(?:[%°℃Ω\u2126µA-Za-z²³1]|摄氏度|度|千欧|欧姆|毫伏|伏|安|千米|公里|米|小时|分钟|毫秒|秒|天|转|分|牛米|千瓦|\/(?=[^/*\s])|·|\.(?=[A-Za-z])|100(?=km)|[2-4](?![\d.]))+/u.exec(
      window,
    );
  if (!run) return undefined;
  for (let length = run[0].length; length > 0; length--) {
    const piece = run[0].slice(0, length);
    const following = window[length];
    if (following !== undefined && /[A-Za-z0-9_]/.test(following) && /[A-Za-z0-9]$/.test(piece)) continue;
    if (piece === "1") continue;
    const unit = parseUnit(piece);
    if (unit) return { unit, end: at + length };
  }
  return undefined;
}

export function sameDimension(a: Unit, b: Unit): boolean {
  return a.dimension.every((e, i) => e === b.dimension[i]);
}

/** Value of `value` [from] in [to]; `difference` skips the temperature offset. Dimensions must be equal. */
export function convert(value: number, from: Unit, to: Unit, difference: boolean): number {
  if (from.code === to.code) return value;
  const shift = difference ? 0 : from.offset;
  const unshift = difference ? 0 : to.offset;
  const kelvin = value * from.factor + shift;
  // 15 digits: the product of two binary factors must not turn 300 mV into 0.30000000000000004 V.
  return Number(((kelvin - unshift) / to.factor).toPrecision(15));
}

/** Product or quotient unit of two units. */
export function combine(a: Unit, b: Unit, power: 1 | -1): Unit {
  const code =
    b.code === "1"
      ? a.code
      : a.code === "1" && power === 1
        ? b.code
        : `${a.code}${power === 1 ? "." : "/"}${b.code.includes("/") || b.code.includes(".") ? `(${b.code})` : b.code}`;
  return {
    code,
    factor: power === 1 ? a.factor * b.factor : a.factor / b.factor,
    dimension: a.dimension.map((e, i) => e + power * (b.dimension[i] ?? 0)) as unknown as Dimension,
    offset: 0,
  };
}

/** How people write a UCUM code. */
export function displayUnit(code: string): string {
  if (code === "1") return "";
  return code
    .replaceAll("Cel", "°C")
    .replaceAll("Ohm", "Ω")
    .replaceAll("L/(100.km)", "L/100km")
    .replace(/^\/min$/, "r/min")
    .replaceAll(".", "·")
    .replace(/^deg$/, "°");
}
