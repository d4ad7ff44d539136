import assert from "node:assert/strict";
import { test } from "node:test";
import type { Actor } from "../records/mod.ts";
import { keptPerActor } from "./kept-per-actor.ts";

const person = (role: string, organisation: string, id = "acc_1"): Actor => ({
  kind: "person",
  id,
  role,
  organisation,
});

test("an answer serves everybody who sees the same, until it is old", async () => {
  let at = 0;
  let built = 0;
  const kept = keptPerActor(
    async () => ++built,
    2_000,
    () => at,
  );
  assert.deepEqual(await Promise.all([kept(person("OEM", "a")), kept(person("OEM", "a", "acc_2"))]), [1, 1]);
  assert.equal(await kept(person("OEM", "b")), 2);
  assert.deepEqual([await kept(person("EXPERT", "e")), await kept(person("EXPERT", "e", "acc_2"))], [3, 4]);
  at = 1_999;
  assert.equal(await kept(person("OEM", "a")), 1);
  at = 2_000;
  assert.equal(await kept(person("OEM", "a")), 5);
});

test("an answer of this moment is not kept longer for what it cost", async () => {
  let at = 0;
  const kept = keptPerActor(
    async () => (at += 1_000),
    900,
    () => at,
    0,
  );
  const actor = person("SAMR", "samr");
  assert.equal(await kept(actor), 1_000);
  at = 1_899;
  assert.equal(await kept(actor), 1_000);
  at = 1_900;
  assert.equal(await kept(actor), 2_900);
});

test("what took long is kept longer, and a failure not at all", async () => {
  let at = 0;
  let built = 0;
  const kept = keptPerActor(
    async () => {
      at += 1_000;
      if (++built === 2) throw new Error("once");
      return built;
    },
    2_000,
    () => at,
  );
  const actor = person("SAMR", "samr");
  assert.equal(await kept(actor), 1);
  at = 10_999;
  assert.equal(await kept(actor), 1, "a second's work serves ten");
  at = 11_000;
  await assert.rejects(kept(actor), /once/);
  assert.equal(await kept(actor), 3);
});
