/** Files that belong to records: documents and attachments. */
export { DiskStore } from "./disk-store.ts";
export { sha256 } from "./hash.ts";
export { isKey, type ObjectStore } from "./object-store.ts";
export { openObjectStore, type ObjectStoreOptions } from "./open.ts";
export { S3Store, type S3Options } from "./s3-store.ts";
