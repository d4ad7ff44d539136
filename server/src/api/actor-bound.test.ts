/**
 * What must not type-check: `npm run types` fails when one of these lines compiles, and when it fails for another reason than the
 * one that is expected. None of it runs.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Kysely, Transaction } from "kysely";
import { logAccess, type HistoryScope, type Registry, type Scopes } from "../access/mod.ts";
import type { TelemetryReader } from "./dependencies.ts";
import type { Actor, Database, Records, Tx } from "../records/mod.ts";

async function neverRuns(
  records: Records,
  bare: Kysely<Database>,
  unbound: Transaction<Database>,
  registry: Registry,
  telemetry: TelemetryReader,
  scopes: Scopes,
  actor: Actor,
): Promise<void> {
  const work = async (tx: Tx) => tx.selectFrom("vehicles").selectAll().execute();
  // @ts-expect-error no query without a transaction
  await records.selectFrom("vehicles").selectAll().execute();
  // @ts-expect-error no transaction without an actor
  await records.transact(work);
  // @ts-expect-error an id is no actor
  await records.transact("acc_1", work);
  // @ts-expect-error an actor has a role
  await records.transact({ kind: "person", id: "acc_1", organisation: "a" }, work);
  // @ts-expect-error a connection in which no actor is set is no transaction of ours
  await work(bare);
  // @ts-expect-error nor is Kysely's own transaction
  await work(unbound);
  // @ts-expect-error nor can one be written into the log without one
  await logAccess(unbound, actor, { action: "read.list", subject: "x" });
  // @ts-expect-error a repository asks who asks
  await registry.list({ limit: 10 });
  // @ts-expect-error a repository asks who asks
  await registry.get(1n);
  // @ts-expect-error telemetry has no row policies: no query without a scope
  await telemetry.samples({ vehicle: 1n, from: 0, to: 1, limit: 1, signals: [] });
  // @ts-expect-error an actor is no scope
  await telemetry.counts(actor, 1n);
  // @ts-expect-error a scope is made by access, from an actor, and cannot be written down
  const forged: HistoryScope = { actor, vehicles: "all", location: true, fullVin: true };
  await telemetry.counts(forged, 1n);
  await telemetry.counts(await scopes.ofVehicle(actor, 1n), 1n);
  await records.transact(actor, work);
}

test("queries without an actor do not type-check", () => {
  assert.equal(neverRuns.length, 7);
});
