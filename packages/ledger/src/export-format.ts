/**
 * The export of a log: NDJSON, one canonical JSON object per line, each line ended by one "\n".
 *
 *   line 1            header: format, version, origin, number of leaves and of checkpoints
 *   then              leaves in order; each checkpoint directly behind the leaf that it reaches, what others attest of
 *                     it (cosignatures of witnesses, time-stamps) directly behind the checkpoint
 *
 * The same log gives the same bytes: nothing in it depends on when or where it was exported. Leaves behind the last
 * checkpoint are pending and not part of it. Version 1 has no attestations and does not count them; a log without any is
 * still written in it.
 */
import { toBase64, findBase64 } from "./bytes.ts";
import { canonicalJson, type JsonValue } from "./canonical-json.ts";
import { SIGNATURE_BYTES, type Checkpoint } from "./checkpoint.ts";
import { HASH_BYTES, PLAIN_HASHER, type Hasher } from "./hasher.ts";
import { entryHash, SALT_BYTES, type Leaf } from "./leaf.ts";
import { COSIGNATURE_KEY, findVerifierKey, formatVerifierKey, type Cosignature, type VerifierKey } from "./note.ts";

export const EXPORT_FORMAT = "sandglass-ledger-export";
export const EXPORT_VERSION = 2;
const VERSION_WITHOUT_ATTESTATIONS = 1;

export interface ExportHeader {
  readonly origin: string;
  readonly leaves: number;
  readonly checkpoints: number;
  /** Lines of what others attest of checkpoints. */
  readonly attestations: number;
}

/** A witness cosigned the checkpoint before this line. */
export interface CosignatureRecord {
  readonly kind: "cosignature";
  readonly size: number;
  readonly witness: VerifierKey;
  readonly cosignature: Cosignature;
}

/** An authority stamped the checkpoint before this line. */
export interface TimestampRecord {
  readonly kind: "timestamp";
  readonly size: number;
  /** RFC 3161 token in DER. Not every byte of it is signed; its SHA-256 stands in the line, so that a fault is located. */
  readonly token: Uint8Array;
}

export type ExportRecord =
  | { readonly kind: "header"; readonly header: ExportHeader }
  | { readonly kind: "leaf"; readonly leaf: Leaf; readonly hash: Uint8Array }
  | { readonly kind: "checkpoint"; readonly checkpoint: Checkpoint }
  | CosignatureRecord
  | TimestampRecord;

/** Why a line is not a record: which part, and what is wrong with it. */
export interface RecordFault {
  readonly kind: "fault";
  readonly what: string;
  readonly detail: string;
}

export function headerLine(header: ExportHeader): string {
  const { attestations, ...others } = header;
  if (attestations === 0)
    return line({ type: "header", format: EXPORT_FORMAT, version: VERSION_WITHOUT_ATTESTATIONS, ...others });
  return line({ type: "header", format: EXPORT_FORMAT, version: EXPORT_VERSION, attestations, ...others });
}

export function cosignatureLine({ size, witness, cosignature }: Omit<CosignatureRecord, "kind">): string {
  return line({
    type: "cosignature",
    size,
    witness: formatVerifierKey(witness),
    time: cosignature.time,
    signature: toBase64(cosignature.signature),
  });
}

export function leafLine(leaf: Leaf, hasher: Hasher = PLAIN_HASHER): string {
  const { seq, id, kind, at, opening } = leaf;
  return line({
    type: "leaf",
    seq,
    id,
    kind,
    at,
    commitment: toBase64(leaf.commitment),
    hash: toBase64(entryHash(leaf, hasher)),
    salt: opening ? toBase64(opening.salt) : null,
    subject: opening ? opening.subject : null,
    content: opening ? opening.content : null,
  });
}

export function checkpointLine(checkpoint: Checkpoint): string {
  const { origin, size, at, keyId, hashAlgorithm, signatureAlgorithm } = checkpoint;
  return line({
    type: "checkpoint",
    origin,
    size,
    at,
    keyId,
    hashAlgorithm,
    signatureAlgorithm,
    root: toBase64(checkpoint.root),
    signature: toBase64(checkpoint.signature),
  });
}

function line(value: JsonValue): string {
  return `${canonicalJson(value)}\n`;
}

export function timestampLine({ size, token }: Omit<TimestampRecord, "kind">, hasher: Hasher = PLAIN_HASHER): string {
  return line({ type: "timestamp", size, sha256: toBase64(hasher.digest(token)), token: toBase64(token) });
}

const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  header: ["checkpoints", "format", "leaves", "origin", "type", "version"],
  timestamp: ["sha256", "size", "token", "type"],
  cosignature: ["signature", "size", "time", "type", "witness"],
  leaf: ["at", "commitment", "content", "hash", "id", "kind", "salt", "seq", "subject", "type"],
  checkpoint: ["at", "hashAlgorithm", "keyId", "origin", "root", "signature", "signatureAlgorithm", "size", "type"],
};

type Members = Readonly<Record<string, JsonValue>>;

/** Reads one line (without its newline). Anything but the one canonical spelling of a record is a fault. */
export function readRecord(bytes: Uint8Array): ExportRecord | RecordFault {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return fault("encoding", "the line is not UTF-8");
  }
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    return fault(...explainNotJson(text));
  }
  if (value === null || typeof value !== "object" || Array.isArray(value))
    return fault("json", "the line is not an object");
  let canonical: string;
  try {
    canonical = canonicalJson(value);
  } catch {
    return fault("json", "the line holds a string that is not well-formed Unicode");
  }
  if (canonical !== text) return fault("spelling", `not canonical JSON at column ${firstDifference(canonical, text)}`);
  return readMembers(value as Members);
}

function readMembers(value: Members): ExportRecord | RecordFault {
  const type = value.type;
  const known = typeof type === "string" && Object.hasOwn(MEMBERS, type) ? MEMBERS[type] : undefined;
  if (known === undefined) return fault("type", "neither header, leaf, checkpoint nor attestation");
  const counts = type === "header" && value.version !== VERSION_WITHOUT_ATTESTATIONS;
  const expected = counts ? [...known, "attestations"] : known;
  const missing = expected.filter((name) => !Object.hasOwn(value, name));
  const foreign = Object.keys(value).filter((name) => !expected.includes(name));
  if (missing.length + foreign.length > 0) {
    return fault("members", `missing: ${missing.join(", ") || "none"}; not known: ${foreign.join(", ") || "none"}`);
  }
  if (type === "header") return readHeader(value);
  if (type === "cosignature") return readCosignature(value);
  if (type === "timestamp") return readTimestamp(value);
  return type === "leaf" ? readLeaf(value) : readCheckpoint(value);
}

function readHeader(value: Members): ExportRecord | RecordFault {
  const { format, version, origin, leaves, checkpoints, attestations = 0 } = value;
  if (format !== EXPORT_FORMAT) return fault("format", `not ${EXPORT_FORMAT}`);
  if (version !== EXPORT_VERSION && version !== VERSION_WITHOUT_ATTESTATIONS)
    return fault("version", `neither ${VERSION_WITHOUT_ATTESTATIONS} nor ${EXPORT_VERSION}`);
  if (typeof origin !== "string") return fault("origin", "not a text");
  if (!isCount(leaves)) return fault("leaves", "not a count");
  if (!isCount(checkpoints)) return fault("checkpoints", "not a count");
  if (!isCount(attestations)) return fault("attestations", "not a count");
  if ((attestations === 0) !== (version === VERSION_WITHOUT_ATTESTATIONS))
    return fault("version", `version ${EXPORT_VERSION} is that of an export with attestations`);
  return { kind: "header", header: { origin, leaves, checkpoints, attestations } };
}

function readCosignature(value: Members): ExportRecord | RecordFault {
  const { size, witness: vkey, time } = value;
  if (!isCount(size)) return fault("size", "not a count");
  const witness = typeof vkey === "string" ? findVerifierKey(vkey) : undefined;
  if (witness?.type !== COSIGNATURE_KEY) return fault("witness", "not the verifier key of a witness");
  if (!isCount(time)) return fault("time", "not a count of seconds");
  const signature = bytesOf(value.signature, SIGNATURE_BYTES);
  if (signature === undefined) return fault("signature", `not ${SIGNATURE_BYTES} bytes in base64`);
  return { kind: "cosignature", size, witness, cosignature: { time, signature } };
}

function readLeaf(value: Members): ExportRecord | RecordFault {
  const { seq, id, kind, at, salt, subject, content } = value;
  if (!isCount(seq)) return fault("seq", "not a count");
  if (typeof id !== "string") return fault("id", "not a text");
  if (typeof kind !== "string") return fault("kind", "not a text");
  if (typeof at !== "string") return fault("at", "not a text");
  const commitment = bytesOf(value.commitment, HASH_BYTES);
  if (commitment === undefined) return fault("commitment", `not ${HASH_BYTES} bytes in base64`);
  const hash = bytesOf(value.hash, HASH_BYTES);
  if (hash === undefined) return fault("hash", `not ${HASH_BYTES} bytes in base64`);
  const entry = { seq, id, kind, at, commitment };
  if (salt === null && subject === null && content === null)
    return { kind: "leaf", hash, leaf: { ...entry, opening: undefined } };
  const saltBytes = bytesOf(salt, SALT_BYTES);
  if (saltBytes === undefined) return fault("salt", `not ${SALT_BYTES} bytes in base64`);
  if (typeof subject !== "string") return fault("subject", "not a text");
  return { kind: "leaf", hash, leaf: { ...entry, opening: { subject, content, salt: saltBytes } } };
}

function readTimestamp(value: Members): ExportRecord | RecordFault {
  const { size, sha256 } = value;
  if (!isCount(size)) return fault("size", "not a count");
  const token = typeof value.token === "string" ? findBase64(value.token) : undefined;
  if (token === undefined) return fault("token", "not base64");
  if (sha256 !== toBase64(PLAIN_HASHER.digest(token))) return fault("token", "the token or its hash was altered");
  return { kind: "timestamp", size, token };
}

function readCheckpoint(value: Members): ExportRecord | RecordFault {
  const { origin, size, at, keyId, hashAlgorithm, signatureAlgorithm } = value;
  if (typeof origin !== "string") return fault("origin", "not a text");
  if (!isCount(size)) return fault("size", "not a count");
  if (typeof at !== "string") return fault("at", "not a text");
  if (typeof keyId !== "string") return fault("keyId", "not a text");
  if (typeof hashAlgorithm !== "string") return fault("hashAlgorithm", "not a text");
  if (typeof signatureAlgorithm !== "string") return fault("signatureAlgorithm", "not a text");
  const root = bytesOf(value.root, HASH_BYTES);
  if (root === undefined) return fault("root", `not ${HASH_BYTES} bytes in base64`);
  const signature = bytesOf(value.signature, SIGNATURE_BYTES);
  if (signature === undefined) return fault("signature", `not ${SIGNATURE_BYTES} bytes in base64`);
  return {
    kind: "checkpoint",
    checkpoint: { origin, size, at, keyId, hashAlgorithm, signatureAlgorithm, root, signature },
  };
}

function fault(what: string, detail: string): RecordFault {
  return { kind: "fault", what, detail };
}

function isCount(value: JsonValue): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function bytesOf(value: JsonValue, length: number): Uint8Array | undefined {
  const bytes = typeof value === "string" ? findBase64(value) : undefined;
  return bytes?.length === length ? bytes : undefined;
}

/** A line with two records has lost the newline between them; each kind of record starts with the same first member. */
function explainNotJson(text: string): [what: string, detail: string] {
  const second = /\}.?\{"(?:at|attestations|checkpoints|sha256|signature)":/su.exec(text);
  if (second !== null && text.startsWith("{"))
    return ["newline", `a second record starts in the line at column ${second.index + 2}`];
  return ["json", "the line is not JSON"];
}

/** Column (from 1) of the first character in which two texts differ. */
function firstDifference(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at + 1;
}
