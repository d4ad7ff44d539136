/** Rows of commands, bound to the actor of the transaction: row policies decide which exist and who may change them. */
import { sql, type Selectable } from "kysely";
import { vehicleIdOf } from "../access/mod.ts";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { appendLeaf } from "../ledger/mod.ts";
import { signatureOf, type Actor, type Tx } from "../records/mod.ts";
import type { VehicleCommandEventTable, VehicleCommandTable } from "../records/tables/downlink.ts";
import type {
  Answer,
  Command,
  CommandEvent,
  CommandEventKind,
  CommandKind,
  CommandRequest,
  CommandState,
  Person,
} from "./command.ts";

export interface CommandFilter {
  readonly vehicle?: bigint | undefined;
  readonly states?: readonly CommandState[] | undefined;
  readonly kind?: CommandKind | undefined;
  readonly limit: number;
  /** `ordinal` of the last one of the page before. */
  readonly below?: bigint | undefined;
}

type Row = Selectable<VehicleCommandTable> & {
  readonly vin: string;
  readonly vehicle_organisation: string | null;
  readonly vehicle_region: string | null;
};

function commandRows(tx: Tx) {
  return tx
    .selectFrom("vehicle_commands")
    .innerJoin("vehicles", "vehicles.key", "vehicle_commands.vehicle")
    .selectAll("vehicle_commands")
    .select(["vin", "vehicles.organisation as vehicle_organisation", "vehicles.region as vehicle_region"]);
}

/** Newest first. */
export async function findCommands(tx: Tx, filter: CommandFilter): Promise<Command[]> {
  let query = commandRows(tx).orderBy("ordinal", "desc").limit(filter.limit);
  if (filter.vehicle !== undefined) query = query.where("vehicle", "=", filter.vehicle);
  if (filter.states !== undefined) query = query.where("state", "in", filter.states);
  if (filter.kind !== undefined) query = query.where("kind", "=", filter.kind);
  if (filter.below !== undefined) query = query.where("ordinal", "<", filter.below);
  return (await query.execute()).map(commandOf);
}

/** @throws SG_NOT_FOUND also for one that is hidden from the actor */
export async function getCommand(tx: Tx, id: string): Promise<Command> {
  const row = await commandRows(tx).where("id", "=", id).executeTakeFirst();
  if (row === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: id });
  return commandOf(row);
}

/** Everything that happened to a command, oldest first. */
export async function listEvents(tx: Tx, id: string): Promise<CommandEvent[]> {
  const rows = await tx
    .selectFrom("vehicle_command_events")
    .selectAll()
    .where("command_id", "=", id)
    .orderBy("id")
    .execute();
  return rows.map(eventOf);
}

export interface EventInput {
  readonly kind: CommandEventKind;
  readonly at: number;
  readonly attempt?: number;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Appends an event and its ledger leaf. The detail must hold no VIN and no password: both are read by others. */
export async function appendEvent(
  tx: Tx,
  actor: Actor,
  command: Pick<Command, "id" | "vehicle" | "organisation" | "region" | "kind">,
  event: EventInput,
): Promise<void> {
  const { kind, at, attempt, detail = {} } = event;
  const plain = JSON.parse(JSON.stringify(detail)) as Record<string, never>;
  const leaf = await appendLeaf(tx, {
    kind: "vehicle-command",
    subject: command.id,
    at,
    content: {
      command: command.id,
      vehicle: vehicleIdOf(command.vehicle),
      kind: command.kind,
      event: kind,
      actor: signatureOf(actor),
      ...(attempt === undefined ? {} : { attempt }),
      detail: plain,
    },
    ...(command.organisation === undefined ? {} : { organisation: command.organisation }),
    ...(command.region === undefined ? {} : { region: command.region }),
  });
  await tx
    .insertInto("vehicle_command_events")
    .values({
      command_id: command.id,
      kind,
      at: new Date(at),
      attempt: attempt ?? null,
      actor_id: actor.id,
      actor_role: actor.role,
      actor_organisation: actor.organisation,
      actor_account: actor.account ?? null,
      detail: JSON.stringify(plain),
      leaf_id: leaf,
    })
    .execute();
}

export interface StateChange {
  readonly state: CommandState;
  readonly attempts?: number;
  readonly next_at?: Date | null;
  readonly sent_at?: Date;
  readonly link?: bigint | null;
  readonly edition?: 2016 | 2025;
  readonly ended_at?: Date;
  readonly flag?: number;
  readonly answer?: string;
  readonly decided_by?: string;
  readonly decided_role?: string;
  readonly decided_organisation?: string;
  readonly decided_account?: string | null;
  readonly decided_at?: Date;
  readonly decision_reason?: string;
}

/** Where a command stands; without `attempts` at any attempt of that state. */
export type CommandPosition = Pick<Command, "id" | "state"> & { readonly attempts?: number };

/**
 * Moves a command on if it still stands where it was read.
 * @returns false when something else was quicker
 */
export async function moveCommand(tx: Tx, from: CommandPosition, change: StateChange): Promise<boolean> {
  let update = tx.updateTable("vehicle_commands").set(change).where("id", "=", from.id).where("state", "=", from.state);
  if (from.attempts !== undefined) update = update.where("attempts", "=", from.attempts);
  return (await update.executeTakeFirst()).numUpdatedRows > 0n;
}

/** Commands about which something is to be done now: to expire, to send for the first time, to send again or give up. */
export async function dueCommands(
  tx: Tx,
  now: Date,
): Promise<{ readonly expired: Command[]; readonly waiting: Command[]; readonly overdue: Command[] }> {
  const open = commandRows(tx).orderBy("ordinal").limit(1_000);
  const [expired, waiting, overdue] = [
    await open.where("state", "in", ["awaiting_approval", "queued"]).where("expires_at", "<=", now).execute(),
    // The oldest one of each vehicle that has none outstanding: a vehicle is asked one thing at a time.
    await commandRows(tx)
      .where("state", "=", "queued")
      .where("expires_at", ">", now)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom("vehicle_commands as other")
              .select("other.id")
              .whereRef("other.vehicle", "=", "vehicle_commands.vehicle")
              .where("other.state", "=", "sent"),
          ),
        ),
      )
      .distinctOn("vehicle")
      .orderBy("vehicle")
      .orderBy("ordinal")
      .limit(10_000)
      .execute(),
    await open.where("state", "=", "sent").where("next_at", "<=", now).execute(),
  ];
  return { expired: expired.map(commandOf), waiting: waiting.map(commandOf), overdue: overdue.map(commandOf) };
}

/** Commands whose reply may still come: outstanding ones, and those that ended after `since`, with their attempts. */
export async function awaitedCommands(
  tx: Tx,
  since: Date,
): Promise<{ readonly command: Command; readonly attempts: readonly { time: string; link: number }[] }[]> {
  const rows = await commandRows(tx)
    .where((eb) =>
      eb.or([
        eb("state", "=", "sent"),
        eb.and([eb("state", "in", ["timed_out", "answered", "refused"]), eb("ended_at", ">", since)]),
      ]),
    )
    .orderBy("ordinal")
    .execute();
  if (rows.length === 0) return [];
  const sent = await tx
    .selectFrom("vehicle_command_events")
    .select(["command_id", sql<string>`detail->>'time'`.as("time"), sql<number>`(detail->>'link')::int`.as("link")])
    .where(
      "command_id",
      "in",
      rows.map((row) => row.id),
    )
    .where("kind", "=", "sent")
    .orderBy("id")
    .execute();
  return rows.map((row) => ({
    command: commandOf(row),
    attempts: sent.filter((each) => each.command_id === row.id).map(({ time, link }) => ({ time, link })),
  }));
}

function personOf(id: string, role: string, organisation: string, account: string | null): Person {
  return { id, role, organisation, account: account ?? undefined };
}

function commandOf(row: Row): Command {
  return {
    id: row.id,
    ordinal: row.ordinal,
    vehicle: row.vehicle,
    vin: row.vin,
    organisation: row.vehicle_organisation ?? undefined,
    region: row.vehicle_region ?? undefined,
    kind: row.kind,
    request: row.request as CommandRequest,
    reason: row.reason,
    needsApproval: row.needs_approval,
    state: row.state,
    requestedBy: personOf(row.requested_by, row.requested_role, row.requested_organisation, row.requested_account),
    requestedAt: row.requested_at.getTime(),
    decidedBy:
      row.decided_by === null
        ? undefined
        : personOf(row.decided_by, row.decided_role ?? "", row.decided_organisation ?? "", row.decided_account),
    decidedAt: row.decided_at?.getTime(),
    decisionReason: row.decision_reason ?? undefined,
    tries: row.tries,
    retryMs: row.retry_ms,
    attempts: row.attempts,
    nextAt: row.next_at?.getTime(),
    expiresAt: row.expires_at.getTime(),
    sentAt: row.sent_at?.getTime(),
    link: row.link === null ? undefined : Number(row.link),
    edition: row.edition === 2016 || row.edition === 2025 ? row.edition : undefined,
    endedAt: row.ended_at?.getTime(),
    flag: row.flag ?? undefined,
    answer: row.answer === null ? undefined : (row.answer as Answer),
  };
}

function eventOf(row: Selectable<VehicleCommandEventTable>): CommandEvent {
  return {
    kind: row.kind,
    at: row.at.getTime(),
    attempt: row.attempt ?? undefined,
    actor: personOf(row.actor_id, row.actor_role, row.actor_organisation, row.actor_account),
    detail: row.detail as Readonly<Record<string, unknown>>,
    leaf: row.leaf_id,
  };
}
