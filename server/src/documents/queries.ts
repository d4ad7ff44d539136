/** Issued documents as rows. Row policies decide which exist for an actor: those of the cases that he may see. */
import type { DocumentContent, Text } from "@sandglass/casework";
import type { Selectable } from "kysely";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import type { Tx } from "../records/mod.ts";
import type { DocumentTable, StoredFile } from "../records/tables/documents.ts";
import type { Language } from "./render/protocol.ts";

export interface IssuedDocument {
  readonly id: string;
  readonly ordinal: bigint;
  readonly number: string;
  readonly caseId: string;
  readonly caseKind: string;
  readonly action: string;
  readonly code: string;
  readonly title: Text;
  readonly issuer: Text;
  /** UTC ms. */
  readonly issuedAt: number;
  readonly content: DocumentContent;
  /** SHA-256 of the canonical JSON (RFC 8785) of `content`. */
  readonly contentHash: string;
  readonly files: { readonly [Each in Language]: StoredFile };
  readonly leaf: string;
}

export interface DocumentFilter {
  readonly caseId?: string | undefined;
  readonly code?: string | undefined;
  readonly limit: number;
  readonly below?: bigint | undefined;
}

export async function findDocuments(tx: Tx, { caseId, code, limit, below }: DocumentFilter): Promise<IssuedDocument[]> {
  let query = tx.selectFrom("documents").selectAll().orderBy("ordinal", "desc").limit(limit);
  if (caseId !== undefined) query = query.where("case_id", "=", caseId);
  if (code !== undefined) query = query.where("code", "=", code);
  if (below !== undefined) query = query.where("ordinal", "<", below);
  return (await query.execute()).map(toDocument);
}

export async function findDocument(tx: Tx, id: string): Promise<IssuedDocument | undefined> {
  const row = await tx.selectFrom("documents").selectAll().where("id", "=", id).executeTakeFirst();
  return row && toDocument(row);
}

/** @throws SG_NOT_FOUND also when it is hidden from the actor */
export async function getDocument(tx: Tx, id: string): Promise<IssuedDocument> {
  const found = await findDocument(tx, id);
  if (found === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: "document", id });
  return found;
}

function toDocument(row: Selectable<DocumentTable>): IssuedDocument {
  return {
    id: row.id,
    ordinal: row.ordinal,
    number: row.number,
    caseId: row.case_id,
    caseKind: row.case_kind,
    action: row.action_id,
    code: row.code,
    title: { en: row.title_en, zh: row.title_zh },
    issuer: { en: row.issuer_en, zh: row.issuer_zh },
    issuedAt: row.issued_at.getTime(),
    content: row.content as DocumentContent,
    contentHash: row.content_hash,
    files: row.files,
    leaf: row.leaf_id,
  };
}
