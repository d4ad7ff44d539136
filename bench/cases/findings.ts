/** Findings of the seeded vehicles: 80,645 open ones of a million, and as many again that have ended. */
import type { Client } from "pg";

/** No vehicle here has an open finding: the last of the 31 provinces. */
export const CALM_PROVINCE = "410000";
/** Nor has any of this model, a fortieth of all. */
export const CALM_MODEL = "A39";

/** Every twelfth vehicle outside of the calm province has one, in no order of keys; every sixth had one. @returns how many */
export async function seedFindings(client: Client): Promise<number> {
  await client.query(
    `insert into trigger_versions (version_hash, trigger_id, version, title_en, title_zh, level_min, level_max, text_en, text_zh, sentence_en, sentence_zh, inputs, set_hash)
     values ('bench', 'BENCH', 1, 'Bench', '测试', 1, 4, '', '', '', '', '[]', '') on conflict do nothing`,
  );
  const { rowCount } = await client.query(
    `insert into findings (id, trigger_id, version, version_hash, level, status, vehicle, assurance, onset, condition_since, onset_observed, witnesses, seq, detected_at, evidence_from, evidence_to, cleared_at, confirmed, evidence_copied_at)
     select 'fnd_' || lpad(key::text, 13, '0'), 'BENCH', 1, 'bench', 1 + key % 7 / 2, case when key % 12 = 0 then 'firing' else 'cleared' end,
       key, 1, now(), now(), true, '[]', 1, now(), now(), now(), case when key % 12 = 0 then null else now() end, true, now()
     from vehicles where key % 6 = 0 and left(region, 2) <> left($1, 2) order by hashint8(key)`,
    [CALM_PROVINCE],
  );
  return rowCount ?? 0;
}
