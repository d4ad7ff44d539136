/** Bulk actions as JSON. */
import { Type } from "typebox";
import type { BulkOutcome, BulkPreview, BulkState } from "../../records/tables/bulk.ts";
import { Bilingual, Nullable, Time } from "../../http/mod.ts";
import { Name } from "../engine/routes/parameters.ts";
import { STORABLE } from "../engine/list.ts";
import { ActorView, BasisView } from "../engine/view-schema.ts";
import { Selection } from "./selection.ts";

export const PREVIEWS = ["acts", "proposes", "confirms", "input", "refused"] as const satisfies readonly BulkPreview[];
export const OUTCOMES = [
  "done",
  "proposed",
  "refused",
  "skipped",
  "cancelled",
  "failed",
] as const satisfies readonly BulkOutcome[];

const Fields = Type.Record(Type.String({ maxLength: 80 }), Type.Unknown());

export const ChoicesBody = Type.Object({ selection: Selection }, { additionalProperties: false });
export const Choices = Type.Object({
  total: Type.Integer({ description: "How many cases were selected." }),
  choices: Type.Array(
    Type.Object({
      kind: Type.String(),
      kindTitle: Bilingual,
      name: Type.String(),
      title: Bilingual,
      input: Type.Unknown({ description: "JSON Schema of what to enter." }),
      conditions: Type.Array(Type.Object({ code: Type.String(), text: Bilingual })),
      basis: BasisView,
      fourEyes: Type.Boolean({ description: "A second person has to take it too." }),
      isPersonal: Type.Boolean({
        description: "One of the cases is about a vehicle: what is entered is about its keeper.",
      }),
      count: Type.Integer({ description: "How many of the cases offer it." }),
    }),
  ),
});

export const PreviewBody = Type.Object(
  {
    selection: Selection,
    kind: Name,
    action: Name,
    input: Type.Optional(Fields),
    inputs: Type.Optional(
      Type.Record(Type.String({ maxLength: 40 }), Fields, {
        description: "Id of a case → what is other in its input than in `input`.",
      }),
    ),
    purpose: Type.Optional(Type.String({ minLength: 1, maxLength: 400, pattern: STORABLE })),
  },
  { additionalProperties: false },
);

const counts = <Code extends string>(codes: readonly Code[]) =>
  Type.Object(
    Object.fromEntries(codes.map((code) => [code, Type.Integer()])) as Record<Code, ReturnType<typeof Type.Integer>>,
  );

export const RunState = Type.Unsafe<BulkState>({
  type: "string",
  enum: ["preview", "running", "done", "cancelled"],
});

export const RunView = Type.Object({
  id: Type.String(),
  state: RunState,
  kind: Type.String(),
  kindTitle: Bilingual,
  action: Type.String(),
  actionTitle: Bilingual,
  input: Type.Unknown({ description: "Without what the reader's role may not read." }),
  purpose: Nullable(Type.String()),
  query: Nullable(Type.Record(Type.String(), Type.Unknown())),
  by: ActorView,
  total: Type.Integer(),
  waiting: Type.Integer({ description: "Cases that are still to be handled; those of a preview that would be." }),
  previews: counts(PREVIEWS),
  outcomes: counts(OUTCOMES),
  previewedAt: Time,
  startedAt: Nullable(Time),
  endedAt: Nullable(Time),
});

export const RowView = Type.Object({
  position: Type.Integer(),
  case: Type.Object({
    id: Type.String(),
    title: Nullable(Bilingual),
    kind: Nullable(Type.String()),
    stateTitle: Nullable(Bilingual),
  }),
  version: Type.Integer({ description: "Of the case when it was previewed." }),
  preview: Type.Unsafe<BulkPreview>({ type: "string", enum: [...PREVIEWS] }),
  outcome: Nullable(Type.Unsafe<BulkOutcome>({ type: "string", enum: [...OUTCOMES] })),
  code: Nullable(Type.String()),
  reason: Nullable(Bilingual),
  changes: Type.Array(
    Type.Object({ sequence: Type.Integer(), name: Type.String(), title: Bilingual, at: Time, roleTitle: Bilingual }),
    { description: "What was done to the case between preview and run, where that is why it refused." },
  ),
  leaf: Nullable(Type.String({ description: "Ledger leaf of the action." })),
  at: Nullable(Time),
});

export const RunId = Type.Object({ run: Type.String({ pattern: "^blk_[0-9a-z]{20}$" }) });
