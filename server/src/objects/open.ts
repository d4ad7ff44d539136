/** The store that the configuration names: a folder of the data folder, or a bucket. */
import { join } from "node:path";
import { DiskStore } from "./disk-store.ts";
import type { ObjectStore } from "./object-store.ts";
import { S3Store } from "./s3-store.ts";

export interface ObjectStoreOptions {
  /** Data folder. */
  readonly data: string;
  /** Address of a bucket; empty = on this disk. */
  readonly objectsUrl: string;
  readonly objectsRegion: string;
  readonly objectsAccessKey: string;
  readonly objectsSecretKey: string;
}

export function openObjectStore(options: ObjectStoreOptions): ObjectStore {
  if (options.objectsUrl === "") return new DiskStore(join(options.data, "objects"));
  return new S3Store({
    url: options.objectsUrl,
    region: options.objectsRegion,
    accessKeyId: options.objectsAccessKey,
    secretAccessKey: options.objectsSecretKey,
  });
}
