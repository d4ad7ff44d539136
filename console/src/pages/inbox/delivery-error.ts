/** Why a delivery failed, in the reader's language: the server keeps one English line, for whoever reads it by the API. */
import type { TFunction } from "i18next";

const SHAPES = [
  [/^it answered (\d+)$/, "answered"],
  [/redirect/, "redirect"],
  [/^no answer within (\d+) ms$/, "noAnswer"],
  [/ECONNREFUSED/, "refused"],
  [/ENOTFOUND|EAI_AGAIN/, "notFound"],
  [/certificate|self.signed|CERT_/i, "certificate"],
] as const;

/** @returns the line as it is where it is of no shape that is known */
export function deliveryErrorText(line: string, t: TFunction<"webhook">): string {
  for (const [shape, key] of SHAPES) {
    const match = shape.exec(line);
    if (match !== null) return t(`errors.${key}`, { figure: match[1] });
  }
  return line;
}
