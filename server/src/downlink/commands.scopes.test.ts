import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { covers, PERMISSIONS, reachesOf, ROLE_CODES, type RoleCode } from "@sandglass/casework";
import * as fc from "fast-check";
import { sql } from "kysely";
import { SYSTEM_DOWNLINK, type Actor } from "../records/mod.ts";
import { openTestRecords, type TestRecords } from "../records/testing.ts";
import { actOnCommand, DEFAULT_TIMES, possibleActions, requestCommand } from "./actions.ts";
import { findCommands, getCommand } from "./store.ts";

const ORGANISATIONS = ["org_a", "org_b"] as const;
const REGIONS = ["440300", "440100", "310000"] as const;
const TERRITORIES = ["440000", "440300", "310000", undefined] as const;
const HUMAN_ROLES = ROLE_CODES.filter((role) => !role.startsWith("system:"));
const NOW = Date.UTC(2026, 10, 22);

interface Row {
  readonly key: bigint;
  readonly command: string;
  readonly organisation: string | undefined;
  readonly region: string | undefined;
}

let records: TestRecords;
const rows: Row[] = [];

before(async () => {
  records = await openTestRecords();
  for (const id of ORGANISATIONS)
    await records.asSuperuser("insert into organisations (id, kind, name_en, name_zh) values ($1, 'OEM', $1, $1)", [
      id,
    ]);
  let n = 0n;
  const add = async (organisation: string | undefined, region: string | undefined): Promise<void> => {
    const key = ++n;
    const command = `cmd_${String(key).padStart(20, "0")}`;
    await records.asSuperuser(
      "insert into vehicles (key, vin, registered, organisation, region, registered_at) values ($1, $2, $3, $4, $5, now())",
      [key, `LSVAA${String(key).padStart(12, "0")}`, organisation !== undefined, organisation ?? null, region ?? null],
    );
    await records.asSuperuser(
      `insert into vehicle_commands (id, vehicle, kind, request, reason, needs_approval, state, requested_by, requested_role, requested_organisation, requested_at, tries, retry_ms, expires_at)
       values ($1, $2, 'control', '{"kind":"control","control":"reset"}', 'test', true, 'awaiting_approval', 'acc_other', 'NAT_PLATFORM', 'national', now(), 3, 1000, now() + interval '10 years')`,
      [command, key],
    );
    rows.push({ key, command, organisation, region });
  };
  for (const organisation of ORGANISATIONS) for (const region of REGIONS) await add(organisation, region);
  await add(undefined, undefined);
});
after(() => records.close());

/** What the permission matrix says, independent of SQL and of policy.ts. */
function may(
  role: RoleCode,
  right: "read" | "write" | "decide",
  organisation: string,
  territory: string | undefined,
  row: Row,
): boolean {
  return reachesOf(role, "vehicleCommand", right).some(
    (reach) =>
      reach === "all" ||
      (reach === "own" && row.organisation === organisation) ||
      (reach === "territory" && territory !== undefined && row.region !== undefined && covers(territory, row.region)),
  );
}

const actors = fc
  .record({
    role: fc.constantFrom<RoleCode>(...HUMAN_ROLES),
    organisation: fc.constantFrom(...ORGANISATIONS, "elsewhere"),
    territory: fc.constantFrom(...TERRITORIES),
  })
  .map(({ role, organisation, territory }) => ({
    role,
    organisation,
    territory,
    actor: {
      kind: "person",
      id: "acc_1",
      role,
      organisation,
      ...(territory ? { region: territory } : {}),
    } satisfies Actor,
  }));

const UNDO = new Error("rolled back");
/** What the work did is undone. */
async function tried<T>(
  actor: Actor,
  work: (tx: Parameters<Parameters<TestRecords["transact"]>[1]>[0]) => Promise<T>,
): Promise<T | { refused: string }> {
  let result: T | undefined;
  try {
    await records.transact(actor, async (tx) => {
      result = await work(tx);
      throw UNDO;
    });
  } catch (error) {
    if (error !== UNDO) return { refused: (error as { code?: string }).code ?? String(error) };
  }
  return result as T;
}

test("the rows of command_access say what the permission matrix says", async () => {
  const stored = await records.asSuperuser("select role, may, reach from command_access");
  const expected = Object.entries(PERMISSIONS.vehicleCommand).flatMap(([role, grants]) =>
    grants.map((grant) => `${role} ${grant}`),
  );
  assert.deepEqual(
    stored.map((row) => `${String(row["role"])} ${String(row["may"])} ${String(row["reach"])}`).toSorted(),
    expected.toSorted(),
  );
});

test("a role sees exactly the commands that the matrix gives it, in lists and one by one", async () => {
  await fc.assert(
    fc.asyncProperty(actors, async ({ role, organisation, territory, actor }) => {
      const seen = await records.transact(actor, (tx) => findCommands(tx, { limit: 100 }));
      const expected = rows.filter((row) => may(role, "read", organisation, territory, row));
      assert.deepEqual(
        seen.map((command) => command.id).toSorted(),
        expected.map((row) => row.command).toSorted(),
        role,
      );
      for (const row of rows) {
        const one = records.transact(actor, (tx) => getCommand(tx, row.command));
        if (expected.includes(row)) assert.equal((await one).id, row.command);
        else await assert.rejects(one, { code: "SG_NOT_FOUND" });
      }
    }),
    { numRuns: 80 },
  );
});

test("a role commands and decides exactly where the matrix lets it, through the actions and past them in SQL", async () => {
  await fc.assert(
    fc.asyncProperty(
      actors,
      fc.constantFrom(...Array.from({ length: 7 }, (_, i) => i)),
      async ({ role, organisation, territory, actor }, at) => {
        const row = rows[at];
        const asked = await tried(actor, (tx) =>
          requestCommand(
            tx,
            actor,
            { vehicle: row.key, request: { kind: "query", parameters: [1] }, reason: "test" },
            DEFAULT_TIMES,
            NOW,
          ),
        );
        assert.equal("id" in asked, may(role, "write", organisation, territory, row), `${role} writes`);
        const inserted = await tried(actor, async (tx) => {
          await sql`insert into vehicle_commands (id, vehicle, kind, request, reason, needs_approval, state, requested_by, requested_role, requested_organisation, requested_at, tries, retry_ms, expires_at)
          values ('cmd_x', ${row.key}, 'query', '{}', 'test', false, 'queued', 'acc_1', ${role}, ${organisation}, now(), 3, 1000, now())`.execute(
            tx,
          );
          return "inserted";
        });
        assert.equal(inserted === "inserted", may(role, "write", organisation, territory, row), `${role} inserts`);

        const decides = may(role, "decide", organisation, territory, row);
        const decided = await tried(actor, (tx) => actOnCommand(tx, actor, row.command, "approve", "test", NOW));
        assert.equal("id" in decided && decided.state === "queued", decides, `${role} decides`);
        const updated = await tried(actor, (tx) =>
          sql`update vehicle_commands set state = 'queued', decided_by = 'acc_1', decided_role = ${role} where id = ${row.command}`.execute(
            tx,
          ),
        );
        assert.equal("numAffectedRows" in updated && updated.numAffectedRows === 1n, decides, `${role} updates`);
      },
    ),
    { numRuns: 120 },
  );
});

test("nobody skips the approval, forges a decision, or changes what was asked or what happened", async () => {
  const [row] = rows;
  for (const role of [...HUMAN_ROLES, "system:trigger", "system:intake"] as string[]) {
    const actor: Actor = { kind: "person", id: "acc_other", role, organisation: "org_a" };
    const attempts = [
      `update vehicle_commands set state = 'sent' where id = '${row.command}'`,
      `update vehicle_commands set state = 'queued' where id = '${row.command}'`,
      `update vehicle_commands set state = 'queued', decided_by = 'acc_2', decided_role = actor_role() where id = '${row.command}'`,
      `update vehicle_commands set state = 'queued', decided_by = 'acc_other', decided_role = actor_role() where id = '${row.command}'`,
      `update vehicle_commands set request = '{}'`,
      "delete from vehicle_commands",
      `insert into vehicle_command_events (command_id, kind, at, actor_id, actor_role, actor_organisation, leaf_id) values ('${row.command}', 'approved', now(), 'acc_2', actor_role(), 'org_a', 'x')`,
      "update vehicle_command_events set kind = 'approved'",
      "delete from vehicle_command_events",
      "insert into command_access (role, may, reach) values ('PUBLIC', 'write', 'all')",
    ];
    for (const statement of attempts) {
      const done = await tried(actor, (tx) => sql.raw(statement).execute(tx));
      assert.ok("refused" in done || done.numAffectedRows === 0n, `${role}: ${statement}`);
    }
  }
  // A queued control without a decision cannot even be written by the dispatcher.
  const skipped = await tried(SYSTEM_DOWNLINK, (tx) => sql`update vehicle_commands set state = 'sent'`.execute(tx));
  assert.ok("refused" in skipped);
});

test("what an actor is offered is what works", async () => {
  await fc.assert(
    fc.asyncProperty(
      actors,
      fc.constantFrom("acc_1", "acc_other"),
      fc.integer({ min: 0, max: 6 }),
      async ({ actor }, id, at) => {
        const person: Actor = { ...actor, id };
        const command = await records.transact(SYSTEM_DOWNLINK, (tx) => getCommand(tx, rows[at].command));
        const offered = possibleActions(person, command);
        for (const action of ["approve", "reject", "withdraw"] as const) {
          const done = await tried(person, (tx) => actOnCommand(tx, person, rows[at].command, action, "test", NOW));
          const visible = await records.transact(person, (tx) => findCommands(tx, { limit: 100 }));
          const sees = visible.some((each) => each.id === rows[at].command);
          assert.equal("id" in done, sees && offered.includes(action), `${person.role} ${id} ${action}`);
        }
      },
    ),
    { numRuns: 60 },
  );
});
