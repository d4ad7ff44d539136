/** Named values inside sentences: "highest alarm level is 3", not "highest alarm level is level 3". */
import type { Signal, SignalNames } from "./signal.ts";

interface Named {
  readonly names: SignalNames;
  readonly values?: Signal["values"] | undefined;
}

/**
 * Name of a value where the signal's name stands before it; words that the signal's name ends with are not said twice.
 * Undefined if the value has no name.
 */
export function valueName(signal: Named, value: number, language: keyof SignalNames): string | undefined {
  const name = signal.values?.[value]?.[language];
  if (name === undefined || language === "zh") return name;
  const before = signal.names.en.toLowerCase().split(" ");
  const words = name.split(" ");
  for (let n = Math.min(before.length, words.length - 1); n > 0; n--) {
    const same = words.slice(0, n).every((word, i) => word.toLowerCase() === before[before.length - n + i]);
    if (same) return words.slice(n).join(" ");
  }
  return name;
}

/** Number and name, the number once if the name begins with it. */
export function numberAndName(signal: Named, value: number, language: keyof SignalNames, number: string): string {
  const name = valueName(signal, value, language);
  if (name === undefined) return number;
  return name.startsWith(number) ? name : `${number} (${name})`;
}
