/** What the server and the process that lays pages out say to each other. */
import type { DocumentContent } from "@sandglass/casework";

export const LANGUAGES = ["zh", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

export interface RenderRequest {
  readonly job: number;
  readonly content: DocumentContent;
  readonly contentHash: string;
  /** Address of the page that verifies the document; printed, and in the QR code. */
  readonly verifyUrl: string;
  readonly language: Language;
}

export type RenderAnswer =
  | { readonly job: number; readonly pdf: Uint8Array }
  | { readonly job: number; readonly error: string };
