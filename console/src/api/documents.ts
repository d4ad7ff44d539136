/** Documents that cases issue, and the check of one that needs no account. */
import { queryOptions } from "@tanstack/react-query";
import { API_BASE, request, withQuery } from "./client.ts";
import type { Bilingual, Page } from "./types.ts";

export const DOCUMENT_LANGUAGES = ["zh", "en"] as const;
export type DocumentLanguage = (typeof DOCUMENT_LANGUAGES)[number];

interface StoredFile {
  readonly sha256: string;
  readonly bytes: number;
}

interface DocumentShort {
  readonly id: string;
  readonly number: string;
  readonly code: string;
  readonly title: Bilingual;
  readonly issuer: Bilingual;
  readonly issuedAt: string;
  readonly contentHash: string;
  readonly files: { readonly [Each in DocumentLanguage]: StoredFile };
}

export interface VerifiedDocument extends DocumentShort {
  readonly leaf: string;
  readonly proof: { readonly index: number; readonly size: number; readonly signedAt: string } | null;
}

export const documentsOfCaseQuery = (caseId: string) =>
  queryOptions({
    queryKey: ["case", caseId, "documents"],
    queryFn: async ({ signal }) =>
      (await request<Page<DocumentShort>>(withQuery("/documents", { case: caseId, limit: 100 }), { signal })).items,
  });

export const verificationQuery = (id: string) =>
  queryOptions({
    queryKey: ["verify", id],
    queryFn: ({ signal }) => request<VerifiedDocument>(`/verify/${encodeURIComponent(id)}`, { signal }),
    retry: false,
  });

/** Address of the pages of a document. */
export function documentFile(id: string, language: DocumentLanguage): string {
  return `${API_BASE}${withQuery(`/documents/${id}/file`, { language })}`;
}
