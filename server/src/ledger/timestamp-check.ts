/**
 * Signature and certificates of a time-stamp token with node:crypto. Verified: the digest of what was stamped, the
 * signature over the attributes (RSA PKCS #1, ECDSA, Ed25519), that they name the signing certificate, its extended key
 * usage, the validity of every certificate at the stated time, and the chain to a given authority. Not verified:
 * revocation, policies and name constraints, RSA-PSS.
 */
import { hash, verify, X509Certificate } from "node:crypto";
import {
  checkpointMessage,
  findTimestamp,
  refuteImprint,
  type Checkpoint,
  type TimestampToken,
  type TimestampVerdict,
  type VerifyTimestamp,
} from "@sandglass/ledger";
import { messageOf } from "../errors/mod.ts";

const DIGESTS: Readonly<Record<string, string>> = {
  "2.16.840.1.101.3.4.2.1": "sha256",
  "2.16.840.1.101.3.4.2.2": "sha384",
  "2.16.840.1.101.3.4.2.3": "sha512",
};
const RSA_PSS = "1.2.840.113549.1.1.10";
const TIME_STAMPING = "1.3.6.1.5.5.7.3.8";
const LONGEST_CHAIN = 8;

/** Certificates of a PEM file with one or more. @throws what node:crypto throws for a damaged one */
export function readCertificates(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => new X509Certificate(block));
}

/** @param trusted authorities, at which a chain ends; none = no token is trusted, though its signature may hold */
export function timestampVerifier(trusted: readonly X509Certificate[]): VerifyTimestamp {
  return (token) => {
    try {
      return judge(token, trusted);
    } catch (error) {
      // Certificates and keys come from outside; what node:crypto cannot read does not hold.
      return refuted(messageOf(error));
    }
  };
}

/** Whether a token stamps this checkpoint, and who says so. */
export function judgeToken(
  token: Uint8Array,
  checkpoint: Checkpoint,
  verifyTimestamp: VerifyTimestamp,
): TimestampVerdict {
  const timestamp = findTimestamp(token);
  if (timestamp === undefined) return refuted("the token of the authority cannot be read");
  const wrong = refuteImprint(timestamp, hash("sha256", checkpointMessage(checkpoint), "buffer"));
  return wrong === undefined ? verifyTimestamp(timestamp) : refuted(wrong);
}

function refuted(reason: string): TimestampVerdict {
  return { kind: "refuted", reason };
}

function judge(token: TimestampToken, trusted: readonly X509Certificate[]): TimestampVerdict {
  const digest = DIGESTS[token.digestAlgorithm];
  if (digest === undefined) return refuted(`the digest ${token.digestAlgorithm} is not supported`);
  if (token.signatureAlgorithm === RSA_PSS) return refuted("RSA-PSS is not supported");
  if (!hash(digest, token.info, "buffer").equals(token.messageDigest))
    return refuted("the signed digest does not fit what was stamped");
  const certificates = token.certificates.map((bytes) => new X509Certificate(bytes));
  const signer = [...certificates, ...trusted].find((each) =>
    hash(token.certificateDigestAlgorithm, each.raw, "buffer").equals(token.certificateDigest),
  );
  if (signer === undefined) return refuted("the certificate of the signer is missing");
  const isEdwards = signer.publicKey.asymmetricKeyType === "ed25519";
  if (!verify(isEdwards ? undefined : digest, token.signedAttributes, signer.publicKey, token.signature))
    return refuted("the signature does not fit");
  if (!signer.keyUsage?.includes(TIME_STAMPING)) return refuted("the certificate of the signer is not for time-stamps");
  const at = Date.parse(token.at);
  if (!isValidAt(signer, at)) return refuted("the certificate of the signer was not valid at that time");
  return { kind: "holds", authority: nameOf(signer), trusted: leadsTo(trusted, signer, certificates, at) };
}

function leadsTo(
  trusted: readonly X509Certificate[],
  signer: X509Certificate,
  certificates: readonly X509Certificate[],
  at: number,
): boolean {
  const isTrusted = (each: X509Certificate): boolean => trusted.some(({ raw }) => raw.equals(each.raw));
  let current = signer;
  for (let length = 0; length < LONGEST_CHAIN; length++) {
    if (isTrusted(current)) return true;
    const below = current;
    const issuer = [...trusted, ...certificates].find(
      (each) => each.ca && isValidAt(each, at) && below.checkIssued(each) && below.verify(each.publicKey),
    );
    if (issuer === undefined) return false;
    current = issuer;
  }
  return false;
}

function isValidAt(certificate: X509Certificate, at: number): boolean {
  return certificate.validFromDate.getTime() <= at && at <= certificate.validToDate.getTime();
}

function nameOf(certificate: X509Certificate): string {
  return (
    certificate.subject
      .split("\n")
      .findLast((part) => part.startsWith("CN="))
      ?.slice(3) ?? certificate.subject
  );
}
