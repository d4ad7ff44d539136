/** How every case looks in JSON, whatever its kind. */
import { Type } from "typebox";
import { CERTAINTIES, FIELD_SHAPES, OBLIGATION_STATUSES, type Certainty } from "@sandglass/casework";
import { Bilingual, Nullable, Time } from "../../http/mod.ts";

// oxlint-disable-next-line typescript/explicit-function-return-type -- the schema's own type is the point
export const codes = <Code extends string>(values: readonly Code[], description?: string) =>
  Type.Unsafe<Code>({ type: "string", enum: [...values], ...(description === undefined ? {} : { description }) });

export const CertaintyCode = codes(
  Object.keys(CERTAINTIES) as Certainty[],
  "How sure the rule is: F found, S secondary, D draft, M unverified, P proposal.",
);

export const BasisView = Type.Object({
  requirement: Type.String(),
  source: Type.String({ description: "Name of the rule with its articles." }),
  sourceZh: Type.Optional(Type.String({ description: "The same in Chinese, where the author gave both." })),
  certainty: CertaintyCode,
  effectiveFrom: Type.Optional(Type.String()),
});

export const ActorView = Type.Object({
  id: Type.String(),
  role: Type.String(),
  roleTitle: Bilingual,
  organisation: Nullable(Type.String()),
  account: Nullable(Type.String()),
  name: Nullable(Type.String({ description: "Of a person whom the reader may know by name; their name of today." })),
});

export const ObligationView = Type.Object({
  id: Type.String(),
  code: Type.String(),
  title: Bilingual,
  bearers: Type.Array(Type.String(), { description: "Roles whose duty it is." }),
  subject: Nullable(Type.String()),
  startAt: Time,
  dueAt: Nullable(Time),
  formerDue: Type.Array(Time, { description: "Due times that no longer hold, oldest first." }),
  revisions: Type.Array(
    Type.Object({ at: Time, startAt: Time, dueAt: Nullable(Time), reason: Bilingual, action: Type.String() }),
    { description: "Starts and limits that were corrected, with what they were and why; oldest first." },
  ),
  ladder: Type.Array(
    Type.Object({ code: Type.String(), at: Time, notify: Type.Array(Type.String()), action: Nullable(Type.String()) }),
    { description: "Steps ahead of the due time and after it; empty while paused and after its end." },
  ),
  status: codes(OBLIGATION_STATUSES),
  endedAt: Nullable(Time),
  unit: Type.String(),
  amount: Type.Number(),
  from: Bilingual,
  basis: BasisView,
  certainty: CertaintyCode,
  calendar: Type.String({ description: "Version of the work calendar the due time was computed with." }),
});

export const ActionView = Type.Object({
  id: Type.String(),
  sequence: Type.Integer(),
  name: Type.String(),
  title: Bilingual,
  at: Time,
  actor: ActorView,
  purpose: Nullable(Type.String()),
  proposed: Type.Boolean({ description: "First half of an action that needs four eyes." }),
  from: Nullable(Type.String()),
  to: Type.String(),
  input: Type.Unknown(),
  facts: Type.Unknown(),
  summary: Nullable(Bilingual),
  finding: Nullable(Type.String()),
  leaf: Type.String({ description: "Ledger leaf written with it." }),
});

export const OfferView = Type.Object({
  code: Type.String(),
  isOpen: Type.Boolean({ description: "Whether the action would be taken with it now." }),
  group: Bilingual,
  note: Nullable(Bilingual),
  dueAt: Nullable(Time),
  limit: Nullable(Type.Object({ unit: Type.String(), amount: Type.Number(), from: Bilingual, basis: BasisView })),
});

export const OutcomeView = Type.Object({
  when: Type.Record(Type.String(), Nullable(Type.Union([Type.String(), Type.Boolean()])), {
    description:
      "What must be entered for it, by field; null where the field is left out. Empty where nothing entered matters.",
  }),
  to: Nullable(Type.String({ description: "The state after it; null where the case keeps its state." })),
});

export const PossibleActionView = Type.Object({
  name: Type.String(),
  title: Bilingual,
  outcomes: Type.Array(OutcomeView, {
    description: "Where it leads from the case as it is; more than one where that depends.",
  }),
  present: Type.Unknown({
    description: "What the case has of the fields of the input already, by field; null where nothing is taken over.",
  }),
  begins: Type.Unknown({
    description: "What a form begins with and sends all of, by field: what was filed before. Null where nothing was.",
  }),
  input: Type.Unknown({ description: "Plain JSON Schema of what to enter; `x-zh` is the Chinese label." }),
  basis: BasisView,
  conditions: Type.Array(Type.Object({ code: Type.String(), text: Bilingual })),
  offers: Type.Record(Type.String(), Type.Array(OfferView), {
    description:
      "What the case says of the choices of a field, by the field's name; those that can be taken come first.",
  }),
  remarks: Type.Array(Bilingual, { description: "What whoever takes it should know of this case before they do." }),
  fourEyes: Nullable(Type.Object({ proposedBy: Nullable(Type.String()), proposedAt: Nullable(Time) })),
});

export const BlockedActionView = Type.Object({
  name: Type.String(),
  title: Bilingual,
  missing: Type.Array(Type.Object({ code: Type.String(), text: Bilingual })),
});

export const FieldView = Type.Object({
  name: Type.String(),
  title: Bilingual,
  shape: codes(FIELD_SHAPES),
  choices: Nullable(Type.Record(Type.String(), Bilingual)),
  unit: Nullable(Type.String()),
  schema: Type.Optional(
    Type.Unknown({ description: "Plain JSON Schema of the value, where its codes or parts have names." }),
  ),
  value: Type.Unknown(),
});

export const RailView = Type.Array(
  Type.Object({ code: Type.String(), title: Bilingual, status: codes(["done", "current", "ahead"]) }),
);

/** Fields of a line in a list of cases. */
export const CASE_LINE = {
  id: Type.String(),
  kind: Type.String(),
  state: Type.String(),
  stateTitle: Bilingual,
  stage: Type.String(),
  ended: Type.Boolean(),
  flags: Type.Array(Type.String()),
  flagTitles: Type.Record(Type.String(), Bilingual, { description: "Names of its flags, by their codes." }),
  version: Type.Integer(),
  organisation: Nullable(Type.String({ description: "The party in charge." })),
  organisations: Type.Array(Type.String()),
  regions: Type.Array(Type.String()),
  vehicles: Type.Array(Type.String()),
  project: Nullable(Type.String()),
  openedAt: Time,
  since: Time,
  updatedAt: Time,
  due: Nullable(Type.String({ format: "date-time", description: "Earliest due time of its open duties." })),
  overdue: Type.Boolean(),
};

/** Fields that only the page of one case has. */
export const CASE_PAGE = {
  definition: Type.Integer(),
  rail: RailView,
  obligations: Type.Array(ObligationView),
  documents: Type.Array(Type.Object({ code: Type.String(), title: Bilingual, issuedAt: Time, action: Type.String() })),
  proposals: Type.Array(
    Type.Object({ name: Type.String(), title: Bilingual, by: ActorView, at: Time, input: Type.Unknown() }),
  ),
  actions: Type.Array(ActionView, { description: "The newest 200, oldest first." }),
  actionsTotal: Type.Integer(),
  names: Type.Record(Type.String(), Bilingual, {
    description:
      "Vehicles, services, findings and cases that the case and its actions speak of, by id: masked VIN, name or title. What has no name here the actor may not see; of more than 500 of a sort the others have none.",
  }),
  fields: Type.Array(FieldView, { description: "The data of the case as its kind shows it to the actor." }),
  hiddenFields: Type.Array(Type.String(), { description: "Names of fields that the actor's role may not read." }),
  migrations: Type.Array(Type.Object({ to: Type.Integer(), title: Bilingual, basis: BasisView }), {
    description: "Later versions of the procedure into which the actor may move the case.",
  }),
  possibleActions: Type.Array(PossibleActionView),
  blockedActions: Type.Array(BlockedActionView),
};

/** Body of `POST …/actions/{name}`: `{input: {…}, version?}`; the fields of the input may also stand beside `version`. */
export const ActionBody = Type.Object(
  {
    input: Type.Optional(Type.Unknown({ description: "Fits the input schema of the action, see possibleActions." })),
    version: Type.Optional(
      Type.Unknown({ description: "The version the actor saw; another one answers 409 SG_CASE_CHANGED." }),
    ),
    idempotencyId: Type.Optional(Type.String({ minLength: 1, maxLength: 120 })),
    purpose: Type.Optional(Type.String({ minLength: 1, maxLength: 400 })),
  },
  { additionalProperties: true },
);
