/** The board of duties in JSON. */
import { Type } from "typebox";
import { Bilingual, Nullable, PageOf, Time } from "../../http/mod.ts";
import { ObligationView } from "../engine/view-schema.ts";

/** Groups of open duties, by when they are due in Asia/Shanghai: until the end of today, of the sixth day after it, later. */
export const DUE_GROUPS = ["overdue", "today", "week", "later", "paused"] as const;
export type DueGroup = (typeof DUE_GROUPS)[number];
export const DueGroupCode = Type.Unsafe<DueGroup>({ type: "string", enum: [...DUE_GROUPS] });

export const DutyLine = Type.Object({
  ...ObligationView.properties,
  group: Nullable(DueGroupCode),
  case: Type.Object({
    id: Type.String(),
    kind: Type.String(),
    kindTitle: Bilingual,
    title: Bilingual,
    state: Type.String(),
    stateTitle: Bilingual,
    organisation: Nullable(Type.String()),
    regions: Type.Array(Type.String()),
    level: Nullable(Type.Integer()),
  }),
  /** The next step of its ladder that was not taken yet. */
  nextStep: Nullable(Type.Object({ code: Type.String(), at: Time, notify: Type.Array(Type.String()) })),
});
export const DutyPage = PageOf(DutyLine);

const Count = Type.Integer({ minimum: 0 });
export const DutyFacets = Type.Object({
  total: Count,
  groups: Type.Array(Type.Object({ group: DueGroupCode, count: Count })),
  kinds: Type.Array(Type.Object({ kind: Type.String(), title: Bilingual, count: Count })),
  duties: Type.Array(Type.Object({ kind: Type.String(), code: Type.String(), title: Bilingual, count: Count })),
  bearers: Type.Array(Type.Object({ role: Type.String(), title: Bilingual, count: Count })),
});
