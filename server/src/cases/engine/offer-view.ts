/** What a case says of the choices of an action's fields, as JSON. */
import type { Static } from "typebox";
import { deadlineOf, type Folded, type Lifecycle, type Offer, type PossibleAction } from "@sandglass/casework";
import { toTimeOrNull } from "../../http/mod.ts";
import type { CaseEngine } from "./engine.ts";
import type { OfferView } from "./view-schema.ts";

type View = Static<typeof OfferView>;

export function offerViews(
  engine: CaseEngine,
  lifecycle: Lifecycle,
  folded: Folded,
  offers: PossibleAction["offers"],
): { [field: string]: View[] } {
  return Object.fromEntries(
    Object.entries(offers).map(([field, each]) => [
      field,
      each.map((one) => offerView(engine, lifecycle, folded, one)),
    ]),
  );
}

/** With the due time of the duty that it meets, and the limit that the facts give it. */
function offerView(
  engine: CaseEngine,
  lifecycle: Lifecycle,
  { obligations }: Folded,
  { code, isOpen, group, note, deadline, duty }: Offer,
): View {
  const rule = deadline === undefined ? undefined : deadlineOf(lifecycle, engine.foldOptions, deadline);
  return {
    code,
    isOpen,
    group,
    note: note ?? null,
    dueAt: toTimeOrNull(obligations.find((each) => each.id === duty)?.dueAt),
    limit: rule === undefined ? null : { unit: rule.unit, amount: rule.amount, from: rule.from, basis: rule.basis },
  };
}
