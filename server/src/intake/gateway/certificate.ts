/**
 * Which vehicle a client certificate speaks for. A certificate proves who connects, not what he may say: without this a
 * vehicle with a certificate of its own could log in as any other, and its frames would count as authenticated.
 *
 * No standard says where a certificate names its vehicle, so the common name and every alternative name are searched for
 * something of the form of a VIN: `CN=LTEST…`, `DNS:ltest….vehicles.example`, `URI:urn:vin:LTEST…`.
 */
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";

/** What the certificate of a terminal link must say. */
export const CERTIFICATE_RULES = ["ignore", "check", "require"] as const;
/** `check`: a certificate that names vehicles must name the one that logs in; `require`: nobody else logs in. */
export type CertificateRule = (typeof CERTIFICATE_RULES)[number];

/** GB 16735: 17 letters and digits without I, O and Q, of which the last four are digits. */
const VIN = /^[A-HJ-NPR-Z0-9]{13}\d{4}$/;
const LETTERS_AND_DIGITS = /[A-Z0-9]+/g;
const VIN_LENGTH = 17;

/** @param vin the unique id of the first frame */
export function mayLogIn(socket: Socket, rule: CertificateRule, vin: string): boolean {
  if (rule === "ignore") return true;
  const names = namesOf(socket);
  if (names.has(vin.toUpperCase())) return true;
  return rule === "check" && ![...names].some((name) => VIN.test(name));
}

/** Names of the length of a VIN in the certificate that was verified, in capitals. */
function namesOf(socket: Socket): ReadonlySet<string> {
  const names = new Set<string>();
  if (!(socket instanceof TLSSocket) || !socket.authorized) return names;
  const certificate = socket.getPeerX509Certificate();
  const commonNames = (certificate?.subject ?? "").split("\n").filter((line) => line.startsWith("CN="));
  for (const text of [...commonNames, certificate?.subjectAltName ?? ""])
    for (const [name] of text.toUpperCase().matchAll(LETTERS_AND_DIGITS))
      if (name.length === VIN_LENGTH) names.add(name);
  return names;
}
