/** How quality figures look in the API. */
import { Type } from "typebox";
import { Bilingual, Nullable, PAGE_QUERY, Time } from "../http/mod.ts";
import { VERDICTS } from "./report.ts";
import { DENOMINATORS, RULE_CLASSES, type RuleClass } from "./rule.ts";

export const VehicleId = Type.String({ pattern: "^veh_[0-9a-z]{13}$" });
export const PlatformId = Type.String({
  pattern: "^(plt_[0-9a-z]+|direct)$",
  description: "Or `direct`: what terminals send directly.",
});
const Count = Type.Integer({ minimum: 0 });
const Day = Type.String({ format: "date", description: "Day of receipt in Asia/Shanghai." });
const Class = Type.Enum(Object.keys(RULE_CLASSES) as RuleClass[]);
const VerdictAnswer = Type.Enum([...VERDICTS]);

export const RANGE_QUERY = { from: Type.Optional(Day), to: Type.Optional(Day) };

export const RuleAnswer = Type.Object({
  id: Type.String(),
  number: Type.Integer(),
  class: Class,
  title: Bilingual,
  requirement: Type.String(),
  basis: Type.String(),
  certainty: Type.String({ description: "F found, S secondary source, D draft, M from memory, P product proposal." }),
  effectiveFrom: Nullable(Type.String()),
  editions: Type.Array(Type.Integer()),
  per: Type.Enum([...DENOMINATORS], { description: "What the count is a share of." }),
  signal: Nullable(Type.String()),
  parameters: Type.Record(
    Type.String(),
    Type.Object({ value: Type.Number(), unit: Type.String(), certainty: Nullable(Type.String()) }),
  ),
  limit: Nullable(
    Type.Object(
      { share: Type.Number(), basis: Type.String(), certainty: Type.String() },
      { description: "Indicative." },
    ),
  ),
});
export const RulesAnswer = Type.Object({
  version: Type.Integer(),
  items: Type.Array(RuleAnswer),
  next: Type.Null(),
});

const SHARE = {
  hits: Count,
  of: Type.Integer({ minimum: 0, description: "What the share is of." }),
  share: Nullable(Type.Number()),
  verdict: VerdictAnswer,
};

const Distribution = Type.Array(
  Type.Object({ upToSeconds: Nullable(Type.Number({ description: "null: longer than all." })), count: Count }),
);

export const ReportAnswer = Type.Object({
  from: Day,
  to: Day,
  name: Nullable(Type.String({ description: "Of a platform." })),
  rulesVersion: Type.Integer(),
  edition: Nullable(Type.Enum(["2016", "2025", "both"])),
  verdict: VerdictAnswer,
  days: Type.Integer({ description: "Days with data." }),
  counts: Type.Object({
    frames: Count,
    realtime: Count,
    reissued: Count,
    logins: Count,
    logouts: Count,
    splitParts: Count,
    alarmLevel3: Count,
  }),
  meanDelayMs: Nullable(Type.Number()),
  items: Type.Array(
    Type.Object({
      id: Type.String(),
      section: Type.String(),
      sectionTitle: Bilingual,
      title: Bilingual,
      verdict: VerdictAnswer,
      clause: Type.String(),
      clauseZh: Type.String(),
      requirement: Type.String(),
      certainty: Type.String(),
      broken: Count,
      of: Count,
      share: Nullable(Type.Number()),
      limit: Type.Number(),
      rule: Nullable(Type.String()),
    }),
  ),
  intervals: Distribution,
  alarmIntervals: Distribution,
  delays: Distribution,
  reissueDelays: Distribution,
  broken: Type.Array(Type.Object({ rule: Type.String(), class: Class, title: Bilingual, ...SHARE })),
  bursts: Type.Array(
    Type.Object({
      vehicle: VehicleId,
      onset: Time,
      level: Type.Integer(),
      edition: Type.Integer(),
      beforeSeconds: Type.Integer({ description: "Of the 30 before the onset, those with data." }),
      afterSeconds: Type.Integer(),
      afterDue: Type.Integer(),
      clearedAt: Nullable(Time),
      verdict: VerdictAnswer,
    }),
  ),
});

export const GROUPS = ["rule", "vehicle", "platform"] as const;

export const QualityQuery = Type.Object(
  {
    ...RANGE_QUERY,
    by: Type.Optional(Type.Enum([...GROUPS], { default: "rule" })),
    rule: Type.Optional(Type.String({ maxLength: 100, description: "Only this rule." })),
    class: Type.Optional(Class),
    ...PAGE_QUERY,
  },
  { additionalProperties: false },
);

export const QualityAnswer = Type.Object({
  from: Day,
  to: Day,
  by: Type.Enum([...GROUPS]),
  items: Type.Array(
    Type.Object({
      rule: Nullable(Type.String({ description: "The rule, or of a vehicle or platform the one it broke worst." })),
      class: Nullable(Class),
      title: Nullable(Bilingual),
      vehicle: Nullable(VehicleId),
      vin: Nullable(Type.String({ description: "Masked." })),
      maker: Nullable(Type.String()),
      model: Nullable(Type.String()),
      platform: Nullable(Type.String()),
      name: Nullable(Type.String()),
      vehicles: Nullable(Type.Integer({ description: "Vehicles that broke the rule." })),
      reports: Nullable(Count),
      ...SHARE,
    }),
  ),
  next: Nullable(Type.String()),
});
