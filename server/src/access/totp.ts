/** Time-based one-time passwords: RFC 6238 over RFC 4226, SHA-1, six digits, 30 s: what authenticator apps speak. */
import { createHmac, timingSafeEqual } from "node:crypto";

export const TOTP_SECONDS = 30;
const DIGITS = 6;
/** RFC 6238 5.2: one step of delay is allowed for; one ahead for clocks that run fast. */
const WINDOW = 1;
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** RFC 4226 5.3. @param digits 6 or 8 */
export function hotp(secret: Uint8Array, counter: bigint, digits = DIGITS): string {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(counter);
  const mac = createHmac("sha1", secret).update(message).digest();
  const offset = (mac[mac.length - 1] ?? 0) & 0x0f;
  const code = mac.readUInt32BE(offset) & 0x7fff_ffff;
  return String(code % 10 ** digits).padStart(digits, "0");
}

/** @param at UTC ms */
export function stepAt(at: number): bigint {
  return BigInt(Math.floor(at / 1_000 / TOTP_SECONDS));
}

/**
 * The time step that a code belongs to, if it is one of now and later than the last that was taken: a code works once.
 * Every candidate is compared, in constant time.
 * @param at UTC ms
 */
export function matchTotp(secret: Uint8Array, code: string, at: number, lastStep: bigint): bigint | undefined {
  const given = Buffer.from(
    code
      .replaceAll(/[\s-]/g, "")
      .padEnd(DIGITS, " ")
      .slice(0, DIGITS + 1),
  );
  let matched: bigint | undefined;
  for (let distance = -WINDOW; distance <= WINDOW; distance += 1) {
    const step = stepAt(at) + BigInt(distance);
    if (step < 0n) continue;
    const expected = Buffer.from(hotp(secret, step));
    const same = given.length === expected.length && timingSafeEqual(given, expected);
    if (same && step > lastStep) matched = step;
  }
  return matched;
}

/** RFC 4648 base32 without padding: how people type a secret. */
export function toBase32(bytes: Uint8Array): string {
  let text = "";
  let buffer = 0;
  let bits = 0;
  for (const byte of bytes) {
    buffer = (buffer << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      text += BASE32[(buffer >>> (bits - 5)) & 31];
      bits -= 5;
    }
    buffer &= (1 << bits) - 1;
  }
  return bits > 0 ? text + BASE32[(buffer << (5 - bits)) & 31] : text;
}

/** Key URI that authenticator apps read from a QR code. */
export function otpauthUri(secret: Uint8Array, account: string, issuer: string): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`;
  const parameters = [
    `secret=${toBase32(secret)}`,
    `issuer=${encodeURIComponent(issuer)}`,
    "algorithm=SHA1",
    `digits=${DIGITS}`,
    `period=${TOTP_SECONDS}`,
  ];
  return `otpauth://totp/${label}?${parameters.join("&")}`;
}
