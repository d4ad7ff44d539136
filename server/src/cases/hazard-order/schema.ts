/** A hazard work order in JSON. */
import { Type } from "typebox";
import { Bilingual, Nullable, PageOf, Time } from "../../http/mod.ts";
import { CASE_LINE, CASE_PAGE } from "../engine/view-schema.ts";

export const OrderLine = Type.Object({
  ...CASE_LINE,
  title: Bilingual,
  type: Type.String(),
  typeTitle: Bilingual,
  level: Type.Integer(),
  item: Type.String(),
  vehicle: Nullable(Type.String()),
  region: Nullable(Type.String()),
  /** Whether a finding of the order still stands. */
  standing: Type.Boolean(),
});
export const OrderPage = PageOf(OrderLine);

export const OrderView = Type.Object({
  ...OrderLine.properties,
  ...CASE_PAGE,
  findings: Type.Array(Type.String(), { description: "Ids of the findings that the order answers, oldest first." }),
  findingRecords: Type.Array(
    Type.Object({
      finding: Type.String(),
      trigger: Type.String(),
      version: Type.Integer(),
      level: Type.Integer(),
      onset: Time,
      clearedAt: Nullable(Time),
      sentence: Bilingual,
    }),
  ),
  notifiedAt: Nullable(Time),
  resolvedAt: Nullable(Time),
  contactAttempts: Type.Integer(),
  disposalReference: Nullable(Type.String()),
  reopenings: Type.Integer(),
});
