/** How findings look in the API. */
import { Type } from "typebox";
import { Bilingual, Nullable, PAGE_QUERY, Time } from "../http/mod.ts";
import { FINDING_SORT } from "./finding-sort.ts";
import { FINDING_STATUSES } from "./queries.ts";

export const FindingId = Type.String({ pattern: "^fnd_[0-9a-z]{26}$" });
const VehicleId = Type.String({ pattern: "^veh_[0-9a-z]{13}$" });

export const FINDING_FILTER = {
  vehicle: Type.Optional(VehicleId),
  subjectKind: Type.Optional(
    Type.String({ pattern: "^[a-z][a-z_]{0,31}$", description: "vehicle, ai_service, fleet …" }),
  ),
  subject: Type.Optional(
    Type.String({
      maxLength: 200,
      description: "Id of a subject that is no vehicle; of that kind, where one is named.",
    }),
  ),
  level: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 4, description: "That level and above; `exactLevel` for that one alone." }),
  ),
  exactLevel: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 4,
      description: "That level alone, as `GET /situation` counts open findings.",
    }),
  ),
  status: Type.Optional(
    Type.Enum([...FINDING_STATUSES], {
      description: "Suppressed ones (by another trigger, or within a cooldown) are listed only when asked for.",
    }),
  ),
  trigger: Type.Optional(Type.String({ maxLength: 200 })),
  project: Type.Optional(Type.String({ maxLength: 100 })),
  q: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 120,
      description: "Words in the title or the id of the trigger; all of them.",
    }),
  ),
};
/** More ids than a live list gathers before somebody looks are not asked about. */
const MOST_IDS = 100;
export const FindingQuery = Type.Object(
  {
    ...FINDING_FILTER,
    ids: Type.Optional(
      Type.String({
        pattern: `^fnd_[0-9a-z]{26}(,fnd_[0-9a-z]{26}){0,${MOST_IDS - 1}}$`,
        description: `Only these, at most ${MOST_IDS}: which of them pass the filter.`,
      }),
    ),
    sort: FINDING_SORT,
    ...PAGE_QUERY,
  },
  { additionalProperties: false },
);

export const WitnessAnswer = Type.Object({
  node: Type.String({ description: "Text of the condition that the sample decided." }),
  signal: Type.String(),
  time: Time,
  value: Nullable(Type.Number()),
  seq: Type.Integer({ description: "Ingest sequence number: GET /vehicles/{id}/frames/{seq} gives the raw frame." }),
  ref: Type.Integer({ description: "Same as seq." }),
  role: Type.String({ description: "first, last, extreme or event." }),
});

const FINDING = {
  id: FindingId,
  trigger: Type.String(),
  version: Type.Integer(),
  level: Type.Integer({ minimum: 1, maximum: 4 }),
  status: Type.Enum([...FINDING_STATUSES]),
  suppressedBy: Nullable(
    Type.String({
      description:
        "Of suppressed ones: trigger that was firing for the subject and kept it back; null: a cooldown did.",
    }),
  ),
  confirmed: Type.Boolean({ description: "False while data within the lateness allowance could still change it." }),
  state: Type.Enum(["provisional", "confirmed", "amended", "retracted"], {
    description: "What late data did to it; retracted: with all data known it did not happen.",
  }),
  revision: Type.Integer({ description: "How often late data changed it." }),
  origin: Type.Enum(["live", "replay", "screening"], { description: "replay: found only when late data came." }),
  amendedAt: Nullable(Time),
  retractedAt: Nullable(Time),
  onset: Time,
  clearedAt: Nullable(Time),
  detectedAt: Time,
  vehicle: Nullable(VehicleId),
  subject: Type.Object({ kind: Type.String(), id: Type.String(), name: Nullable(Type.String()) }),
  vin: Nullable(Type.String({ description: "Masked." })),
  maker: Nullable(Type.String({ description: "Of the vehicle, as registered." })),
  region: Nullable(Type.String({ description: "Division code of the vehicle, as registered." })),
  title: Bilingual,
  project: Nullable(Type.String()),
  effect: Nullable(
    Type.String({ description: "What the project's rules ask for: warn, restrict, suspend, terminate." }),
  ),
  assurance: Type.String({
    description: "Weakest assurance of the frames behind it: none, platform, mutual_tls, signed.",
  }),
  margin: Nullable(Type.Object({ value: Type.Number(), unit: Type.String() })),
};

export const FindingAnswer = Type.Object({ ...FINDING, witness: Nullable(WitnessAnswer) });

export const FindingDetailAnswer = Type.Object({
  ...FINDING,
  versionHash: Type.String(),
  conditionSince: Time,
  onsetObserved: Type.Boolean(),
  timeMarginMs: Nullable(Type.Integer()),
  witnesses: Type.Array(WitnessAnswer),
  condition: Type.String({ description: "Canonical text of the trigger version." }),
  conditionZh: Type.String(),
  explanation: Bilingual,
  basis: Nullable(Type.String()),
  basisZh: Nullable(Type.String({ description: "The basis in Chinese, where the author gave both." })),
  certainty: Nullable(Type.String()),
  effectiveFrom: Nullable(Type.String()),
  signals: Type.Array(Type.String(), { description: "Signals that the trigger reads." }),
  events: Type.Array(
    Type.Object({
      kind: Type.String(),
      at: Time,
      level: Nullable(Type.Integer()),
      revision: Type.Integer(),
      levels: Type.Array(Type.Object({ level: Type.Integer(), at: Nullable(Time), before: Nullable(Time) }), {
        description:
          "Of an amendment: when each level was reached with the late data known, and as it stood before; null: not reached.",
      }),
      knownFrom: Nullable(
        Type.String({
          format: "date-time",
          description:
            "The judgement of late data looked back to there and knew nothing from before: what held already may be told as a beginning.",
        }),
      ),
    }),
  ),
  levels: Type.Array(Type.Object({ level: Type.Integer(), at: Time }), {
    description: "When each level was reached by what is known now, lowest first.",
  }),
  interval: Type.Object({ from: Time, to: Time }, { description: "Frames of this time are kept as evidence." }),
  evidenceCopied: Type.Boolean(),
  ledger: Type.Array(
    Type.Object({
      id: Type.String(),
      kind: Type.String(),
      state: Type.Enum(["pending", "sequenced"]),
      index: Nullable(Type.Integer()),
    }),
  ),
});
