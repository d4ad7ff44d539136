/** Files that people add to cases. */
export { Attachments, type Attachment, type AttachmentsOptions } from "./attachments.ts";
export { attachmentRoutes, fileRoutes } from "./routes.ts";
export { ClamdScanner, type Scanner } from "./scan.ts";
