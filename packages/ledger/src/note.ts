/**
 * Signed notes, checkpoints and cosignatures as transparency logs exchange them: C2SP signed-note, tlog-checkpoint and
 * tlog-cosignature (Ed25519). A witness that is somebody else's reads and signs this form, not that of checkpoint.ts.
 *
 *     sandglass/149bbc2d1956393f              origin
 *     42                                      size
 *     CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MP…     root, base64
 *
 *     — sandglass/149bbc2d1956393f Az3grl…    name, base64(key id ‖ signature)
 */
import { findBase64, fromHex, joined, toBase64, toHex, utf8 } from "./bytes.ts";
import { PUBLIC_KEY_BYTES, SIGNATURE_BYTES, type Sign, type VerifySignature } from "./checkpoint.ts";
import { HASH_BYTES, PLAIN_HASHER, type Hasher } from "./hasher.ts";

/** Signature type of an Ed25519 key that signs notes, and of one that cosigns them. */
export const NOTE_KEY = 0x01;
export const COSIGNATURE_KEY = 0x04;
export type NoteKeyType = typeof NOTE_KEY | typeof COSIGNATURE_KEY;

/** Whose signatures one accepts: `name+<key id, hex>+<base64(type ‖ key)>` as text. */
export interface VerifierKey {
  readonly name: string;
  readonly type: NoteKeyType;
  /** Four bytes, hex: of name, type and key. */
  readonly keyId: string;
  readonly publicKey: Uint8Array;
}

export interface NoteSignature {
  readonly name: string;
  /** Four bytes, hex. */
  readonly keyId: string;
  readonly signature: Uint8Array;
}

export interface TreeHead {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
}

export interface CheckpointNote extends TreeHead {
  /** The signed text, its last newline included. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

export interface Cosignature {
  /** Seconds since 1970. */
  readonly time: number;
  /** 64 bytes. */
  readonly signature: Uint8Array;
}

const ID_BYTES = 4;
const TIME_BYTES = 8;
const MARK = "— ";

export function verifierKey(
  name: string,
  type: NoteKeyType,
  publicKey: Uint8Array,
  hasher: Hasher = PLAIN_HASHER,
): VerifierKey {
  const digest = hasher.digest(joined(utf8(`${name}\n`), Uint8Array.of(type), publicKey));
  return { name, type, keyId: toHex(digest.subarray(0, ID_BYTES)), publicKey };
}

export function formatVerifierKey({ name, type, keyId, publicKey }: VerifierKey): string {
  return `${name}+${keyId}+${toBase64(joined(Uint8Array.of(type), publicKey))}`;
}

/** Undefined for a text that is none, also when its key id does not fit name and key. */
export function findVerifierKey(text: string, hasher: Hasher = PLAIN_HASHER): VerifierKey | undefined {
  const [name, keyId, ...rest] = text.split("+");
  const bytes = findBase64(rest.join("+"));
  if (!isName(name) || bytes?.length !== 1 + PUBLIC_KEY_BYTES) return undefined;
  const [type] = bytes;
  if (type !== NOTE_KEY && type !== COSIGNATURE_KEY) return undefined;
  const key = verifierKey(name, type, bytes.slice(1), hasher);
  return key.keyId === keyId ? key : undefined;
}

/** Names and origins: not empty, without spaces and plus signs (C2SP signed-note). */
export function isName(text: string): boolean {
  return text !== "" && !/[\s+]/u.test(text);
}

/** The text that log and witnesses sign. */
export function noteText({ origin, size, root }: TreeHead): string {
  return `${origin}\n${size}\n${toBase64(root)}\n`;
}

export function signatureLine({ name, keyId }: Pick<VerifierKey, "name" | "keyId">, signature: Uint8Array): string {
  return `${MARK}${name} ${toBase64(joined(fromHex(keyId), signature))}\n`;
}

/** A note signed by the log itself. */
export async function signNote(head: TreeHead, key: VerifierKey, sign: Sign): Promise<string> {
  const text = noteText(head);
  return `${text}\n${signatureLine(key, await sign(utf8(text)))}`;
}

/** Undefined for anything that is no checkpoint note. Extension lines are kept in `text`. */
export function findNote(note: string): CheckpointNote | undefined {
  const end = note.lastIndexOf("\n\n");
  if (end < 0 || !note.endsWith("\n")) return undefined;
  const text = note.slice(0, end + 1);
  const [origin, size, root, ...extensions] = text.slice(0, -1).split("\n");
  const rootBytes = root === undefined ? undefined : findBase64(root);
  if (!origin || !/^(0|[1-9]\d{0,15})$/.test(size) || rootBytes?.length !== HASH_BYTES) return undefined;
  if (!Number.isSafeInteger(Number(size)) || extensions.includes("")) return undefined;
  const signatures = findSignatures(note.slice(end + 2));
  return signatures && { text, origin, size: Number(size), root: rootBytes, signatures };
}

/** Signature lines, each ended by a newline; undefined when one of them is none. */
export function findSignatures(lines: string): NoteSignature[] | undefined {
  if (!lines.endsWith("\n")) return undefined;
  const found: NoteSignature[] = [];
  for (const line of lines.slice(0, -1).split("\n")) {
    const [name, encoded, ...rest] = line.startsWith(MARK) ? line.slice(MARK.length).split(" ") : [];
    const bytes = encoded === undefined ? undefined : findBase64(encoded);
    if (name === undefined || !isName(name) || bytes === undefined || bytes.length <= ID_BYTES || rest.length > 0)
      return undefined;
    found.push({ name, keyId: toHex(bytes.subarray(0, ID_BYTES)), signature: bytes.subarray(ID_BYTES) });
  }
  return found;
}

/** What an Ed25519 cosignature is over (tlog-cosignature, "cosignature/v1"). */
export function cosignatureMessage(time: number, text: string): Uint8Array {
  return utf8(`cosignature/v1\ntime ${time}\n${text}`);
}

export async function cosign(text: string, time: number, key: VerifierKey, sign: Sign): Promise<string> {
  const stamp = new Uint8Array(TIME_BYTES);
  new DataView(stamp.buffer).setBigUint64(0, BigInt(time));
  return signatureLine(key, joined(stamp, await sign(cosignatureMessage(time, text))));
}

/** The cosignature of a witness among signature lines, if it holds; undefined otherwise. */
export async function findCosignature(
  signatures: readonly NoteSignature[],
  text: string,
  key: VerifierKey,
  verify: VerifySignature,
): Promise<Cosignature | undefined> {
  for (const { name, keyId, signature: bytes } of signatures) {
    if (name !== key.name || keyId !== key.keyId || bytes.length !== TIME_BYTES + SIGNATURE_BYTES) continue;
    const time = Number(new DataView(bytes.buffer, bytes.byteOffset, TIME_BYTES).getBigUint64(0));
    const signature = bytes.slice(TIME_BYTES);
    if (await verify(key.publicKey, cosignatureMessage(time, text), signature)) return { time, signature };
  }
  return undefined;
}
