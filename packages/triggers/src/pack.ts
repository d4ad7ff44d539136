/**
 * Rule packs: trigger texts with their legal basis, effective dates and tests, as plain files.
 * Reading the files is the caller's business; this module only understands their contents.
 */
import type { CatalogueEntry } from "@sandglass/signals";
import { compileTriggers, type CompileSettings, type TriggerSet, type TriggerSource } from "./set.ts";
import type { TriggerError } from "./lang/source.ts";
import type { TestCase } from "./testing.ts";
import type { ScreeningCase } from "./testing-screening.ts";

export interface PackManifest {
  readonly id: string;
  readonly version: number;
  readonly title: { readonly en: string; readonly zh: string };
  readonly description: { readonly en: string; readonly zh: string };
  /** Where the rules come from. Certainty: F in force, S stated, D draft, M from memory of the text, P proposal of ours. */
  readonly basis: readonly {
    /** English, or a number of a document that is the same in both languages. */
    readonly text: string;
    readonly clause?: string;
    /** The same for readers of Chinese; left out where it is the same. */
    readonly textZh?: string;
    readonly clauseZh?: string;
    readonly certainty: "F" | "S" | "D" | "M" | "P";
  }[];
  /** Dates (YYYY-MM-DD, event time) between which the pack applies; no `to` means until replaced. */
  readonly effective: { readonly from: string; readonly to?: string };
  /** Trigger texts, in order. */
  readonly triggers: readonly string[];
  readonly tests: readonly string[];
}

export interface Pack {
  readonly manifest: PackManifest;
  readonly sources: readonly TriggerSource[];
  readonly tests: readonly TestCase[];
  /** Cases of its conditions over many subjects. */
  readonly screenings: readonly ScreeningCase[];
}

export class PackError extends Error {
  readonly code = "SG_TRIGGER_PACK";
  readonly errors: readonly TriggerError[];
  constructor(message: string, errors: readonly TriggerError[] = []) {
    super(message);
    this.name = "PackError";
    this.errors = errors;
  }
}

/** A pack from its files by name: `pack.json` and what it lists. Throws SG_TRIGGER_PACK. */
export function loadPack(files: Readonly<Record<string, string>>): Pack {
  const read = (name: string): string => {
    const text = Object.hasOwn(files, name) ? files[name] : undefined;
    if (text === undefined) throw new PackError(`the pack has no file ${name}`);
    return text;
  };
  const manifest = parseJson(read("pack.json"), "pack.json") as PackManifest;
  if (
    typeof manifest?.id !== "string" ||
    !Array.isArray(manifest.triggers) ||
    !Array.isArray(manifest.basis) ||
    typeof manifest.effective?.from !== "string"
  ) {
    throw new PackError("pack.json lacks id, triggers, basis or effective.from");
  }
  const sources = manifest.triggers.map((name) => ({ name: `${manifest.id}/${name}`, text: read(name) }));
  const cases = (manifest.tests ?? []).map((name) => {
    const parsed = parseJson(read(name), name) as { tests?: TestCase[]; screenings?: ScreeningCase[] };
    if (!Array.isArray(parsed?.tests)) throw new PackError(`${name} has no list "tests"`);
    return parsed;
  });
  const tests = cases.flatMap((file) => file.tests ?? []);
  const screenings = cases.flatMap((file) => file.screenings ?? []);
  return { manifest, sources, tests, screenings };
}

/** Compiles a pack; throws SG_TRIGGER_PACK with the compile errors. */
export function compilePack(
  pack: Pack,
  catalogue: readonly CatalogueEntry[],
  settings: CompileSettings = {},
): TriggerSet {
  const result = compileTriggers(pack.sources, catalogue, settings);
  if (!result.ok) {
    const first = result.errors[0];
    throw new PackError(
      `pack ${pack.manifest.id} does not compile: ${first?.source}:${first?.line}:${first?.column} ${first?.message}`,
      result.errors,
    );
  }
  return result.set;
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PackError(`${name} is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}
