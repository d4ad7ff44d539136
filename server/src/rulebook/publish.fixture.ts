/** Publications without the backtest that the product asks for: its report is marked as done. */
import { SUBJECT_KINDS, type SubjectKind } from "@sandglass/signals";
import { person } from "../access/testing.ts";
import type { TestRecords } from "../records/testing.ts";
import { createBacktest } from "./backtests.ts";
import { compileRules } from "./compile.ts";
import { createDraft } from "./drafts.ts";
import { publishDraft } from "./publications.ts";

const AUTHOR = { ...person("SUPERVISOR_ALL", ""), id: "acc_author", account: "author" };
export const PUBLISHER = person("SUPERVISOR_ALL", "");

const compile = (text: string) => compileRules({ sources: [{ text }], regions: [] });

/** @param judged how many of each kind; one of each by default @returns id of the publication */
export async function publish(
  records: TestRecords,
  text: string,
  now: number,
  judged: Readonly<Partial<Record<SubjectKind, number>>> = Object.fromEntries(SUBJECT_KINDS.map((kind) => [kind, 1])),
): Promise<string> {
  const setHash = compile(text).hash;
  const { draft, backtest } = await records.transact(AUTHOR, async (tx) => ({
    draft: await createDraft(tx, AUTHOR, { title: "t", text, setHash }, now),
    backtest: await createBacktest(tx, AUTHOR, { text, regions: [], from: 0, to: 1 }, setHash, now),
  }));
  await records.asSuperuser("update backtests set state = 'done', leaf_id = 'leaf', report = $2 where id = $1", [
    backtest.id,
    JSON.stringify({ data: { judged }, set: { subjects: 1, notRun: [] } }),
  ]);
  const publication = await records.transact(PUBLISHER, (tx) =>
    publishDraft(tx, PUBLISHER, { draft: draft.id, backtest: backtest.id, reason: "because" }, compile, now),
  );
  return publication.id;
}
