/**
 * What the sources of the standard contradict each other about, as far as bytes are read or written differently. Every
 * choice has a default; the README says why, and names the options that are the gateway's.
 */
import type { Edition } from "./frame.ts";

export interface Dialect {
  /**
   * Widths of the terminal parameters 02 and 03: WORD in edition 2016, BYTE in edition 2025. Default `edition`: by the
   * start bytes. A number: terminals that changed their start bytes only.
   */
  readonly parameterWidths: "edition" | Edition;
  /**
   * Types 08 and 09 of edition 2016 stand in annex B only; the main body reserves them. Default `decode`: every real
   * frame with these types has the annex's structure. `reserved`: they are unknown types without a length.
   */
  readonly annexBTypes: "decode" | "reserved";
  /**
   * A count of FE or FF (FFFE, FFFF). Default `noList`: nothing follows, as real frames show. `malformed`: the data unit
   * is refused, for receivers that want such terminals corrected.
   */
  readonly countSentinels: "noList" | "malformed";
  /**
   * Number of the first cell of a pack. Default 1, as the table says (range 1–65531). 0: columns count from 1 all the
   * same, so that `packs.firstCell` is one more than what is sent.
   */
  readonly firstCell: 1 | 0;
  /**
   * Largest hydrogen concentration of the 2016 fuel-cell body in mg/kg, for ranges. Default 60000, the table's raw range;
   * its text says 50000.
   */
  readonly hydrogenConcentrationMax: 60_000 | 50_000;
  /**
   * Lowest information code of an activation reply, for its meaning. Default 0: the standard's table. 1: seen from one
   * public implementation.
   */
  readonly activationInfoBase: 0 | 1;
  /** Name of alarm bit 22. Default: the standard's term; one public implementation calls it over-pressure. */
  readonly alarmBit22: "supercapacitorOverVoltage" | "supercapacitorOverPressure";
}

/** What each choice can be, the default first. */
export const DIALECT_VALUES: { readonly [K in keyof Dialect]: readonly [Dialect[K], ...Dialect[K][]] } = {
  parameterWidths: ["edition", 2016, 2025],
  annexBTypes: ["decode", "reserved"],
  countSentinels: ["noList", "malformed"],
  firstCell: [1, 0],
  hydrogenConcentrationMax: [60_000, 50_000],
  activationInfoBase: [0, 1],
  alarmBit22: ["supercapacitorOverVoltage", "supercapacitorOverPressure"],
};

export const DEFAULT_DIALECT: Dialect = Object.freeze(
  Object.fromEntries(Object.entries(DIALECT_VALUES).map(([name, [first]]) => [name, first])),
) as unknown as Dialect;

/** The choice that `NAME=VALUE` says, as `{firstCell: 0}`; undefined for words that name none. */
export function findDialectChoice(word: string): Partial<Dialect> | undefined {
  const [name, text] = word.split("=", 2);
  if (!Object.hasOwn(DIALECT_VALUES, name)) return undefined;
  const value = DIALECT_VALUES[name as keyof Dialect].find((each) => String(each) === text);
  return value === undefined ? undefined : { [name]: value };
}

/** A whole dialect: what is not given is the default. */
export function dialectOf(given: Partial<Dialect> | undefined): Dialect {
  return given === undefined ? DEFAULT_DIALECT : { ...DEFAULT_DIALECT, ...given };
}

/** The edition whose widths parameters have. */
export function parameterEdition(dialect: Dialect, edition: Edition): Edition {
  return dialect.parameterWidths === "edition" ? edition : dialect.parameterWidths;
}

/** Whether a type of information item is not read although the annex defines it. */
export function isReserved(dialect: Dialect, edition: Edition, type: number): boolean {
  return dialect.annexBTypes === "reserved" && edition === 2016 && (type === 0x08 || type === 0x09);
}
