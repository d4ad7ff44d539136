import type { document as zh } from "../zh/document.ts";

export const document: typeof zh = {
  issued: "Documents issued",
  verify: "Verify",
  file: { zh: "PDF, Chinese", en: "PDF, English" },
  verifyTitle: "Verify a document",
  known: "This document was issued by this platform.",
  kind: "Document",
  number: "Number",
  issuer: "Issuer",
  issuedAt: "Issued",
  ledger: "Ledger",
  sequenced: "entry {{index}} of {{size}} signed ones",
  pending: "waits for the next signature",
  contentHash: "SHA-256 of the content",
  checkFile: "Compare a PDF file …",
  checkNote: "The file's hash is worked out in the browser; nothing is uploaded.",
  same: "{{name}} is exactly the file that was issued ({{language}}).",
  other: "{{name}} is not the file that was issued: it was changed, or belongs to another document.",
};
