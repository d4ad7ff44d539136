/**
 * What a witness decides (C2SP tlog-witness, `add-checkpoint`): it cosigns a checkpoint only when the log signed it and it
 * extends what the witness saw before. The caller keeps the state, and lets one request after the other in.
 */
import { equalBytes, findBase64, toBase64, utf8 } from "./bytes.ts";
import type { VerifySignature } from "./checkpoint.ts";
import { PLAIN_HASHER, type Hasher } from "./hasher.ts";
import { findNote, NOTE_KEY, type CheckpointNote, type VerifierKey } from "./note.ts";
import { refuteConsistency } from "./proof.ts";

/** The last checkpoint that a witness cosigned for a log. */
export interface WitnessedHead {
  readonly size: number;
  readonly root: Uint8Array;
}

export interface AddCheckpoint {
  readonly oldSize: number;
  readonly proof: readonly Uint8Array[];
  readonly note: CheckpointNote;
}

export type WitnessVerdict =
  | { readonly kind: "cosign"; readonly note: CheckpointNote }
  /** With the HTTP status of tlog-witness; `size` = what the witness has seen, where the sender must prove from it. */
  | { readonly kind: "refuse"; readonly status: number; readonly reason: string; readonly size?: number };

/** RFC 6962 proofs between 64-bit sizes have at most 63 hashes. */
const MOST_HASHES = 63;

export function addCheckpointBody(oldSize: number, proof: readonly Uint8Array[], note: string): string {
  return [`old ${oldSize}`, ...proof.map(toBase64), "", note].join("\n");
}

/** Undefined when the text is no request. */
export function findAddCheckpoint(body: string): AddCheckpoint | undefined {
  const end = body.indexOf("\n\n");
  if (end < 0) return undefined;
  const [first, ...hashes] = body.slice(0, end).split("\n");
  const size = /^old (0|[1-9]\d{0,15})$/.exec(first)?.[1];
  const note = findNote(body.slice(end + 2));
  const proof = hashes.flatMap((text) => findBase64(text) ?? []);
  if (size === undefined || note === undefined || hashes.length > MOST_HASHES || proof.length !== hashes.length)
    return undefined;
  return { oldSize: Number(size), proof, note };
}

/**
 * @param keys of all logs that the witness knows; several of one name after a rotation
 * @param seen what it cosigned last for the log of the request
 */
export async function judgeCheckpoint(
  { oldSize, proof, note }: AddCheckpoint,
  keys: readonly VerifierKey[],
  seen: WitnessedHead | undefined,
  verify: VerifySignature,
  hasher: Hasher = PLAIN_HASHER,
): Promise<WitnessVerdict> {
  const refuse = (status: number, reason: string): WitnessVerdict => ({ kind: "refuse", status, reason });
  const known = keys.filter((key) => key.type === NOTE_KEY && key.name === note.origin);
  if (known.length === 0) return refuse(404, "the log is not known here");
  if (!(await isSigned(note, known, verify))) return refuse(403, "no known key of the log signed it");
  if (oldSize > note.size) return refuse(400, "the old size is above the new one");
  const size = seen?.size ?? 0;
  if (oldSize !== size) return { kind: "refuse", status: 409, reason: "another size was seen last", size };
  if (seen === undefined || size === 0) {
    if (proof.length > 0) return refuse(422, "nothing can be proved from an empty tree");
    if (note.size === 0 && !equalBytes(note.root, hasher.empty())) return refuse(422, "not the root of an empty tree");
    return { kind: "cosign", note };
  }
  if (note.size === size && !equalBytes(note.root, seen.root))
    return refuse(409, "another root was seen at this size: the log shows two histories");
  const claim = { size1: BigInt(size), size2: BigInt(note.size), root1: seen.root, root2: note.root, proof };
  const refuted = refuteConsistency(claim, hasher);
  return refuted === undefined ? { kind: "cosign", note } : refuse(422, refuted);
}

async function isSigned(note: CheckpointNote, keys: readonly VerifierKey[], verify: VerifySignature): Promise<boolean> {
  const message = utf8(note.text);
  for (const { name, keyId, signature } of note.signatures)
    for (const key of keys)
      if (key.name === name && key.keyId === keyId && (await verify(key.publicKey, message, signature))) return true;
  return false;
}
