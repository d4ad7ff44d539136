/**
 * The identity of a vehicle inside: a keyed hash of its VIN, so that intake needs no lookup and telemetry holds no VIN.
 * Deterministic for one registry key; without the key it cannot be reversed by trying all VINs.
 */
import { createHmac } from "node:crypto";

/** Crockford base32, lower case. */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const PREFIX = "veh_";
const DIGITS = 13;

/** First 8 bytes of HMAC-SHA256(key, VIN latin1), top bit cleared: fits ClickHouse's UInt64 and PostgreSQL's bigint alike. */
export function createVehicleKeyer(key: Uint8Array): (vin: string) => bigint {
  return (vin) => createHmac("sha256", key).update(vin, "latin1").digest().readBigUInt64BE(0) & 0x7fff_ffff_ffff_ffffn;
}

/** Opaque id of the API. */
export function vehicleIdOf(key: bigint): string {
  let digits = "";
  for (let i = 0, rest = key; i < DIGITS; i++, rest >>= 5n) digits = ALPHABET[Number(rest & 31n)] + digits;
  return PREFIX + digits;
}

/** undefined = not an id of a vehicle. */
export function parseVehicleId(id: string): bigint | undefined {
  if (!id.startsWith(PREFIX) || id.length !== PREFIX.length + DIGITS) return undefined;
  let key = 0n;
  for (const digit of id.slice(PREFIX.length)) {
    const value = ALPHABET.indexOf(digit);
    if (value < 0) return undefined;
    key = (key << 5n) | BigInt(value);
  }
  return key <= 0x7fff_ffff_ffff_ffffn ? key : undefined;
}
