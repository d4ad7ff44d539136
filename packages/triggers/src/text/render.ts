/** Renderings of a compiled trigger. */
import type { CompiledTrigger } from "../set.ts";
import type { Language } from "./format.ts";

/** One plain sentence: when it fires, at what level, when it clears. */
export function describeTrigger(trigger: CompiledTrigger, language: Language): string {
  return trigger.plain[language];
}

/** Canonical text; compiling it gives the same version hash. */
export function formatTrigger(trigger: CompiledTrigger, language: Language): string {
  return trigger.text[language];
}

/** What a firing of this level does to a sandbox project that carries the trigger. */
export function effectAt(trigger: CompiledTrigger, level: number): CompiledTrigger["effect"] {
  let effect = trigger.effect;
  let best = 0;
  for (const [at, named] of Object.entries(trigger.effects)) {
    if (Number(at) <= level && Number(at) > best) {
      best = Number(at);
      effect = named;
    }
  }
  return effect;
}
