/** Numbers, units, durations and instants as people read them. Pure: language and zone are parameters. */
export type Language = "zh" | "en";

/** The zone in which times are shown. */
export const ZONE = "Asia/Shanghai";

const LOCALES = { zh: "zh-CN", en: "en-GB" } as const;
const numberFormats = new Map<string, Intl.NumberFormat>();

/** A number with grouping and at most `digits` decimals. */
export function formatNumber(value: number, language: Language, digits = 0): string {
  const key = `${language}:${digits}`;
  let format = numberFormats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(LOCALES[language], { maximumFractionDigits: digits });
    numberFormats.set(key, format);
  }
  return format.format(value);
}

/** Decimals that a signal's resolution allows: perUnit 10 → 1, 1000 → 3. */
export function decimalsOf(perUnit: number): number {
  return Math.max(0, Math.min(6, Math.round(Math.log10(perUnit))));
}

const parts = new Intl.DateTimeFormat("en-GB", {
  timeZone: ZONE,
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

interface Clock {
  year: string;
  month: string;
  day: string;
  hour: string;
  minute: string;
  second: string;
}

function clockOf(ms: number): Clock {
  const clock: Clock = { year: "", month: "", day: "", hour: "", minute: "", second: "" };
  for (const part of parts.formatToParts(ms)) {
    if (part.type in clock) clock[part.type as keyof Clock] = part.value;
  }
  return clock;
}

/** `2026-11-21` in the shown zone. */
export function formatDate(ms: number): string {
  const c = clockOf(ms);
  return `${c.year}-${c.month}-${c.day}`;
}

/** `14:08:32` in the shown zone. */
export function formatTime(ms: number): string {
  const c = clockOf(ms);
  return `${c.hour}:${c.minute}:${c.second}`;
}

/** `14:08` in the shown zone. */
export function formatMinute(ms: number): string {
  const c = clockOf(ms);
  return `${c.hour}:${c.minute}`;
}

/** `2026-11-21 14:08:32` in the shown zone. */
export function formatInstant(ms: number): string {
  return `${formatDate(ms)} ${formatTime(ms)}`;
}

/** `11-21 14:08` in the shown zone. */
export function formatShort(ms: number): string {
  const c = clockOf(ms);
  return `${c.month}-${c.day} ${c.hour}:${c.minute}`;
}

/** Milliseconds of an RFC 3339 text; undefined when there is none. */
export function parseTime(value: string | null | undefined): number | undefined {
  if (value === null || value === undefined) return undefined;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? undefined : ms;
}

/** The instant of an RFC 3339 text in the shown zone; `none` where there is none. */
export function formatWhen(text: string | null | undefined, none = "–"): string {
  const ms = parseTime(text);
  return ms === undefined ? none : formatInstant(ms);
}

const UNITS = {
  zh: { d: " 天", h: " 小时", min: " 分", s: " 秒", ms: " 毫秒" },
  en: { d: " d", h: " h", min: " min", s: " s", ms: " ms" },
} as const;

/** The two largest parts of a duration: `6 分 16 秒`, `2 d 4 h`. Sign is dropped. */
export function formatDuration(ms: number, language: Language): string {
  const u = UNITS[language];
  const total = Math.abs(ms);
  if (total < 1000) return `${Math.round(total)}${u.ms}`;
  const seconds = Math.floor(total / 1000);
  if (seconds < 60) return `${total < 10_000 && total % 1000 !== 0 ? (total / 1000).toFixed(1) : seconds}${u.s}`;
  const pairs: readonly (readonly [number, string])[] = [
    [Math.floor(seconds / 86_400), u.d],
    [Math.floor(seconds / 3600) % 24, u.h],
    [Math.floor(seconds / 60) % 60, u.min],
    [seconds % 60, u.s],
  ];
  const first = pairs.findIndex(([count]) => count > 0);
  return pairs
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count}${unit}`)
    .join(" ");
}

/** Age as a clock, like the alarm lists of control rooms: `00:41`, `26:03`, then `3 h`, `2 d`. */
export function formatAge(ms: number, language: Language): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds >= 3600)
    return formatDuration(seconds >= 86_400 ? seconds * 1000 : Math.floor(seconds / 60) * 60_000, language);
  return `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Size of data: `12.4 KB`. */
export function formatBytes(bytes: number, language: Language): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${formatNumber(value, language, unit === 0 ? 0 : 1)} ${units[unit]}`;
}

/** `0x02`. */
export function formatCommand(command: number): string {
  return `0x${command.toString(16).toUpperCase().padStart(2, "0")}`;
}

/** First 10 and last 6 characters of a long hash. */
export function shortHash(hash: string): string {
  return hash.length <= 18 ? hash : `${hash.slice(0, 10)}…${hash.slice(-6)}`;
}
