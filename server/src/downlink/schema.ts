/** How commands look in the API. */
import type { LegalBasis } from "@sandglass/casework";
import { DIALECT_VALUES, type Dialect } from "@sandglass/gbt32960";
import { Type, type Static } from "typebox";
import { maskVin, vehicleIdOf, type PersonNames } from "../access/mod.ts";
import type { Actor } from "../records/mod.ts";
import { Bilingual, Nullable, PAGE_QUERY, Time, toTime, toTimeOrNull } from "../http/mod.ts";
import { COMMAND_ACTIONS, possibleActions } from "./actions.ts";
import {
  COMMAND_EVENTS,
  COMMAND_KINDS,
  COMMAND_STATES,
  OPEN_STATES,
  type Command,
  type CommandEvent,
  type CommandRequest,
  type Person,
} from "./command.ts";
import { withoutSecrets } from "./frames.ts";
import { APPROVAL_RULES, findApprovalRule } from "./policy.ts";
import { shownUpgrade } from "./upgrade-request.ts";

export const CommandId = Type.String({ pattern: "^cmd_[0-9a-z]{20}$" });
export const VehicleId = Type.String({ pattern: "^veh_[0-9a-z]{13}$" });

export const CommandQuery = Type.Object(
  {
    state: Type.Optional(Type.Enum(["open", ...COMMAND_STATES], { description: `open: ${OPEN_STATES.join(", ")}.` })),
    kind: Type.Optional(Type.Enum([...COMMAND_KINDS])),
    ...PAGE_QUERY,
  },
  { additionalProperties: false },
);

/** Each choice with what it can be, as the codec has them. */
export const DialectAnswer = Type.Object({
  parameterWidths: oneOfChoices("parameterWidths"),
  annexBTypes: oneOfChoices("annexBTypes"),
  countSentinels: oneOfChoices("countSentinels"),
  firstCell: oneOfChoices("firstCell"),
  hydrogenConcentrationMax: oneOfChoices("hydrogenConcentrationMax"),
  activationInfoBase: oneOfChoices("activationInfoBase"),
  alarmBit22: oneOfChoices("alarmBit22"),
});

function oneOfChoices<const K extends keyof Dialect>(name: K) {
  const values: readonly Dialect[K][] = DIALECT_VALUES[name];
  return Type.Unsafe<Dialect[K]>(Type.Union(values.map((value) => Type.Literal(value))));
}

const PersonAnswer = Type.Object({
  id: Type.String(),
  role: Type.String(),
  organisation: Type.String(),
  account: Nullable(Type.String()),
  name: Nullable(Type.String({ description: "Where the reader may know it." })),
});

const COMMAND = {
  id: CommandId,
  vehicle: VehicleId,
  vin: Type.String({ description: "Masked." }),
  kind: Type.Enum([...COMMAND_KINDS]),
  request: Type.Unknown({ description: "As it was asked for; an access password is shown as asterisks." }),
  reason: Type.String(),
  state: Type.Enum([...COMMAND_STATES]),
  approval: Nullable(
    Type.Object(
      {
        rule: Type.Enum(APPROVAL_RULES.map(({ id }) => id)),
        title: Bilingual,
        source: Type.String(),
        sourceZh: Type.Optional(Type.String()),
        certainty: Type.String(),
      },
      { description: "Why a second person has to approve it; null = nobody has to." },
    ),
  ),
  requestedBy: PersonAnswer,
  requestedAt: Time,
  decidedBy: Nullable(PersonAnswer),
  decidedAt: Nullable(Time),
  decisionReason: Nullable(Type.String()),
  attempts: Type.Integer(),
  tries: Type.Integer({ description: "Attempts at most." }),
  retrySeconds: Type.Number({ description: "Wait for an answer before the next attempt." }),
  nextAttemptAt: Nullable(Time),
  expiresAt: Time,
  sentAt: Nullable(Time),
  endedAt: Nullable(Time),
  edition: Nullable(Type.String()),
  link: Nullable(Type.Integer()),
  flag: Nullable(Type.Integer({ description: "Response flag, GB/T 32960.3 table 4: 1 = success." })),
  answer: Nullable(
    Type.Object({
      time: Nullable(Type.String({ description: "As the reply carries it, +08:00." })),
      parameters: Nullable(
        Type.Array(
          Type.Object({
            id: Type.Integer(),
            name: Nullable(Type.String()),
            value: Type.Union([Type.Number(), Type.String(), Type.Object({ hex: Type.String() })]),
            sentinel: Nullable(Type.Enum(["abnormal", "invalid"])),
          }),
        ),
      ),
      rest: Nullable(Type.String({ description: "Bytes that no layout explains, hexadecimal." })),
      problem: Nullable(Type.String()),
    }),
  ),
  possibleActions: Type.Array(Type.Enum([...COMMAND_ACTIONS])),
};
export const CommandAnswer = Type.Object(COMMAND);

export const CommandDetailAnswer = Type.Object({
  ...COMMAND,
  events: Type.Array(
    Type.Object({
      kind: Type.Enum([...COMMAND_EVENTS]),
      at: Time,
      attempt: Nullable(Type.Integer()),
      actor: PersonAnswer,
      detail: Type.Record(Type.String(), Type.Unknown()),
      leaf: Type.String({ description: "Leaf of the ledger that records it." }),
    }),
  ),
});

function sourceOf({ source, sourceZh, certainty }: LegalBasis) {
  return { source, certainty, ...(sourceZh === undefined ? {} : { sourceZh }) };
}

function personAnswer({ id, role, organisation, account }: Person, names: PersonNames) {
  return { id, role, organisation, account: account ?? null, name: names.get(id) ?? null };
}

function requestAnswer(request: CommandRequest): CommandRequest {
  const shown = withoutSecrets(request);
  return shown.kind === "control" && shown.control === "upgrade"
    ? { ...shown, upgrade: shownUpgrade(shown.upgrade) }
    : shown;
}

/** A command as an actor sees it. */
export function commandAnswer(command: Command, actor: Actor, names: PersonNames): Static<typeof CommandAnswer> {
  const { answer } = command;
  const rule = findApprovalRule(command.request);
  return {
    id: command.id,
    vehicle: vehicleIdOf(command.vehicle),
    vin: maskVin(command.vin),
    kind: command.kind,
    request: requestAnswer(command.request),
    reason: command.reason,
    state: command.state,
    approval:
      rule === undefined || !command.needsApproval
        ? null
        : { rule: rule.id, title: { ...rule.title }, ...sourceOf(rule.basis) },
    requestedBy: personAnswer(command.requestedBy, names),
    requestedAt: toTime(command.requestedAt),
    decidedBy: command.decidedBy === undefined ? null : personAnswer(command.decidedBy, names),
    decidedAt: toTimeOrNull(command.decidedAt),
    decisionReason: command.decisionReason ?? null,
    attempts: command.attempts,
    tries: command.tries,
    retrySeconds: command.retryMs / 1000,
    nextAttemptAt: command.state === "sent" ? toTimeOrNull(command.nextAt) : null,
    expiresAt: toTime(command.expiresAt),
    sentAt: toTimeOrNull(command.sentAt),
    endedAt: toTimeOrNull(command.endedAt),
    edition: command.edition === undefined ? null : String(command.edition),
    link: command.link ?? null,
    flag: command.flag ?? null,
    answer:
      answer === undefined
        ? null
        : {
            time: answer.time ?? null,
            parameters:
              answer.parameters?.map(({ id, name, value, sentinel }) => ({
                id,
                name: name ?? null,
                value: typeof value === "object" ? { hex: value.hex } : value,
                sentinel: sentinel ?? null,
              })) ?? null,
            rest: answer.rest ?? null,
            problem: answer.problem ?? null,
          },
    possibleActions: possibleActions(actor, command),
  };
}

export function commandDetail(
  command: Command,
  events: readonly CommandEvent[],
  actor: Actor,
  names: PersonNames,
): Static<typeof CommandDetailAnswer> {
  return {
    ...commandAnswer(command, actor, names),
    events: events.map((event) => ({
      kind: event.kind,
      at: toTime(event.at),
      attempt: event.attempt ?? null,
      actor: personAnswer(event.actor, names),
      detail: { ...event.detail },
      leaf: event.leaf,
    })),
  };
}
