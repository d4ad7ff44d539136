/** Files that belong to records, by the hash of their bytes: what has a hash never changes, and is stored once. */
export interface ObjectStore {
  /** Keeps the bytes. @returns their SHA-256, 64 hex digits: the key */
  put(bytes: Uint8Array): Promise<string>;
  /** @throws SG_OBJECT_MISSING; SG_OBJECT_DAMAGED when the bytes are not those of the key */
  get(key: string): Promise<Uint8Array>;
}

/** SHA-256 as 64 hex digits. */
export function isKey(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}
