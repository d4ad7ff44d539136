/** Documents that cases issue, the check of one that needs no account, and the files that people add. */
import { queryOptions } from "@tanstack/react-query";
import { API_BASE, request, withQuery } from "./client.ts";
import type { ActorRef, Bilingual, Page } from "./shapes/common.ts";

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

export interface Attachment {
  readonly id: string;
  readonly name: string;
  readonly bytes: number;
  readonly at: string;
  readonly sha256: string;
  readonly scannedBy: string | null;
  readonly by: ActorRef;
}

export const attachmentsQuery = (caseId: string) =>
  queryOptions({
    queryKey: ["case", caseId, "attachments"],
    queryFn: async ({ signal }) => (await request<Page<Attachment>>(`/cases/${caseId}/attachments`, { signal })).items,
  });

export function addAttachment(caseId: string, file: File): Promise<Attachment> {
  return request<Attachment>(`/cases/${caseId}/attachments`, {
    method: "POST",
    headers: { "x-file-name": encodeURIComponent(file.name) },
    file,
  });
}

/** An address that opens the file for a minute. */
export function linkToAttachment(id: string): Promise<{ readonly url: string }> {
  return request<{ readonly url: string }>(`/attachments/${id}/link`, { method: "POST" });
}
