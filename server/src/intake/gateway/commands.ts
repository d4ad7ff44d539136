/** Commands by their ids: what they concern, whether they are answered, and with which flag. */
import { ResponseFlag } from "@sandglass/gbt32960";
import { Disposition } from "@sandglass/signals";
import type { Link } from "./link.ts";
import { hasId } from "./reports.ts";
import { looksLikeVin } from "./vin-table.ts";

/** Where the unique id stands in a frame. */
export const VIN_AT = 4;
/** Byte 21 of a frame that is not encrypted. */
export const PLAIN = 1;

export const COMMAND = {
  vehicleLogin: 1,
  realtime: 2,
  reissued: 3,
  vehicleLogout: 4,
  platformLogin: 5,
  platformLogout: 6,
  timeSync: 8,
  keyExchange: 0x0b,
  /** GB/T 45688-2025 annex B, uplink: 10 to 13. */
  firstGb45688: 0x10,
  lastGb45688: 0x13,
} as const;

/** 0 = no reply. Codes 04 to 07 exist in edition 2025 only. */
export function replyFlag(link: Link, start: number, command: number, disposition: Disposition): number {
  const has2025 = start !== 0x23;
  switch (disposition) {
    case Disposition.malformed:
      return has2025 ? ResponseFlag.structureError : ResponseFlag.error;
    case Disposition.opaque:
      return has2025 ? ResponseFlag.decryptionError : ResponseFlag.error;
    case Disposition.foreignVin:
      return ResponseFlag.error;
    case Disposition.badSignature:
      return has2025 ? ResponseFlag.signatureError : ResponseFlag.error;
    case Disposition.unknownVin:
      return has2025 ? ResponseFlag.vinUnknown : ResponseFlag.error;
    case Disposition.accepted:
    case Disposition.clockAhead: {
      if (isReport(command)) return link.rules.answerReports ? ResponseFlag.success : 0;
      if (link.kind === "platform") return ResponseFlag.success;
      return isAnswered(command, has2025) ? ResponseFlag.success : 0;
    }
  }
}

/** A real copy: `slice` of a Buffer is a view that keeps a whole chunk of the socket in memory. */
export function copyOf(bytes: Uint8Array, from: number, to: number): Uint8Array {
  return new Uint8Array(bytes.subarray(from, to));
}

/**
 * Commands of a terminal that are answered; activation has an answer of its own, reserved ids have none. The key
 * exchange is edition 2025's: in 2016 the id is reserved, and a success would promise a key that nobody took.
 */
function isAnswered(command: number, has2025: boolean): boolean {
  return (
    (command >= COMMAND.vehicleLogin && command <= COMMAND.timeSync) ||
    (command === COMMAND.keyExchange && has2025) ||
    (command >= COMMAND.firstGb45688 && command <= COMMAND.lastGb45688)
  );
}

/** Log-in or logout of a platform. */
export function isPlatformSession(command: number): boolean {
  return command === COMMAND.platformLogin || command === COMMAND.platformLogout;
}

export function isReport(command: number): boolean {
  return command === COMMAND.realtime || command === COMMAND.reissued;
}

/** Whether a command concerns a vehicle and not the platform itself. */
export function isVehicleData(link: Link, bytes: Uint8Array, from: number): boolean {
  const command = bytes[from + 2];
  if (command >= COMMAND.vehicleLogin && command <= COMMAND.vehicleLogout) return true;
  return !isPlatformSession(command) && looksLikeVin(bytes, from + VIN_AT) && !hasId(link.platformId, bytes, from);
}

export function isPinned(link: Link, bytes: Uint8Array, from: number): boolean {
  return hasId(link.vin, bytes, from);
}
