/** The rule packs as the API shows them, and the check of a text that somebody writes. */
import { CATALOGUE } from "@sandglass/signals";
import { allTriggers, compileTriggers, type CompiledTrigger, type TriggerError } from "@sandglass/triggers";
import type { TriggerInfo, TriggerLibrary, TriggerProblem } from "../api/mod.ts";
import type { CompiledPack } from "./rule-packs.ts";

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
    pack,
    sentence: trigger.plain,
    texts: trigger.text,
    inputs: trigger.inputs,
    bytesPerSubject: trigger.bytesPerSubject,
    horizonMs: trigger.horizonMs,
    ...(trigger.basis === undefined ? {} : { basis: trigger.basis.text }),
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

export function createTriggerLibrary(packs: ReadonlyMap<string, CompiledPack>): TriggerLibrary {
  return {
    list: () =>
      [...packs.values()].flatMap(({ pack, set }) =>
        allTriggers(set).map((trigger) => infoOf(trigger, pack.manifest.id)),
      ),
    check: (text) => {
      const result = compileTriggers([{ text }], CATALOGUE);
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
