/** Issued reports of programmes: public, whoever asks, because a report carries counts and what the register shows. */
import { PROGRAMME_REPORT, type Text } from "@sandglass/casework";
import type { Tx } from "../../records/mod.ts";

export interface PublishedReport {
  readonly id: string;
  readonly number: string;
  readonly programme: string;
  readonly title: Text;
  readonly issuedAt: number;
}

/** Newest first. For a transaction of the system: row policies show documents to nobody without an account. */
export async function listReports(tx: Tx, limit: number): Promise<readonly PublishedReport[]> {
  const rows = await tx
    .selectFrom("documents")
    .innerJoin("cases", "cases.id", "documents.case_id")
    .select(["documents.id", "number", "item", "cases.title_en", "cases.title_zh", "issued_at"])
    .where("case_kind", "=", PROGRAMME_REPORT.kind)
    .orderBy("documents.ordinal", "desc")
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    number: row.number,
    programme: row.item ?? "",
    title: { en: row.title_en, zh: row.title_zh },
    issuedAt: row.issued_at.getTime(),
  }));
}
