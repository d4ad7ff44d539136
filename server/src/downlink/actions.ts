/** What people do with commands: ask for one, approve, reject, withdraw. */
import type { Dialect } from "@sandglass/gbt32960";
import { createId, requirePerson, requireRight, vehicleIdOf } from "../access/mod.ts";
import { ERRORS, SandglassError, type ErrorParameters } from "../errors/mod.ts";
import { isPerson, type Actor, type Tx } from "../records/mod.ts";
import type { Command, CommandRequest } from "./command.ts";
import { withoutSecrets } from "./frames.ts";
import { findApprovalRule, mayCommand } from "./policy.ts";
import { checkRequest } from "./request.ts";
import { appendEvent, getCommand, moveCommand } from "./store.ts";

export const COMMAND_ACTIONS = ["approve", "reject", "withdraw"] as const;
export type CommandAction = (typeof COMMAND_ACTIONS)[number];

export interface CommandTimes {
  /** Attempts in all. Annex B.2: a command is repeated, three tries. */
  readonly tries: number;
  /** Wait for the answer to a query or a setting, ms. */
  readonly retryMs: number;
  /** The same for a control; annex B.2: one minute. */
  readonly controlRetryMs: number;
  readonly expiryMs: number;
}

/** What the platform's configuration says of commands. */
export interface CommandRules extends CommandTimes {
  /** How terminals read parameters; default: the codec's. */
  readonly dialect?: Partial<Dialect> | undefined;
}

export const DEFAULT_TIMES: CommandTimes = {
  tries: 3,
  retryMs: 10_000,
  controlRetryMs: 60_000,
  expiryMs: 3_600_000,
};

export interface NewCommand {
  readonly vehicle: bigint;
  readonly request: CommandRequest;
  readonly reason: string;
  readonly expiryMs?: number | undefined;
  readonly idempotencyId?: string | undefined;
}

/**
 * Asks for a command. It waits for a second person where a rule of policy.ts says so, else for its turn.
 * The same idempotency id gives the command of the first time.
 * @throws SG_NOT_FOUND for a vehicle that the actor cannot see, SG_FORBIDDEN, SG_REQUEST_INVALID, SG_IDEMPOTENCY_REUSED
 */
export async function requestCommand(
  tx: Tx,
  actor: Actor,
  { vehicle, request, reason, expiryMs, idempotencyId }: NewCommand,
  { dialect, ...times }: CommandRules,
  now: number,
): Promise<Command> {
  const known = await tx
    .selectFrom("vehicles")
    .select(["organisation", "region", "edition"])
    .where("key", "=", vehicle)
    .executeTakeFirst();
  if (known === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: vehicleIdOf(vehicle) });
  const extent = { organisation: known.organisation ?? undefined, region: known.region ?? undefined };
  if (!mayCommand(actor, "write", extent)) throw forbidden(actor, "write");
  checkRequest(request, known.edition === "2016" ? 2016 : known.edition === "2025" ? 2025 : undefined, dialect);
  const again = idempotencyId === undefined ? undefined : await findAgain(tx, actor, idempotencyId);
  if (again !== undefined) {
    if (again.vehicle !== vehicle || again.kind !== request.kind)
      throw new SandglassError(ERRORS.IDEMPOTENCY_REUSED, { idempotencyId: idempotencyId! });
    return again;
  }
  const id = createId("cmd");
  const rule = findApprovalRule(request);
  await tx
    .insertInto("vehicle_commands")
    .values({
      id,
      vehicle,
      kind: request.kind,
      request: JSON.stringify(request),
      reason,
      needs_approval: rule !== undefined,
      state: rule === undefined ? "queued" : "awaiting_approval",
      requested_by: actor.id,
      requested_role: actor.role,
      requested_organisation: actor.organisation,
      requested_account: actor.account ?? null,
      requested_at: new Date(now),
      idempotency_id: idempotencyId ?? null,
      tries: times.tries,
      retry_ms: request.kind === "control" ? times.controlRetryMs : times.retryMs,
      expires_at: new Date(now + (expiryMs ?? times.expiryMs)),
    })
    .execute();
  await appendEvent(
    tx,
    actor,
    { id, vehicle, kind: request.kind, ...extent },
    {
      kind: "requested",
      at: now,
      detail: {
        request: withoutSecrets(request),
        reason,
        ...(rule === undefined ? {} : { approval: rule.id }),
      },
    },
  );
  return getCommand(tx, id);
}

async function findAgain(tx: Tx, actor: Actor, idempotencyId: string): Promise<Command | undefined> {
  const row = await tx
    .selectFrom("vehicle_commands")
    .select("id")
    .where("requested_by", "=", actor.id)
    .where("idempotency_id", "=", idempotencyId)
    .executeTakeFirst();
  return row === undefined ? undefined : getCommand(tx, row.id);
}

/** What an actor may do with a command now. */
export function possibleActions(actor: Actor, command: Command): CommandAction[] {
  const decides =
    command.state === "awaiting_approval" &&
    command.requestedBy.id !== actor.id &&
    isPerson(actor) &&
    mayCommand(actor, "decide", command);
  const withdraws =
    command.requestedBy.id === actor.id && (command.state === "awaiting_approval" || command.state === "queued");
  return [...(decides ? (["approve", "reject"] as const) : []), ...(withdraws ? (["withdraw"] as const) : [])];
}

/**
 * Takes an action on a command.
 * @throws SG_NOT_FOUND, SG_FORBIDDEN, SG_FOUR_EYES for the approval of one's own command, SG_ACTION_NOT_POSSIBLE with
 * what is possible instead
 */
export async function actOnCommand(
  tx: Tx,
  actor: Actor,
  id: string,
  action: CommandAction,
  reason: string,
  now: number,
): Promise<Command> {
  const command = await getCommand(tx, id);
  if (command.state === "awaiting_approval" && command.expiresAt <= now) throw refused(actor, command, action);
  if (action === "withdraw") {
    if (command.requestedBy.id !== actor.id) throw forbidden(actor, "withdraw");
  } else {
    if (!mayCommand(actor, "decide", command)) throw forbidden(actor, "decide");
    if (command.state === "awaiting_approval" && command.requestedBy.id === actor.id)
      throw new SandglassError(ERRORS.FOUR_EYES, {
        action,
        reason: "you asked for this command yourself",
        reasonZh: "该指令由您本人提出",
      });
    if (command.state === "awaiting_approval") requirePerson(actor, action);
  }
  if (!possibleActions(actor, command).includes(action)) throw refused(actor, command, action);
  const ending = action === "approve" ? {} : { ended_at: new Date(now) };
  const decision =
    action === "withdraw"
      ? {}
      : {
          decided_by: actor.id,
          decided_role: actor.role,
          decided_organisation: actor.organisation,
          decided_account: actor.account ?? null,
          decided_at: new Date(now),
          decision_reason: reason,
        };
  const state = ({ approve: "queued", reject: "rejected", withdraw: "withdrawn" } as const)[action];
  if (!(await moveCommand(tx, command, { state, ...ending, ...decision })))
    throw refused(actor, await getCommand(tx, id), action);
  const kind = ({ approve: "approved", reject: "rejected", withdraw: "withdrawn" } as const)[action];
  await appendEvent(tx, actor, command, { kind, at: now, detail: { reason } });
  return getCommand(tx, id);
}

function forbidden(actor: Actor, right: string): SandglassError {
  return new SandglassError(ERRORS.FORBIDDEN, { role: actor.role, object: "vehicleCommand", right });
}

/** The api puts `possible` into the answer. */
export class CommandRefusedError extends SandglassError {
  readonly possible: readonly { readonly name: CommandAction }[];

  constructor(action: string, state: string, possible: readonly CommandAction[]) {
    super(ERRORS.ACTION_NOT_POSSIBLE, {
      action,
      reason: `the command is ${state}`,
      reasonZh: `指令状态为 ${state}`,
    } satisfies ErrorParameters);
    this.name = "CommandRefusedError";
    this.possible = possible.map((name) => ({ name }));
  }
}

function refused(actor: Actor, command: Command, action: CommandAction): SandglassError {
  return new CommandRefusedError(action, command.state, possibleActions(actor, command));
}

/** @throws SG_FORBIDDEN unless the role may read commands at all; row policies decide which */
export function requireCommandReader(actor: Actor): void {
  requireRight(actor, "vehicleCommand", "read");
}
