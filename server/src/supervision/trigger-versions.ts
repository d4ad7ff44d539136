/** Keeps every trigger version that watched anything, as people read it: findings must stay explainable for years. */
import type { Tx } from "../records/mod.ts";
import { BREACH, type Watch } from "./watch.ts";

export async function saveTriggerVersions(tx: Tx, watches: readonly Pick<Watch, "set">[]): Promise<void> {
  const rows = [
    {
      version_hash: BREACH.versionHash,
      trigger_id: BREACH.id,
      version: BREACH.version,
      title_en: BREACH.title.en,
      title_zh: BREACH.title.zh,
      basis: null,
      basis_zh: null,
      level_min: BREACH.level,
      level_max: BREACH.level,
      text_en: BREACH.text.en,
      text_zh: BREACH.text.zh,
      sentence_en: BREACH.plain.en,
      sentence_zh: BREACH.plain.zh,
      inputs: JSON.stringify(["speed"]),
      set_hash: "",
      certainty: null,
      effective_from: null,
      effective_to: null,
    },
    ...watches.flatMap(({ set }) =>
      (set?.triggers ?? []).map((trigger) => ({
        version_hash: trigger.versionHash,
        trigger_id: trigger.id,
        version: trigger.version,
        title_en: trigger.title.en,
        title_zh: trigger.title.zh,
        basis: trigger.basis?.text ?? null,
        basis_zh: trigger.basis?.zh ?? null,
        level_min: trigger.levels[0] ?? 1,
        level_max: trigger.levels.at(-1) ?? 1,
        text_en: trigger.text.en,
        text_zh: trigger.text.zh,
        sentence_en: trigger.plain.en,
        sentence_zh: trigger.plain.zh,
        inputs: JSON.stringify(trigger.inputs),
        set_hash: set?.hash ?? "",
        certainty: trigger.basis?.certainty ?? null,
        effective_from: trigger.effective?.from ?? null,
        effective_to: trigger.effective?.to ?? null,
      })),
    ),
  ];
  const unique = [...new Map(rows.map((row) => [row.version_hash, row])).values()];
  await tx
    .insertInto("trigger_versions")
    .values(unique)
    // What a version said when it watched stays as it was written.
    .onConflict((conflict) => conflict.column("version_hash").doNothing())
    .execute();
}
