/** Names of the records that a case speaks of by id: what its fields hold and what was entered with its actions. */
import type { Text } from "@sandglass/casework";
import { personNames } from "../../access/mod.ts";
import type { Tx } from "../../records/mod.ts";
import { subjectNames } from "./subject-names.ts";

/** So many are named; of a larger list the others stand by their ids. */
const NAMED_AT_MOST = 500;
const SUBJECT_IDS = /\b(?:veh|sub)_[0-9a-hjkmnp-tv-z]{13}\b/g;
const FINDING_IDS = /\bfnd_[0-9a-hjkmnp-tv-z]{26}\b/g;
const CASE_IDS = /\b[a-z]{3}_[0-9a-hjkmnp-tv-z]{20}\b/g;

/**
 * Vehicles and services by masked VIN or name, cases and findings by their titles, complaints by what they are about, experts by
 * name. Whoever asks may not see every one of them: what the row policies keep back has no name.
 * @param said JSON, without what the reader's role may not read
 */
export async function referenceNames(tx: Tx, said: unknown): Promise<Readonly<Record<string, Text>>> {
  const text = JSON.stringify(said) ?? "";
  const idsIn = (form: RegExp): string[] => [...new Set(text.match(form))].slice(0, NAMED_AT_MOST);
  const cases = idsIn(CASE_IDS);
  const titles =
    cases.length === 0
      ? []
      : await tx.selectFrom("cases").select(["id", "title_en", "title_zh"]).where("id", "in", cases).execute();
  const findings = await findingTitles(tx, idsIn(FINDING_IDS));
  const complaints = await complaintSubjects(
    tx,
    cases.filter((id) => id.startsWith("cmp_")),
  );
  const subjects = await subjectNames(tx, idsIn(SUBJECT_IDS));
  const persons = await personNames(
    tx,
    cases.filter((id) => id.startsWith("acc_")),
  );
  return Object.fromEntries([
    ...[...subjects, ...persons].map(([id, name]): [string, Text] => [id, { en: name, zh: name }]),
    ...[...titles, ...findings].map(({ id, title_en: en, title_zh: zh }): [string, Text] => [id, { en, zh }]),
    ...complaints.map(({ id, subject }): [string, Text] => [id, { en: subject, zh: subject }]),
  ]);
}

async function findingTitles(tx: Tx, ids: readonly string[]) {
  if (ids.length === 0) return [];
  return tx
    .selectFrom("findings")
    .innerJoin("trigger_versions", "trigger_versions.version_hash", "findings.version_hash")
    .select(["findings.id", "trigger_versions.title_en", "trigger_versions.title_zh"])
    .where("findings.id", "in", ids)
    .execute();
}

async function complaintSubjects(tx: Tx, ids: readonly string[]) {
  if (ids.length === 0) return [];
  return tx.selectFrom("public_complaints").select(["id", "subject"]).where("id", "in", ids).execute();
}
