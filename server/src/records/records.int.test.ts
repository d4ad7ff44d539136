import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { sql } from "kysely";
import { SandglassError } from "../errors/mod.ts";
import { openRecords, readMigrations, SYSTEM_SETUP, type Actor } from "./mod.ts";
import { migrate } from "./migrate.ts";
import { createClient } from "./pool.ts";
import { openTestRecords, type TestRecords } from "./testing.ts";

const maker = (organisation: string): Actor => ({
  kind: "person",
  id: `acc_${organisation}`,
  role: "OEM",
  organisation,
});

describe("records", () => {
  let records: TestRecords;

  before(async () => {
    records = await openTestRecords();
    await records.transact(SYSTEM_SETUP, async (tx) => {
      for (const id of ["a", "b"]) {
        await tx
          .insertInto("organisations")
          .values({ id, kind: "maker", name_en: id, name_zh: id, region: "440300" })
          .execute();
        await tx
          .insertInto("vehicles")
          .values({
            key: id === "a" ? 1n : 2n,
            vin: `VIN-${id}`,
            registered: true,
            organisation: id,
            region: id === "a" ? "440300" : "310000",
            maker: id,
            model: null,
            powertrain: null,
            registered_at: new Date(0),
            first_seen: null,
            edition: null,
            link: null,
          })
          .execute();
      }
    });
  });
  after(() => records.close());

  test("every table forces row security and is owned by the owner role", async () => {
    const rows = await records.asSuperuser(
      `select relname, relforcerowsecurity and relrowsecurity as forced, pg_get_userbyid(relowner) as owner
       from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r','p') and relname <> 'schema_migrations'`,
    );
    assert.ok(rows.length >= 7);
    for (const row of rows)
      assert.deepEqual([row["forced"], row["owner"]], [true, "sandglass_owner"], String(row["relname"]));
  });

  test("the application role is bound by row policies and owns nothing", async () => {
    const rows = await records.asSuperuser(
      "select rolsuper, rolbypassrls, rolcreatedb, rolcreaterole from pg_roles where rolname = 'sandglass_app'",
    );
    assert.deepEqual(rows, [{ rolsuper: false, rolbypassrls: false, rolcreatedb: false, rolcreaterole: false }]);
    const user = await records.transact(maker("a"), (tx) =>
      sql<{ name: string }>`select current_user as name`.execute(tx),
    );
    assert.equal(user.rows[0]?.name, "sandglass_app");
  });

  test("an enterprise sees its own vehicles only, by whatever query", async () => {
    await records.transact(maker("a"), async (tx) => {
      assert.deepEqual(await tx.selectFrom("vehicles").select("key").execute(), [{ key: 1n }]);
      assert.deepEqual(await tx.selectFrom("vehicles").select("vin").where("organisation", "=", "b").execute(), []);
      const counted = await sql<{
        n: bigint;
      }>`select count(*) as n from vehicles v left join organisations o on o.id = v.organisation or true where v.vin like '%b'`.execute(
        tx,
      );
      assert.equal(counted.rows[0]?.n, 0n);
      const changed = await tx
        .updateTable("vehicles")
        .set({ model: "stolen" })
        .where("key", "=", 2n)
        .executeTakeFirst();
      assert.equal(changed.numUpdatedRows, 0n);
    });
  });

  test("an enterprise cannot give its vehicle away, or add one to another", async () => {
    const row = {
      key: 9n,
      vin: "VIN-x",
      registered: true,
      organisation: "b",
      region: null,
      maker: null,
      model: null,
      powertrain: null,
      registered_at: new Date(0),
      first_seen: null,
      edition: null,
      link: null,
    };
    await assert.rejects(
      records.transact(maker("a"), (tx) => tx.insertInto("vehicles").values(row).execute()),
      /row-level security/,
    );
    await assert.rejects(
      records.transact(maker("a"), (tx) =>
        tx.updateTable("vehicles").set({ organisation: "b" }).where("key", "=", 1n).execute(),
      ),
      /row-level security/,
    );
  });

  test("a local department sees its territory, an unknown role nothing", async () => {
    const seen = (actor: Actor) =>
      records.transact(actor, (tx) => tx.selectFrom("vehicles").select("key").orderBy("key").execute());
    assert.deepEqual(await seen({ kind: "person", id: "l", role: "LOCAL_IIT", organisation: "b", region: "440000" }), [
      { key: 1n },
    ]);
    assert.deepEqual(await seen({ kind: "person", id: "l", role: "LOCAL_IIT", organisation: "b", region: "440300" }), [
      { key: 1n },
    ]);
    assert.deepEqual(await seen({ kind: "person", id: "l", role: "LOCAL_IIT", organisation: "b" }), []);
    assert.deepEqual(await seen({ kind: "person", id: "p", role: "PUBLIC", organisation: "a" }), []);
    assert.deepEqual(await seen({ kind: "person", id: "p", role: "", organisation: "" }), []);
    assert.equal((await seen({ kind: "person", id: "s", role: "SAMR", organisation: "b" })).length, 2);
  });

  test("the actor ends with the transaction", async () => {
    await records.transact(maker("a"), async () => undefined);
    const rows = await records.asOwner("select actor_role() as role, count(*)::int as vehicles from vehicles");
    assert.deepEqual(rows, [{ role: "", vehicles: 0 }]);
  });

  test("the owner role is bound too", async () => {
    assert.deepEqual(await records.asOwner("select count(*)::int as n from accounts"), [{ n: 0 }]);
  });

  test("the access log can be written but neither changed nor deleted", async () => {
    const entry = {
      actor_id: "acc_a",
      actor_role: "OEM",
      organisation: "a",
      action: "vin.unmask",
      subject: "veh_1",
      reason: "r",
      detail: null,
    };
    await records.transact(maker("a"), (tx) => tx.insertInto("access_log").values(entry).execute());
    await assert.rejects(
      records.transact(maker("a"), (tx) =>
        tx
          .insertInto("access_log")
          .values({ ...entry, actor_id: "somebody" })
          .execute(),
      ),
      /row-level security/,
    );
    for (const actor of [maker("a"), SYSTEM_SETUP]) {
      await assert.rejects(
        records.transact(actor, (tx) => sql`update access_log set reason = 'other'`.execute(tx)),
        /permission denied/,
      );
      await assert.rejects(
        records.transact(actor, (tx) => tx.deleteFrom("access_log").execute()),
        /permission denied/,
      );
      await assert.rejects(
        records.transact(actor, (tx) => sql`truncate access_log`.execute(tx)),
        /permission denied/,
      );
    }
  });

  test("what must stay as it was written can be appended to, never changed or deleted", async () => {
    const appendOnly = [
      "access_log",
      "ledger_leaves",
      "ledger_sequence",
      "ledger_nodes",
      "ledger_checkpoints",
      "ledger_cosignatures",
      "ledger_timestamps",
      "finding_events",
      "trigger_versions",
      "case_actions",
      "vehicle_command_events",
      "rule_publication_triggers",
      "exports",
    ];
    const rows = await records.asSuperuser(
      `select name, has_table_privilege('sandglass_app', name, 'INSERT') as append,
         has_any_column_privilege('sandglass_app', name, 'UPDATE') or has_table_privilege('sandglass_app', name, 'UPDATE, DELETE, TRUNCATE') as change
       from unnest($1::text[]) as name order by name`,
      [appendOnly],
    );
    assert.deepEqual(
      rows,
      appendOnly.sort().map((name) => ({ name, append: true, change: false })),
    );
    const deletable = await records.asSuperuser(
      `select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r','p')
         and has_table_privilege('sandglass_app', oid, 'DELETE, TRUNCATE') order by relname`,
    );
    // Sessions that expired, previews of bulk runs that nobody started, the ledger's list of leaves that are still without a
    // number, what the outbox has done with (its policy keeps what waits), and what the data-quality rules remember between two frames.
    assert.deepEqual(
      deletable.map((row) => row["relname"]),
      [
        "account_passkeys",
        "account_recovery_codes",
        "account_totp",
        "bulk_runs",
        "case_access",
        "case_drafts",
        "case_index",
        "duty_index",
        "ledger_pending",
        "outbox",
        "public_register",
        "quality_state",
        "saved_views",
        "sessions",
        "sign_in_challenges",
      ],
    );
  });

  test("failed work leaves nothing", async () => {
    const failing = records.transact(SYSTEM_SETUP, async (tx) => {
      await tx
        .insertInto("organisations")
        .values({ id: "gone", kind: "maker", name_en: "", name_zh: "", region: null })
        .execute();
      throw new Error("stop");
    });
    await assert.rejects(failing, /stop/);
    assert.deepEqual(await records.asSuperuser("select id from organisations where id = 'gone'"), []);
  });

  test("idempotent work is repeated after a serialization failure", async () => {
    let attempts = 0;
    const increment = () =>
      records.transact(
        SYSTEM_SETUP,
        async (tx) => {
          attempts += 1;
          const row = await tx.selectFrom("vehicles").select("model").where("key", "=", 1n).executeTakeFirstOrThrow();
          await new Promise((resolve) => setTimeout(resolve, 20));
          await tx
            .updateTable("vehicles")
            .set({ model: String(Number(row.model ?? "0") + 1) })
            .where("key", "=", 1n)
            .execute();
        },
        { retry: true, isolation: "serializable" },
      );
    await Promise.all([increment(), increment(), increment(), increment()]);
    assert.deepEqual(await records.asSuperuser("select model from vehicles where key = 1"), [{ model: "4" }]);
    assert.ok(attempts > 4);
  });

  test("an external database is used by its URL, with the same roles", async () => {
    const other = await openRecords({ dataDir: "/nowhere", databaseUrl: records.databaseUrl });
    try {
      assert.deepEqual(other.migrated, []);
      assert.deepEqual(await other.transact(maker("b"), (tx) => tx.selectFrom("vehicles").select("key").execute()), [
        { key: 2n },
      ]);
    } finally {
      await other.close();
    }
  });

  test("a migration that was changed after it ran, or that is not known, is refused", async () => {
    const client = createClient(records.ownerUrl);
    await client.connect();
    try {
      const migrations = readMigrations();
      const [first, ...rest] = migrations;
      assert.ok(first);
      const changed = migrate(client, [{ ...first, checksum: "0" }, ...rest]);
      await assert.rejects(
        changed,
        (error) =>
          error instanceof SandglassError &&
          error.code === "SG_MIGRATION_CHANGED" &&
          error.parameters["name"] === "0001-foundation",
      );
      await assert.rejects(
        migrate(client, rest),
        (error) => error instanceof SandglassError && error.code === "SG_MIGRATION_UNKNOWN",
      );
    } finally {
      await client.end();
    }
  });

  test("a migration that fails leaves nothing of itself", async () => {
    const client = createClient(records.ownerUrl);
    await client.connect();
    try {
      const broken = {
        name: "9999-broken",
        checksum: "x",
        sql: "create table half (id int); select no_such_function();",
      };
      await assert.rejects(migrate(client, [...readMigrations(), broken]), /9999-broken/);
      assert.deepEqual(await records.asSuperuser("select to_regclass('half') as found"), [{ found: null }]);
    } finally {
      await client.end();
    }
  });
});
