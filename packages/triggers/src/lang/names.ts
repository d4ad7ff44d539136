/** What a name in a trigger may stand for: catalogue ids, their names in both languages, declared signals. */
import type { CatalogueEntry, TextKind } from "@sandglass/signals";
import { ATTRIBUTES, SUBJECTS } from "./attributes.ts";
import { halfWidth } from "./full-width.ts";
import type { NameIndex } from "./scanner.ts";
import { Regions, type Region } from "./regions.ts";
import { nearest } from "./source.ts";
import { DIMENSIONLESS, parseUnit, type Unit } from "./units.ts";

/** A signal or event as the checker and the engine see it. */
export interface Source {
  readonly id: string;
  readonly kind: "scalar" | "bit" | "list" | "event";
  readonly unit: Unit;
  /** A temperature difference converts without offset. */
  readonly difference: boolean;
  readonly range: readonly [number, number];
  readonly periodMs: number;
  readonly holdMs: number;
  readonly scale: number;
  readonly names: { readonly en: string; readonly zh: string };
  readonly values: Readonly<Record<number, { readonly en: string; readonly zh: string }>> | undefined;
  /** Of a text signal: how its values become numbers. */
  readonly text?: TextKind | undefined;
  /** Only events say it, no frame does. */
  readonly ofEvents?: true;
}

/** A signal or event that a text declares (test cases) or that comes from elsewhere than frames and events. */
export interface SourceSpec {
  readonly id: string;
  /** `event`: has no value between its occurrences. */
  readonly kind: "scalar" | "bit" | "event";
  readonly names: { readonly en: string; readonly zh: string };
  /** UCUM; default "1". */
  readonly unit?: string;
  readonly range?: readonly [number, number];
  /** 0 (default): no fixed period. */
  readonly periodMs?: number;
  /** How long a value holds without a new one; default 3 × the period, without a period until the next one. */
  readonly holdMs?: number;
  readonly scale?: number;
  readonly values?: Source["values"];
  readonly text?: TextKind;
}

/** An event is there for one instant; 1 ms is the shortest that the engine knows. */
const INSTANT_MS = 1;

export function sourceOfSpec(spec: SourceSpec): Source {
  const periodMs = spec.periodMs ?? 0;
  return {
    id: spec.id,
    kind: spec.kind,
    unit: (spec.unit === undefined ? undefined : parseUnit(spec.unit)) ?? DIMENSIONLESS,
    difference: false,
    range: spec.range ?? (spec.kind === "bit" ? [0, 1] : [-Infinity, Infinity]),
    periodMs,
    holdMs: spec.kind === "event" ? INSTANT_MS : (spec.holdMs ?? (periodMs > 0 ? 3 * periodMs : Infinity)),
    scale: spec.scale ?? 1,
    names: spec.names,
    values: spec.values,
    ...(spec.text === undefined ? {} : { text: spec.text }),
  };
}

export function sourceOf(signal: CatalogueEntry): Source {
  if (signal.kind === "event") return { ...sourceOfSpec(signal), ofEvents: true };
  const text = "from" in signal ? signal.from.find((binding) => binding.as !== undefined)?.as : undefined;
  return {
    id: signal.id,
    kind: signal.kind,
    unit: parseUnit(signal.unit) ?? { ...DIMENSIONLESS, code: signal.unit },
    // A derived difference of two temperatures carries the unit Cel but is not on the absolute scale.
    difference: / - /.test(signal.source),
    range: signal.range,
    periodMs: signal.periodMs,
    holdMs: signal.holdMs,
    scale: signal.scale,
    names: signal.names,
    values: signal.values,
    ...(text === undefined ? {} : { text }),
    ...("from" in signal ? { ofEvents: true as const } : {}),
  };
}

const LET = /(?:^|[\s{};])(?:令|let)\s*([^\s=]{1,60})\s*=/gu;
/** Names of parts that one text may introduce. */
const MAX_LETS = 500;
const HAN = /\p{Script=Han}/u;

export class Names implements NameIndex {
  readonly byId = new Map<string, Source>();
  readonly regions: Regions;
  private readonly byAlias = new Map<string, string>();
  private readonly byFirst = new Map<string, string[]>();

  constructor(sources: readonly Source[], regions: readonly Region[] = []) {
    this.regions = new Regions(regions);
    // Scalars win an alias that a list signal shares.
    for (const source of [...sources].sort((a, b) => Number(a.kind === "list") - Number(b.kind === "list")))
      this.add(source);
    // Attributes and kinds of subjects, so that 动力类型属于 is read without a blank, too. They are no signals.
    for (const { zh } of [...ATTRIBUTES, ...SUBJECTS]) for (const name of zh) this.alias(name, name);
  }

  add(source: Source): void {
    if (!this.byId.has(source.id)) this.byId.set(source.id, source);
    for (const alias of [source.names.zh, source.names.en]) this.alias(alias, source.id);
    if (HAN.test(source.id)) this.alias(source.id, source.id);
  }

  /**
   * Makes the names of a text's `let` known before it is parsed: written in Han characters they could not be told from
   * what follows them.
   */
  addLets(text: string): void {
    for (const [, name = ""] of halfWidth(text).matchAll(LET).take(MAX_LETS)) this.alias(name, name);
  }

  /** Makes a spelling known to the scanner. */
  alias(alias: string, id: string): void {
    const key = halfWidth(alias).toLowerCase();
    if (key === "" || this.byAlias.has(key)) return;
    this.byAlias.set(key, id);
    // Identifiers are found by the scanner itself; only names with spaces, Han or other characters need the index.
    if (/^[a-z_][a-z0-9_.]*$/.test(key)) return;
    const first = key[0] as string;
    const list = this.byFirst.get(first) ?? [];
    list.push(key);
    list.sort((a, b) => b.length - a.length);
    this.byFirst.set(first, list);
  }

  match(text: string, at: number): { name: string; end: number } | undefined {
    const first = text[at]?.toLowerCase();
    const candidates = first === undefined ? undefined : this.byFirst.get(first);
    if (candidates === undefined) return undefined;
    for (const key of candidates) {
      const end = at + key.length;
      if (text.slice(at, end).toLowerCase() !== key) continue;
      if (/[a-z0-9_]$/.test(key) && /[A-Za-z0-9_.]/.test(text[end] ?? " ")) continue;
      return { name: text.slice(at, end), end };
    }
    return undefined;
  }

  find(name: string): Source | undefined {
    return this.byId.get(name) ?? this.byId.get(this.byAlias.get(halfWidth(name).toLowerCase()) ?? "");
  }

  nearest(name: string, more: Iterable<string>): string | undefined {
    const han = HAN.test(name);
    const known: string[] = [...more];
    for (const source of this.byId.values()) if (source.kind !== "list") known.push(han ? source.names.zh : source.id);
    const found = nearest(name, known);
    if (found !== undefined || (!name.includes("_") && !name.includes("."))) return found;
    // max_cell_temperature → max_cell_temp: the longest id that shares a beginning of at least six letters
    let best: string | undefined;
    let bestShared = 5;
    for (const id of known) {
      let shared = 0;
      while (shared < id.length && id[shared] === name[shared]) shared++;
      if (shared > bestShared) {
        best = id;
        bestShared = shared;
      }
    }
    return best;
  }
}
