/**
 * Where the signature block of a frame of edition 2025 is. Bodies are walked by their lengths, without decoding a
 * value; behind a body of unknown length the block is recognised from the end of the data unit.
 */
import { Command, Encryption, findEdition, HEADER_BYTES, MIN_FRAME_BYTES, ResponseFlag } from "../frame.ts";
import { listLength, isGroup, readUnsigned } from "../interpret/decode.ts";
import { findBody, isUserDefined, signatureFromEnd } from "../layout/bodies.ts";
import type { Element } from "../layout/element.ts";
import { findSignatureAlgorithm, type SignatureAlgorithm } from "./codes.ts";

/** A signature block: offsets in the bytes that were searched. */
export interface SignatureBlock {
  /** The type byte FF, or the algorithm byte in an activation message, which has no FF. */
  readonly start: number;
  /** The byte after the block. Bytes between it and the BCC are not covered by anything. */
  readonly end: number;
  readonly hasMarker: boolean;
  /** The code on the wire. */
  readonly algorithmCode: number;
  /** Undefined for reserved codes. */
  readonly algorithm: SignatureAlgorithm | undefined;
  /** Views of the searched bytes. */
  readonly r: Uint8Array;
  readonly s: Uint8Array;
}

/**
 * The signature block of the frame in bytes [from, to): of realtime and re-issued reports and of activation messages.
 * @returns undefined where there is none: other commands, edition 2016, an encrypted or malformed data unit
 */
export function findSignature(bytes: Uint8Array, from = 0, to = bytes.length): SignatureBlock | undefined {
  if (to > bytes.length || to - from < MIN_FRAME_BYTES || findEdition(bytes, from) !== 2025) return undefined;
  const end = to - 1;
  if (bytes[from + 3] !== ResponseFlag.command || bytes[from + 21] !== Encryption.none) return undefined;
  switch (bytes[from + 2]) {
    case Command.realtimeReport:
    case Command.reissuedReport: {
      const marker = findMarker(bytes, from + HEADER_BYTES + 6, end);
      return marker < 0 ? undefined : blockAt(bytes, marker, marker + 1, end);
    }
    case Command.activation: {
      // time 6, chip id 16, key length 2, key, VIN 17
      const keyAt = from + HEADER_BYTES + 24;
      if (keyAt > end) return undefined;
      const at = keyAt + readUnsigned(bytes, keyAt - 2, 2) + 17;
      return at > end ? undefined : blockAt(bytes, at, at, end);
    }
    default:
      return undefined;
  }
}

/** @param start the first byte of the block @param at its algorithm byte */
function blockAt(bytes: Uint8Array, start: number, at: number, end: number): SignatureBlock | undefined {
  if (at + 5 > end) return undefined;
  const rAt = at + 3;
  const rEnd = rAt + readUnsigned(bytes, at + 1, 2);
  if (rEnd + 2 > end) return undefined;
  const sAt = rEnd + 2;
  const sEnd = sAt + readUnsigned(bytes, rEnd, 2);
  if (sEnd > end) return undefined;
  return {
    start,
    end: sEnd,
    hasMarker: at > start,
    algorithmCode: bytes[at],
    algorithm: findSignatureAlgorithm(bytes[at]),
    r: bytes.subarray(rAt, rEnd),
    s: bytes.subarray(sAt, sEnd),
  };
}

/** Offset of the FF that begins the signature block of the items in [at, end); -1 if there is none. */
function findMarker(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end) {
    const type = bytes[at];
    if (type === 0xff) return at;
    const layout = findBody(2025, type);
    if (layout !== undefined) at = skip(bytes, at + 1, end, layout.elements);
    else if (isUserDefined(type)) at = at + 3 > end ? -1 : at + 3 + readUnsigned(bytes, at + 1, 2);
    else return signatureFromEnd(bytes, at + 1, end);
    if (at < 0) return -1;
  }
  return -1;
}

/** The offset after `elements`; -1 where they do not fit before `end`. */
function skip(bytes: Uint8Array, from: number, end: number, elements: readonly Element[]): number {
  let at = from;
  const counts = new Map<string, number>();
  for (const element of elements) {
    switch (element.kind) {
      case "quantity":
      case "code":
      case "view":
        if (at + element.size > end) return -1;
        if (element.kind === "code")
          counts.set(element.name, listLength(readUnsigned(bytes, at, element.size), element.size));
        at += element.size;
        break;
      case "hexWord":
        at += 4;
        break;
      case "list": {
        const count = counts.get(element.count) ?? 0;
        if (isGroup(element.of)) {
          for (let i = 0; i < count && at >= 0; i++) at = skip(bytes, at, end, element.of);
          if (at < 0) return -1;
        } else {
          at += count * (element.of.kind === "hexWord" ? 4 : "size" in element.of ? Number(element.of.size) : 0);
        }
        break;
      }
      default:
        throw new Error(`a body has no ${element.kind}`);
    }
    if (at > end) return -1;
  }
  return at;
}
