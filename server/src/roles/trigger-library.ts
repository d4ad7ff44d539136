/** The rule packs as the API shows them, and the check of a text that somebody writes. */
import { CATALOGUE } from "@sandglass/signals";
import {
  allTriggers,
  compileTriggers,
  type CompiledTrigger,
  type Region,
  type TriggerError,
  type TriggerSet,
} from "@sandglass/triggers";
import type { TriggerInfo, TriggerLibrary, TriggerProblem } from "../api/mod.ts";
import type { Actor } from "../records/mod.ts";

const NO_TRIGGER = {
  code: "SG_TRIGGER_EMPTY",
  message: "the text holds no trigger",
  messageZh: "文本中没有触发器",
  line: 1,
  column: 1,
  start: 0,
  end: 0,
  suggestion: 'trigger MY-1 version 1 "Title" { when soc < 10 % for 1 min ; severity 1 ; }',
};

function infoOf(trigger: CompiledTrigger, pack: string): TriggerInfo {
  return {
    id: trigger.id,
    version: trigger.version,
    versionHash: trigger.versionHash,
    title: trigger.title,
    levels: trigger.levels,
    effect: trigger.effect,
    pack,
    sentence: trigger.plain,
    texts: trigger.text,
    inputs: trigger.inputs,
    bytesPerSubject: trigger.bytesPerSubject,
    horizonMs: trigger.horizonMs,
    ...(trigger.basis === undefined ? {} : { basis: trigger.basis.text }),
    ...(trigger.basis?.zh === undefined ? {} : { basisZh: trigger.basis.zh }),
    ...(trigger.basis?.certainty === undefined ? {} : { certainty: trigger.basis.certainty }),
    ...(trigger.effective === undefined ? {} : { effectiveFrom: trigger.effective.from }),
    ...(trigger.effective?.to === undefined ? {} : { effectiveTo: trigger.effective.to }),
  };
}

function problemOf(error: TriggerError): TriggerProblem {
  const { code, message, messageZh, line, column, start, end, suggestion, suggestionZh } = error;
  return {
    code,
    message,
    messageZh,
    line,
    column,
    start,
    end,
    ...(suggestion === undefined ? {} : { suggestion }),
    ...(suggestionZh === undefined ? {} : { suggestionZh }),
  };
}

export interface LibrarySources {
  /** Packs of the program. */
  readonly packs: ReadonlyMap<string, { readonly set: TriggerSet }>;
  /** Packs that somebody installed, and forks: they stand before those of the program. */
  readonly known?: () => readonly { readonly id: string; readonly set: TriggerSet; readonly installed: boolean }[];
  /** Regions that a text of the actor may name. */
  readonly regions?: (actor: Actor | undefined) => readonly Region[];
}

export function createTriggerLibrary({ packs, known, regions }: LibrarySources): TriggerLibrary {
  return {
    list: () => {
      const own = (known?.() ?? []).filter(({ installed }) => installed);
      const sets = new Map([...packs, ...own.map((each) => [each.id, each] as const)]);
      return [...sets].flatMap(([id, { set }]) => allTriggers(set).map((trigger) => infoOf(trigger, id)));
    },
    check: (text, actor) => {
      const result = compileTriggers([{ text }], CATALOGUE, { regions: regions?.(actor) ?? [] });
      if (result.ok && allTriggers(result.set).length === 0) return { ok: false, errors: [NO_TRIGGER] };
      if (result.ok)
        return {
          ok: true,
          hash: result.set.hash,
          triggers: allTriggers(result.set).map((trigger) => infoOf(trigger, "")),
          warnings: result.set.warnings.map(problemOf),
        };
      return { ok: false, errors: result.errors.map(problemOf) };
    },
  };
}
