/** Vehicle identification numbers: GB 16735-2019 (ISO 3779). */
import { vinCheckDigit } from "@sandglass/signals";

/** `check-digit`: real VINs fail it, so it is a warning. `year`: position 10 may not be I, O, Q, U, Z or 0. `serial`: the last four are digits. */
export type VinWarning = "check-digit" | "year" | "serial";

export type VinCheck =
  | { readonly ok: true; readonly vin: string; readonly warnings: readonly VinWarning[] }
  | { readonly ok: false; readonly problem: "length"; readonly length: number }
  | { readonly ok: false; readonly problem: "alphabet"; readonly character: string; readonly position: number };

/** Lower case and surrounding blanks are accepted and corrected. */
export function checkVin(text: string): VinCheck {
  const vin = text.trim().toUpperCase();
  if (vin.length !== 17) return { ok: false, problem: "length", length: vin.length };
  for (let i = 0; i < 17; i++) {
    const character = vin.charAt(i);
    if (!/[0-9A-HJ-NPR-Z]/.test(character)) return { ok: false, problem: "alphabet", character, position: i + 1 };
  }
  const warnings: VinWarning[] = [];
  if (vin.charAt(8) !== vinCheckDigit(vin)) warnings.push("check-digit");
  if (/[UZ0]/.test(vin.charAt(9))) warnings.push("year");
  if (!/\d{4}$/.test(vin)) warnings.push("serial");
  return { ok: true, vin, warnings };
}

/**
 * First three and last four characters; what is shorter than 8 is hidden whole. Always 17 characters, so that the mask
 * does not tell the length of an id that is no VIN; what is not printable stands as `?`.
 */
export function maskVin(vin: string): string {
  const masked = vin.length < 8 ? "*".repeat(17) : `${vin.slice(0, 3)}**********${vin.slice(-4)}`;
  return masked.replace(/[^\x21-\x7e]/g, "?");
}

/** A VIN as received may hold any byte; PostgreSQL text may not hold NUL, and people should see what came. */
export function printableVin(received: string): string {
  return received.replace(
    /[^\x20-\x7e]/g,
    (character) => `\\x${(character.charCodeAt(0) & 0xff).toString(16).padStart(2, "0")}`,
  );
}
