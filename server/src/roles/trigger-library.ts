/** The rule packs as the API shows them, and the check of a text that somebody writes. */
import { CATALOGUE } from "@sandglass/signals";
import { allTriggers, compileTriggers, type CompiledTrigger } from "@sandglass/triggers";
import type { TriggerInfo, TriggerLibrary } from "../api/mod.ts";
import type { CompiledPack } from "./rule-packs.ts";

const NO_TRIGGER = {
  code: "SG_TRIGGER_EMPTY",
  message: "the text holds no trigger",
  messageZh: "文本中没有触发器",
  line: 1,
  column: 1,
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
    text: trigger.text.en,
    inputs: trigger.inputs,
    ...(trigger.basis === undefined ? {} : { basis: trigger.basis.text }),
    ...(trigger.basis?.certainty === undefined ? {} : { certainty: trigger.basis.certainty }),
    ...(trigger.effective === undefined ? {} : { effectiveFrom: trigger.effective.from }),
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
        };
      return {
        ok: false,
        errors: result.errors.map((error) => ({
          code: error.code,
          message: error.message,
          messageZh: error.messageZh,
          line: error.line,
          column: error.column,
          ...(error.suggestion === undefined ? {} : { suggestion: error.suggestion }),
        })),
      };
    },
  };
}
