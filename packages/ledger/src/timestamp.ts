/**
 * Time-stamps of checkpoints (RFC 3161, RFC 5652, RFC 5816): the request, and what a token says. The imprint is SHA-256
 * over the signed text of the checkpoint, so `openssl ts -verify -data` checks a token against that text too.
 *
 * Signatures and certificates are a port (`VerifyTimestamp`): this file says what is to be verified.
 */
import { equalBytes, toHex } from "./bytes.ts";
import { der, findDer, findInside, findOid, TAG, type DerElement } from "./der.ts";

/** Object identifier of SHA-256 in DER. */
const SHA_256 = Uint8Array.of(0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01);
const NULL = Uint8Array.of(0x05, 0x00);
const OID = {
  sha256: "2.16.840.1.101.3.4.2.1",
  signedData: "1.2.840.113549.1.7.2",
  tstInfo: "1.2.840.113549.1.9.16.1.4",
  contentType: "1.2.840.113549.1.9.3",
  messageDigest: "1.2.840.113549.1.9.4",
  signingCertificate: "1.2.840.113549.1.9.16.2.12",
  signingCertificateV2: "1.2.840.113549.1.9.16.2.47",
} as const;

export interface TimestampToken {
  /** SHA-256 of what was stamped. */
  readonly imprint: Uint8Array;
  /** RFC 3339, UTC. */
  readonly at: string;
  /** Hex. */
  readonly serial: string;
  readonly nonce: string | undefined;
  readonly policy: string;
  /** What the digest in the signed attributes is over. */
  readonly info: Uint8Array;
  readonly messageDigest: Uint8Array;
  /** The bytes that are signed: the attributes as a SET. */
  readonly signedAttributes: Uint8Array;
  /** Object identifiers of the digest and of the signature. */
  readonly digestAlgorithm: string;
  readonly signatureAlgorithm: string;
  readonly signature: Uint8Array;
  /** Digest of the signer's certificate (ESSCertID), and its algorithm: `sha1` in the old form. */
  readonly certificateDigest: Uint8Array;
  readonly certificateDigestAlgorithm: "sha1" | "sha256";
  /** DER, in the token's order. */
  readonly certificates: readonly Uint8Array[];
}

/** Whether the token's signature holds, and whose it is. */
export type TimestampVerdict =
  | { readonly kind: "holds"; readonly authority: string; readonly trusted: boolean }
  | { readonly kind: "refuted"; readonly reason: string };
export type VerifyTimestamp = (token: TimestampToken) => TimestampVerdict;

/** @param nonce below 2^63, at least one byte */
export function timestampRequest(imprint: Uint8Array, nonce: Uint8Array): Uint8Array {
  const version = der(TAG.INTEGER, Uint8Array.of(1));
  const messageImprint = der(TAG.SEQUENCE, der(TAG.SEQUENCE, SHA_256, NULL), der(TAG.OCTETS, imprint));
  const certificateWanted = der(TAG.BOOLEAN, Uint8Array.of(0xff));
  return der(TAG.SEQUENCE, version, messageImprint, der(TAG.INTEGER, nonce), certificateWanted);
}

/** The token of a response, in DER; a text says why there is none. */
export function tokenOf(response: Uint8Array): Uint8Array | string {
  const [status, token] = findInside(findDer(response), TAG.SEQUENCE) ?? [];
  const [code] = findInside(status, TAG.SEQUENCE) ?? [];
  if (code?.tag !== TAG.INTEGER || code.content.length !== 1) return "the answer is no time-stamp response";
  // granted, or granted with modifications
  if (code.content[0] > 1) return `the authority refused with status ${code.content[0]}`;
  return token === undefined ? "the answer holds no token" : token.bytes;
}

/** Undefined for bytes that are no token over SHA-256 with the attributes that RFC 3161 asks for. */
export function findTimestamp(token: Uint8Array): TimestampToken | undefined {
  const [type, wrapped] = findInside(findDer(token), TAG.SEQUENCE) ?? [];
  if (findOid(type) !== OID.signedData) return undefined;
  const [signedData] = findInside(wrapped, TAG.CONTEXT_0) ?? [];
  const parts = findInside(signedData, TAG.SEQUENCE) ?? [];
  const [contentType, content] = findInside(parts[2], TAG.SEQUENCE) ?? [];
  const [octets] = findInside(content, TAG.CONTEXT_0) ?? [];
  const signers = findInside(parts.at(-1), TAG.SET) ?? [];
  if (findOid(contentType) !== OID.tstInfo || octets?.tag !== TAG.OCTETS || signers.length !== 1) return undefined;
  const info = findInfo(octets.content);
  const signer = findSigner(signers[0]);
  if (info === undefined || signer === undefined) return undefined;
  const certificates = findInside(parts[3], TAG.CONTEXT_0) ?? [];
  return { ...info, ...signer, info: octets.content, certificates: certificates.map(({ bytes }) => bytes) };
}

/** Why a token is not about these bytes; undefined when it is. */
export function refuteImprint(token: TimestampToken, digest: Uint8Array): string | undefined {
  return equalBytes(token.imprint, digest) ? undefined : "the time-stamp is about something else";
}

function findInfo(bytes: Uint8Array) {
  const [version, policy, imprint, serial, time, ...rest] = findInside(findDer(bytes), TAG.SEQUENCE) ?? [];
  const [algorithm, digest] = findInside(imprint, TAG.SEQUENCE) ?? [];
  const at = time?.tag === TAG.TIME ? findTime(time.content) : undefined;
  const policyId = findOid(policy);
  if (version?.tag !== TAG.INTEGER || serial?.tag !== TAG.INTEGER || at === undefined || policyId === undefined)
    return undefined;
  if (findOid(findInside(algorithm, TAG.SEQUENCE)?.[0]) !== OID.sha256 || digest?.tag !== TAG.OCTETS) return undefined;
  const nonce = rest.find(({ tag }) => tag === TAG.INTEGER);
  return {
    imprint: digest.content,
    at,
    serial: toHex(serial.content),
    nonce: nonce && toHex(nonce.content),
    policy: policyId,
  };
}

function findSigner(element: DerElement) {
  const [, , digest, attributes, algorithm, signature] = findInside(element, TAG.SEQUENCE) ?? [];
  const values = new Map<string, DerElement>();
  for (const attribute of findInside(attributes, TAG.CONTEXT_0) ?? []) {
    const [id, set] = findInside(attribute, TAG.SEQUENCE) ?? [];
    const [value, ...others] = findInside(set, TAG.SET) ?? [];
    const name = findOid(id);
    if (name === undefined || value === undefined || others.length > 0 || values.has(name)) return undefined;
    values.set(name, value);
  }
  const messageDigest = values.get(OID.messageDigest);
  const certificate = findCertificateId(values);
  const digestAlgorithm = findOid(findInside(digest, TAG.SEQUENCE)?.[0]);
  const signatureAlgorithm = findOid(findInside(algorithm, TAG.SEQUENCE)?.[0]);
  if (findOid(values.get(OID.contentType)) !== OID.tstInfo || messageDigest?.tag !== TAG.OCTETS) return undefined;
  if (certificate === undefined || digestAlgorithm === undefined || signatureAlgorithm === undefined) return undefined;
  if (attributes === undefined || signature?.tag !== TAG.OCTETS) return undefined;
  // RFC 5652 §5.4: what is signed has the tag of a SET, not the implicit one.
  const signedAttributes = Uint8Array.from(attributes.bytes).with(0, TAG.SET);
  return {
    messageDigest: messageDigest.content,
    signedAttributes,
    digestAlgorithm,
    signatureAlgorithm,
    signature: signature.content,
    ...certificate,
  };
}

/** SigningCertificate (RFC 2634) has SHA-1; V2 (RFC 5035) names its algorithm, and SHA-256 by leaving it out. */
function findCertificateId(values: ReadonlyMap<string, DerElement>) {
  const v2 = values.get(OID.signingCertificateV2);
  const [list] = findInside(v2 ?? values.get(OID.signingCertificate), TAG.SEQUENCE) ?? [];
  const [first] = findInside(list, TAG.SEQUENCE) ?? [];
  const [head, next] = findInside(first, TAG.SEQUENCE) ?? [];
  const named = findInside(head, TAG.SEQUENCE)?.[0];
  if (v2 !== undefined && named !== undefined && findOid(named) !== OID.sha256) return undefined;
  const digest = named === undefined ? head : next;
  if (digest?.tag !== TAG.OCTETS) return undefined;
  const certificateDigestAlgorithm = v2 === undefined ? ("sha1" as const) : ("sha256" as const);
  return { certificateDigest: digest.content, certificateDigestAlgorithm };
}

/** GeneralizedTime of RFC 3161: UTC, seconds, with or without a fraction. */
function findTime(content: Uint8Array): string | undefined {
  const text = String.fromCharCode(...content);
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d{1,9})?Z$/.exec(text) ?? [];
  if (parts.length === 0) return undefined;
  const [year, month, day, hour, minute, second, fraction = ""] = parts;
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${fraction.slice(0, 4)}Z`);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}
