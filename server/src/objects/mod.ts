/** Files that belong to records: documents and attachments. */
export { DiskStore, sha256 } from "./disk-store.ts";
export type { ObjectStore } from "./object-store.ts";
