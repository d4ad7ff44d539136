/**
 * Issues what actions of cases call for. Pages are made and stored first; then one transaction writes the row and its
 * ledger leaf, so that a document is there completely or not at all. A repetition after a crash finds what is there.
 */
import { documentContent, type DocumentContent, type Folded, type SandboxProjectData } from "@sandglass/casework";
import { canonicalJson, type JsonValue } from "@sandglass/ledger";
import { sql } from "kysely";
import { createId } from "../access/mod.ts";
import { getMoment, type CaseEngine } from "../cases/mod.ts";
import { appendLeaf } from "../ledger/mod.ts";
import { sha256, type ObjectStore } from "../objects/mod.ts";
import { SYSTEM_DOCUMENTS, type Records, type Tx } from "../records/mod.ts";
import type { StoredFile } from "../records/tables/documents.ts";
import { namesFor, type FindPack, type FindRules } from "./names.ts";
import { LANGUAGES, type Language } from "./render/protocol.ts";
import type { Renderer } from "./render/renderer.ts";

export interface IssuerOptions {
  readonly records: Records;
  readonly engine: CaseEngine;
  readonly objects: ObjectStore;
  readonly renderer: Renderer;
  /** Address of the page that verifies a document. */
  readonly verifyUrl: (id: string) => string;
  readonly findPack: FindPack;
  readonly findRules: FindRules;
}

/** What a case's history calls for and the table does not have. */
interface Missing {
  readonly caseId: string;
  readonly action: string;
  readonly code: string;
}

/** Cases that have fewer documents than their history issued. */
export function findCasesBehind(records: Records): Promise<string[]> {
  return records.transact(
    SYSTEM_DOCUMENTS,
    async (tx) => {
      const rows = await tx
        .selectFrom("cases")
        .select("id")
        .where(
          sql<boolean>`jsonb_array_length(coalesce(folded -> 'documents', '[]')) > (select count(*) from documents d where d.case_id = cases.id)`,
        )
        .execute();
      return rows.map(({ id }) => id);
    },
    { retry: true },
  );
}

/** Issues everything that the case calls for. @returns ids of the new documents */
export async function issueOf(options: IssuerOptions, caseId: string): Promise<string[]> {
  const missing = await options.records.transact(SYSTEM_DOCUMENTS, (tx) => findMissing(tx, caseId), { retry: true });
  const issued: string[] = [];
  for (const each of missing) {
    const id = await issue(options, each);
    if (id !== undefined) issued.push(id);
  }
  return issued;
}

async function findMissing(tx: Tx, caseId: string): Promise<Missing[]> {
  const row = await tx.selectFrom("cases").select("folded").where("id", "=", caseId).executeTakeFirst();
  const called = (row?.folded as Folded | undefined)?.documents ?? [];
  if (called.length === 0) return [];
  const there = await tx.selectFrom("documents").select(["action_id", "code"]).where("case_id", "=", caseId).execute();
  const known = new Set(there.map((each) => `${each.action_id} ${each.code}`));
  return called
    .filter(({ action, code }) => !known.has(`${action} ${code}`))
    .map(({ action, code }) => ({ caseId, action, code }));
}

async function issue(options: IssuerOptions, { caseId, action, code }: Missing): Promise<string | undefined> {
  const { records, objects, renderer } = options;
  const content = await records.transact(SYSTEM_DOCUMENTS, (tx) => contentOf(options, tx, caseId, action, code), {
    retry: true,
  });
  const text = canonicalJson(content as unknown as JsonValue);
  const contentHash = sha256(text);
  const verifyUrl = options.verifyUrl(content.id);
  const files: Partial<Record<Language, StoredFile>> = {};
  for (const language of LANGUAGES) {
    const pdf = await renderer.render({ content, contentHash, verifyUrl, language });
    files[language] = { sha256: await objects.put(pdf), bytes: pdf.length };
  }
  return records.transact(
    SYSTEM_DOCUMENTS,
    async (tx) => {
      const twin = await tx
        .selectFrom("documents")
        .select("id")
        .where("case_id", "=", caseId)
        .where("action_id", "=", action)
        .where("code", "=", code)
        .executeTakeFirst();
      if (twin !== undefined) return undefined;
      const { organisations, regions } = await tx
        .selectFrom("cases")
        .select(["organisations", "regions"])
        .where("id", "=", caseId)
        .executeTakeFirstOrThrow();
      const leaf = await appendLeaf(tx, {
        kind: "document",
        subject: content.id,
        content: {
          number: content.number,
          case: caseId,
          action,
          code,
          content: contentHash,
          files: Object.fromEntries(LANGUAGES.map((language) => [language, files[language]!.sha256])),
        },
        ...(organisations[0] === undefined ? {} : { organisation: organisations[0] }),
        ...(regions[0] === undefined ? {} : { region: regions[0] }),
      });
      await tx
        .insertInto("documents")
        .values({
          id: content.id,
          number: content.number,
          case_id: caseId,
          case_kind: content.case.kind,
          action_id: action,
          code,
          title_en: content.title.en,
          title_zh: content.title.zh,
          issued_at: new Date(content.issuedAt),
          issuer_en: content.issuer.name.en,
          issuer_zh: content.issuer.name.zh,
          content: text,
          content_hash: contentHash,
          files: JSON.stringify(files),
          leaf_id: leaf,
        })
        .execute();
      return content.id;
    },
    { retry: true },
  );
}

async function contentOf(
  { engine, ...find }: IssuerOptions,
  tx: Tx,
  caseId: string,
  actionId: string,
  code: string,
): Promise<DocumentContent> {
  const { kind, action, folded, lifecycle } = await getMoment(engine, tx, caseId, actionId);
  const {
    rows: [{ n }],
  } = await sql<{ n: bigint }>`select nextval('document_numbers') as n`.execute(tx);
  return documentContent({
    id: createId("doc"),
    number: `SG-${new Date(action.at).getUTCFullYear()}-${String(n).padStart(6, "0")}`,
    code,
    caseId,
    caseTitle: engine.typeOf(kind).fieldsOf(folded.data).title,
    lifecycle,
    folded,
    action,
    options: engine.foldOptions,
    nameOf: await namesFor(tx, folded.data as Partial<SandboxProjectData>, action.input, find),
  });
}
