/**
 * Four eyes are two persons, not two credentials: whatever sessions and tokens two people hold, and whatever tokens services
 * hold, the second step is taken by another person than the first, or not at all. Actors come from real sign-ins and tokens;
 * each step is also tried past the code, in SQL, where the database has a rule of its own.
 */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { CATALOGUE } from "@sandglass/signals";
import { compileTriggers } from "@sandglass/triggers";
import * as fc from "fast-check";
import { vehicleIdOf } from "../access/mod.ts";
import { openSession, openTestAccess, type TestAccess } from "../access/testing.ts";
import { createCases, type Cases } from "../cases/mod.ts";
import { actOnCommand, DEFAULT_TIMES, possibleActions, requestCommand } from "../downlink/actions.ts";
import { getCommand } from "../downlink/store.ts";
import { isPerson, SYSTEM_SETUP, type Actor, type Tx } from "../records/mod.ts";
import { changeDraft, createDraft } from "../rulebook/drafts.ts";
import { publishDraft } from "../rulebook/publications.ts";

const RUNS = Number(process.env["SANDGLASS_SCOPE_RUNS"] ?? 60);
const PASSWORD = "a password of nine words";
const OWNERS = ["first", "second"] as const;
const SERVICES = ["service one", "service two"] as const;
const HOLDERS = [...OWNERS, ...SERVICES] as const;
/** By who holds them; of a person several. */
type Credentials = ReadonlyMap<string, readonly Actor[]>;

const textOf = (version: number): string =>
  `trigger FOUR-EYES version ${version} "Test" / "测试" {
  applies to vehicle ;
  when alarm.level >= 3 ;
  severity 3 ;
}`;

describe("the second pair of eyes", () => {
  let t: TestAccess;
  let cases: Cases;
  let vehicle: bigint;
  let officers: Credentials;
  let makers: Credentials;
  let version = 0;

  before(async () => {
    t = await openTestAccess();
    const { access } = t;
    for (const id of ["samr", "oem-a"])
      await access.directory.ensureOrganisation({ id, kind: "any", names: { en: id, zh: id } });
    officers = await credentialsOf("SAMR", "samr");
    makers = await credentialsOf("OEM", "oem-a");
    const vin = "LSJE3609XMS000001";
    await access.registry.register(SYSTEM_SETUP, [{ vin, organisation: "oem-a", region: "440305" }]);
    vehicle = access.keyOf(vin);
    cases = createCases({
      records: t.records,
      now: () => t.clock.now,
      checkTriggerSet: async () => ({ hash: "ab".repeat(32) }),
    });
  });
  after(() => t.close());

  async function credentialsOf(role: string, organisation: string): Promise<Credentials> {
    const { directory, identities, tokens } = t.access;
    const credentials = new Map<string, Actor[]>();
    for (const owner of OWNERS) {
      const account = `${owner}-${organisation}`;
      await directory.ensureAccount({ account, name: owner, role, organisation, password: PASSWORD, demo: true });
      const held: Actor[] = [];
      for (const name of ["one", "another"]) {
        const session = await openSession(t.access, account, PASSWORD);
        const { actor } = (await identities.findSession(session.secret))!;
        const { token } = await tokens.createOwn(actor, { name, ttlMs: 3_600_000 });
        held.push(actor, (await tokens.find(token))!);
      }
      credentials.set(owner, held);
    }
    for (const name of SERVICES) {
      const { token } = await tokens.create(SYSTEM_SETUP, { name, role, organisation, ttlMs: 3_600_000 });
      credentials.set(name, [(await tokens.find(token))!]);
    }
    return credentials;
  }

  interface Step {
    readonly holder: (typeof HOLDERS)[number];
    readonly actor: Actor;
  }
  const steps = fc
    .record({ holder: fc.constantFrom(...HOLDERS), which: fc.nat(3) })
    .map(({ holder, which }) => ({ holder, which }));
  const stepOf = (credentials: Credentials, { holder, which }: { holder: Step["holder"]; which: number }): Step => {
    const held = credentials.get(holder)!;
    return { holder, actor: held[which % held.length]! };
  };
  const isSecond = (one: Step, other: Step): boolean =>
    one.holder !== other.holder && (OWNERS as readonly string[]).includes(other.holder);

  /** What came of the second step; a refusal must be the one for four eyes. */
  async function outcome(work: Promise<unknown>): Promise<boolean> {
    try {
      await work;
      return true;
    } catch (error) {
      assert.equal((error as { code?: string }).code, "SG_FOUR_EYES", String(error));
      return false;
    }
  }
  const inTx = <T>(actor: Actor, work: (tx: Tx) => Promise<T>): Promise<T> => t.records.transact(actor, work);

  async function pairs(credentials: Credentials, check: (one: Step, other: Step) => Promise<void>): Promise<void> {
    const seen = new Set<boolean>();
    await fc.assert(
      fc.asyncProperty(steps, steps, async (a, b) => {
        const [one, other] = [stepOf(credentials, a), stepOf(credentials, b)];
        seen.add(isSecond(one, other));
        await check(one, other);
      }),
      { numRuns: RUNS, seed: 8_2 },
    );
    assert.equal(seen.size, 2, "both answers were tried");
  }

  test("8.2: a token acts under the id of the person whose it is, a service's token under its own", () => {
    for (const owner of OWNERS) {
      const held = officers.get(owner)!;
      assert.equal(new Set(held.map(({ id }) => id)).size, 1, "two sessions and two tokens are one person");
      assert.ok(held.every((actor) => isPerson(actor) && actor.account === `${owner}-samr`));
      assert.equal(held.filter(({ token }) => token !== undefined).length, 2);
    }
    for (const service of SERVICES) assert.ok(!isPerson(officers.get(service)![0]!));
    const ids = HOLDERS.map((holder) => officers.get(holder)![0]!.id);
    assert.equal(new Set(ids).size, HOLDERS.length);
  });

  test("approves a control of a vehicle that another person or a service asked for", async () => {
    const request = { kind: "control", control: "alarm", level: 1, text: "stop" } as const;
    await pairs(makers, async (one, other) => {
      const { id } = await inTx(one.actor, (tx) =>
        requestCommand(tx, one.actor, { vehicle, request, reason: "test" }, DEFAULT_TIMES, t.clock.now),
      );
      const past = inTx(other.actor, async (tx) => {
        const { numUpdatedRows } = await tx
          .updateTable("vehicle_commands")
          .set({ state: "queued", decided_by: other.actor.id, decided_role: other.actor.role })
          .where("id", "=", id)
          .executeTakeFirst();
        assert.equal(numUpdatedRows, 1n);
        throw new Error("rolled back");
      });
      await assert.rejects(past, (error: Error) => (error.message === "rolled back") === isSecond(one, other));
      const offered = await inTx(other.actor, async (tx) => {
        return possibleActions(other.actor, await getCommand(tx, id));
      });
      assert.equal(offered.includes("approve"), isSecond(one, other));
      const approved = await outcome(
        inTx(other.actor, (tx) => actOnCommand(tx, other.actor, id, "approve", "agreed", t.clock.now)),
      );
      assert.equal(approved, isSecond(one, other), `${one.holder} asked, ${other.holder} approved`);
    });
  });

  test("confirms what another person or a service proposed in a case", async () => {
    const reporter = makers.get("first")![0]!;
    await pairs(officers, async (one, other) => {
      const { id } = await cases.engine.transact(reporter, (unit) =>
        cases.engine.create(unit, "accident", "report", {
          happenedAt: new Date(t.clock.now - 3_600_000).toISOString(),
          place: "Nanshan",
          what: "Smoke from the pack",
          source: "enterprise",
          vehicle: vehicleIdOf(vehicle),
          fire: true,
          contact: "13800000000",
        }),
      );
      const act = ({ actor }: Step) =>
        cases.engine.transact(actor, (unit) => cases.engine.act(unit, id, "notAnAccident", { reasons: "Steam" }));
      const proposed = await act(one);
      assert.deepEqual([proposed.folded.state, proposed.folded.proposals[0]?.actor.id], ["REPORTED", one.actor.id]);
      const confirmed = await outcome(act(other));
      assert.equal(confirmed, isSecond(one, other), `${one.holder} proposed, ${other.holder} confirmed`);
      const rows = await t.records.asSuperuser(
        "select actor_id, actor_token from case_actions where case_id = $1 order by sequence",
        [id],
      );
      assert.deepEqual([rows[1]?.["actor_id"], rows[1]?.["actor_token"]], [one.actor.id, one.actor.token ?? null]);
    });
  });

  test("puts a rule in force that another person or a service wrote, and that the publisher did not touch", async () => {
    const compile = (text: string) => {
      const result = compileTriggers([{ name: "t.tdl", text }], CATALOGUE);
      assert.ok(result.ok, JSON.stringify(result));
      return result.set;
    };
    await pairs(officers, async (one, other) => {
      const touched = version % 3 === 2;
      const text = textOf((version += 1));
      const { hash } = compile(text);
      const input = { title: "t", text, setHash: hash };
      const draft = await inTx(one.actor, (tx) => createDraft(tx, one.actor, input, t.clock.now));
      if (touched) await inTx(other.actor, (tx) => changeDraft(tx, other.actor, draft.id, 1, input, t.clock.now));
      const backtest = `bkt_${version}`;
      await t.records.asSuperuser(
        `insert into backtests (id, state, request, set_hash, requested_by, requested_role, organisation, requested_at, leaf_id, report)
         values ($1, 'done', '{}', $2, 'x', 'SAMR', 'samr', now(), 'leaf', $3)`,
        [backtest, hash, JSON.stringify({ data: { judged: { vehicle: 1 } }, set: { subjects: 1, notRun: [] } })],
      );
      const expected = isSecond(one, other) && !touched;
      const published = await outcome(
        inTx(other.actor, (tx) =>
          publishDraft(tx, other.actor, { draft: draft.id, backtest, reason: "agreed" }, compile, t.clock.now),
        ),
      );
      assert.equal(published, expected, `${one.holder} wrote, ${other.holder} published, touched: ${touched}`);
      if (expected) return;
      const past = inTx(other.actor, (tx) =>
        tx
          .insertInto("rule_publications")
          .values({
            id: `pub_${version}`,
            draft: draft.id,
            backtest,
            text,
            tests: "",
            governance: "{}",
            set_hash: hash,
            author: one.actor.id,
            publisher: other.actor.id,
            publisher_account: null,
            publisher_role: other.actor.role,
            organisation: "samr",
            reason: "past the code",
            published_at: new Date(),
            ended_at: null,
            ended_by: null,
            leaf_id: "leaf",
          })
          .execute(),
      );
      await assert.rejects(past, /row-level security|four_eyes/);
    });
  });

  test("a token makes no token, neither through the code nor past it", async () => {
    const [, actor] = officers.get("first")!;
    await assert.rejects(t.access.tokens.createOwn(actor!, { name: "child", ttlMs: 1_000 }), { code: "SG_FORBIDDEN" });
    const past = inTx(actor!, (tx) =>
      tx
        .insertInto("api_tokens")
        .values({
          id: "tok_child",
          hash: Buffer.alloc(32, 1),
          name: "child",
          role: actor!.role,
          organisation: actor!.organisation,
          region: null,
          scope: null,
          scopes: null,
          account_id: actor!.id,
          printed: false,
          created_by: actor!.id,
          expires_at: new Date(t.clock.now + 1_000),
          revoked_at: null,
        })
        .execute(),
    );
    await assert.rejects(past, /row-level security/);
  });
});
