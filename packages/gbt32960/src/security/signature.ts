/** Signatures of frames: which bytes are signed, checking them, putting them in. */
import { CodecError } from "../errors.ts";
import { checkFrame, Command, Encryption, findEdition, HEADER_BYTES, ResponseFlag } from "../frame.ts";
import { SIGNATURE_CODES, type SignatureBoundary } from "./codes.ts";
import { findSignature, type SignatureBlock } from "./locate.ts";
import type { SignatureValue, SignatureVerifier, Signer } from "./ports.ts";
import { frameWith } from "./unit.ts";

/**
 * The signed bytes of a frame: from the first byte of its data unit (the collection time) up to the signature
 * information (GB/T 32960.3-2025 §7.2.1). A view of `bytes`.
 * @param from where the frame begins in `bytes`
 */
export function signedBytes(
  bytes: Uint8Array,
  block: SignatureBlock,
  boundary: SignatureBoundary = "beforeMarker",
  from = 0,
): Uint8Array {
  const marker = boundary === "withMarker" && block.hasMarker ? 1 : 0;
  return bytes.subarray(from + HEADER_BYTES, block.start + marker);
}

/**
 * - `unsigned`: there is no signature block (also for encrypted frames: decrypt first)
 * - `valid`, `invalid`: what the verifier says
 * - `unsupported`: a reserved algorithm, or one that the verifier does not know
 */
export type SignatureOutcome = "unsigned" | "valid" | "invalid" | "unsupported";

/** Checks the signature of the frame in bytes [from, to) with the vehicle's public key. */
export function verifySignature(
  bytes: Uint8Array,
  publicKey: Uint8Array,
  verifier: SignatureVerifier,
  boundary: SignatureBoundary = "beforeMarker",
  from = 0,
  to = bytes.length,
): SignatureOutcome {
  const block = findSignature(bytes, from, to);
  if (block === undefined) return "unsigned";
  const { algorithm, r, s } = block;
  if (algorithm === undefined || !verifier.supports(algorithm)) return "unsupported";
  const data = signedBytes(bytes, block, boundary, from);
  return verifier.verify({ algorithm, data, r, s, publicKey }) ? "valid" : "invalid";
}

/**
 * The frame with this signature: in place of the one that it has, else after its last item. Length and BCC are put
 * right; every other byte stays, also bytes after an old signature.
 * @throws CodecError SG_FRAME_* for what is no frame, SG_MESSAGE_INVALID for a frame that carries no signature
 */
export function putSignature(frame: Uint8Array, algorithmCode: number, value: SignatureValue): Uint8Array {
  checkSignable(frame);
  const old = findSignature(frame);
  const end = frame.length - 1;
  if (old === undefined && frame[2] === Command.activation)
    return frameWith(frame, activationUnit(frame, algorithmCode, value));
  const start = old?.start ?? end;
  const head = frame.subarray(HEADER_BYTES, start);
  const marker = old === undefined || old.hasMarker ? [0xff] : [];
  const tail = frame.subarray(old?.end ?? end, end);
  return frameWith(frame, concat([head, Uint8Array.from(marker), blockBytes(algorithmCode, value), tail]));
}

/**
 * The frame signed by `signer`: an old signature is replaced.
 * @throws CodecError as `putSignature`
 */
export function signFrame(frame: Uint8Array, signer: Signer, boundary: SignatureBoundary = "beforeMarker"): Uint8Array {
  const code = SIGNATURE_CODES[signer.algorithm];
  // The signed bytes end before the block, so an empty signature in its place shows them.
  const empty = new Uint8Array(0);
  const prepared = putSignature(frame, code, { r: empty, s: empty });
  const block = findSignature(prepared);
  if (block === undefined) throw new CodecError("SG_MESSAGE_INVALID", "the items before the signature are malformed");
  return putSignature(prepared, code, signer.sign(signedBytes(prepared, block, boundary).slice()));
}

function checkSignable(frame: Uint8Array): void {
  checkFrame(frame);
  const command = frame[2];
  const signable =
    command === Command.realtimeReport || command === Command.reissuedReport || command === Command.activation;
  if (findEdition(frame, 0) !== 2025 || !signable || frame[3] !== ResponseFlag.command)
    throw new CodecError("SG_MESSAGE_INVALID", "only reports and activations of edition 2025 carry a signature");
  if (frame[21] !== Encryption.none) throw new CodecError("SG_MESSAGE_INVALID", "sign first, then encrypt");
}

/** The data unit of an activation message that ends after its VIN. */
function activationUnit(frame: Uint8Array, algorithmCode: number, value: SignatureValue): Uint8Array {
  return concat([frame.subarray(HEADER_BYTES, frame.length - 1), blockBytes(algorithmCode, value)]);
}

/** Algorithm, R length, R, S length, S. */
function blockBytes(algorithmCode: number, { r, s }: SignatureValue): Uint8Array {
  const size = (bytes: Uint8Array) => {
    if (bytes.length > 0xffff) throw new CodecError("SG_MESSAGE_INVALID", `a signature of ${bytes.length} bytes`);
    return Uint8Array.of(bytes.length >>> 8, bytes.length);
  };
  return concat([Uint8Array.of(algorithmCode), size(r), r, size(s), s]);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
