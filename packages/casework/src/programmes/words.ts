/** Names of the codes that a programme defines. */
import type { CodeRegister } from "../schema.ts";
import type { Text } from "../text.ts";
import type { Programme } from "./schema.ts";

/** Name of a code in a version of a programme; undefined for a code that it does not define. */
export function programmeWord(programme: Programme, register: CodeRegister, code: string): Text | undefined {
  const titled: { readonly [Each in CodeRegister]?: readonly { readonly code: string; readonly title: Text }[] } = {
    catalogueItem: programme.catalogue,
    riskFactor: programme.grading.factors,
    businessModel: programme.businessModels,
    criterion: programme.criteria,
    programme: [{ code: programme.id, title: programme.title }],
  };
  return titled[register]?.find((each) => each.code === code)?.title;
}
