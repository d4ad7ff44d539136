/**
 * The index beside a segment: one fixed record per block, so that a reader finds blocks without parsing them and
 * recovery can tell a complete block from a torn one.
 *
 * Record, little-endian, 40 bytes: offset u64, first seq u64, segment u32, block u32, length u32, rows u32,
 * CRC-32C of the block u32, CRC-32C of the 36 bytes before u32.
 */
import { crc32c } from "@node-rs/crc32";

export const INDEX_RECORD_BYTES = 40;

export interface BlockEntry {
  readonly segment: number;
  /** 0-based number of the block within its segment. */
  readonly block: number;
  /** Where the block starts in the .native file, and its bytes. */
  readonly offset: number;
  readonly length: number;
  readonly rows: number;
  readonly firstSeq: number;
  /** CRC-32C of the block's bytes. */
  readonly crc: number;
}

export function encodeIndexRecord(entry: BlockEntry): Buffer {
  const record = Buffer.alloc(INDEX_RECORD_BYTES);
  record.writeBigUInt64LE(BigInt(entry.offset), 0);
  record.writeBigUInt64LE(BigInt(entry.firstSeq), 8);
  record.writeUInt32LE(entry.segment, 16);
  record.writeUInt32LE(entry.block, 20);
  record.writeUInt32LE(entry.length, 24);
  record.writeUInt32LE(entry.rows, 28);
  record.writeUInt32LE(entry.crc, 32);
  record.writeUInt32LE(crc32c(record.subarray(0, 36)), 36);
  return record;
}

/**
 * The records of an index up to the first that is torn, damaged or does not continue its predecessor.
 * Whatever stands behind that point was never acknowledged or cannot be trusted.
 */
export function decodeIndex(bytes: Buffer, segment: number): BlockEntry[] {
  const entries: BlockEntry[] = [];
  let offset = 0;
  let seq = -1;
  for (let at = 0; at + INDEX_RECORD_BYTES <= bytes.length; at += INDEX_RECORD_BYTES) {
    const record = bytes.subarray(at, at + INDEX_RECORD_BYTES);
    if (record.readUInt32LE(36) !== crc32c(record.subarray(0, 36))) break;
    const entry: BlockEntry = {
      offset: Number(record.readBigUInt64LE(0)),
      firstSeq: Number(record.readBigUInt64LE(8)),
      segment: record.readUInt32LE(16),
      block: record.readUInt32LE(20),
      length: record.readUInt32LE(24),
      rows: record.readUInt32LE(28),
      crc: record.readUInt32LE(32),
    };
    const continues = entry.offset === offset && (seq < 0 || entry.firstSeq === seq);
    if (!continues || entry.segment !== segment || entry.block !== entries.length || entry.rows === 0) break;
    entries.push(entry);
    offset += entry.length;
    seq = entry.firstSeq + entry.rows;
  }
  return entries;
}
