/** Names of GB/T 2260 codes; unknown codes are shown as they are. */
import { REGIONS } from "@sandglass/casework";
import { label } from "./vocabulary.ts";
import type { Language } from "./format.ts";

export function regionName(code: string | null | undefined, language: Language): string {
  if (code === null || code === undefined) return "";
  if (Object.hasOwn(REGIONS, code)) return REGIONS[code][language];
  const province = `${code.slice(0, 2)}0000`;
  return /^\d{6}$/.test(code) && Object.hasOwn(REGIONS, province)
    ? `${label(REGIONS, province, language)} ${code}`
    : code;
}
