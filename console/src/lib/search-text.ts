/** What somebody typed into the search box: a VIN, an id, or words. */
export type SearchTarget =
  | { readonly kind: "empty" }
  | { readonly kind: "vin"; readonly vin: string }
  | { readonly kind: "vehicle" | "finding" | "project" | "case"; readonly id: string }
  | { readonly kind: "words"; readonly text: string };

/** Numbers of cases begin with what tells their kind. */
const CASE = /^(case|cas|hwo|hzd|ord|wo|acd|cft|chk|cyb|dex|drq|dsr|fup|icv|msr|ota|rcl|res|rpt|sfr|sim|vul)_[0-9a-z]/i;

/** GB 16735: 17 characters, without I, O and Q. */
const VIN = /^[A-HJ-NPR-Z0-9]{17}$/;

export function readSearchText(input: string): SearchTarget {
  const text = input.trim();
  if (text === "") return { kind: "empty" };
  if (/^veh_/i.test(text)) return { kind: "vehicle", id: text };
  if (/^fnd_/i.test(text)) return { kind: "finding", id: text };
  if (/^(prj|sbx|project)_/i.test(text)) return { kind: "project", id: text };
  if (CASE.test(text)) return { kind: "case", id: text };
  const compact = text.replace(/\s+/g, "").toUpperCase();
  if (VIN.test(compact)) return { kind: "vin", vin: compact };
  return { kind: "words", text };
}
