/** How a finding's numbers are worded. */
import { findEntry } from "@sandglass/signals";
import { decimalsOf, formatNumber, type Language } from "./format.ts";

/** Spellings of the units of the catalogue (UCUM) that people read. */
const DISPLAY: Readonly<Record<string, string>> = {
  Cel: "°C",
  "Cel/s": "°C/s",
  kOhm: "kΩ",
  "Ohm/V": "Ω/V",
  "/min": "r/min",
  "N.m": "N·m",
  deg: "°",
  "1": "",
  V: "V",
  "V/s": "V/s",
};

export function displayUnit(unit: string | null | undefined): string {
  if (unit === null || unit === undefined) return "";
  return Object.hasOwn(DISPLAY, unit) ? DISPLAY[unit] : unit;
}

const SCALES: Readonly<Record<Language, string>> = { en: "× signal scale", zh: "倍信号尺度" };

/** `8 °C`; undefined when there is no margin. Where a condition compares several units, in multiples of the scales of its signals. */
export function describeMargin(
  margin: { readonly value: number; readonly unit?: string | null; readonly normalised?: boolean } | null | undefined,
  language: Language,
): string | undefined {
  // A margin of exactly nothing (an alarm level that was reached) says nothing.
  if (!margin || !Number.isFinite(margin.value) || margin.value === 0) return undefined;
  const unit = margin.normalised === true ? SCALES[language] : displayUnit(margin.unit);
  return `${formatNumber(margin.value, language, 3)}${unit === "" ? "" : ` ${unit}`}`;
}

/** A value of a signal with its unit, or the name of an enumeration's value. */
export function describeValue(signalId: string, value: number | null | undefined, language: Language): string {
  if (value === null || value === undefined) return "–";
  const signal = findEntry(signalId);
  if (!signal) return formatNumber(value, language, 3);
  const named = signal.values?.[value];
  if (named) return named[language];
  if (signal.kind === "event") return language === "zh" ? "发生" : "occurred";
  const decimals = "perUnit" in signal ? decimalsOf(signal.perUnit) : 3;
  return `${formatNumber(value, language, decimals)}${signal.display === "" ? "" : ` ${signal.display}`}`;
}

/** The signal's name in the language; its id when the catalogue does not have it. */
export function signalName(signalId: string, language: Language): string {
  return findEntry(signalId)?.names[language] ?? signalId;
}
