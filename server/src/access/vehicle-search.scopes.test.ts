/** Vehicles are found by any part of maker, model and organisation and by what their masked VIN shows, by whoever may see them, also after these changed. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { withVinCheckDigit } from "@sandglass/signals";
import * as fc from "fast-check";
import { sql } from "kysely";
import { SYSTEM_SETUP } from "../records/mod.ts";
import { openTestAccess, person, type TestAccess } from "./testing.ts";

const MAKERS = ["晨曦汽车", "Dawn Motors", "100% Electric", undefined] as const;
const MODELS = ["E_1", "EX1", "Li\\on", "旗舰版", undefined] as const;
const TEXTS = ["晨曦", "dawn", "MOTORS", "%", "_", "E_", "\\", "旗舰", "oem-a", "oem-", "no such", "1"] as const;
/** Ends of VINs, masked ones, one of another maker, and ends that are too short or too long to be shown. */
const SHOWN = ["0007", "0012", "LSJ**********0007", "lsj**********0003", "LSX**********0007", "007", "00007"] as const;
const vin = (n: number): string => withVinCheckDigit(`LSJE36090MS${String(n).padStart(6, "0")}`);

let t: TestAccess;
const register = (n: number, organisation: string, maker?: string, model?: string) =>
  t.access.registry.register(SYSTEM_SETUP, [
    { vin: vin(n), organisation, region: n % 2 === 0 ? "440300" : "310000", maker, model, details: {} },
  ]);

before(async () => {
  t = await openTestAccess();
  for (const id of ["oem-a", "oem-b"])
    await t.access.directory.ensureOrganisation({ id, kind: "maker", names: { en: id, zh: id } });
  for (let n = 0; n < 24; n += 1)
    await register(n, n % 3 === 0 ? "oem-b" : "oem-a", MAKERS[n % MAKERS.length], MODELS[n % MODELS.length]);
});
after(() => t.close());

/** What anybody would find by hand among the vehicles that they see. */
const holds = (text: string, parts: readonly (string | undefined)[]): boolean =>
  parts.some((part) => part?.toLowerCase().includes(text.toLowerCase()));

const isShown = (text: string, vinMasked: string): boolean =>
  text.length === 4 ? vinMasked.endsWith(text.toUpperCase()) : vinMasked === text.toUpperCase();

test("a text finds exactly the vehicles that the actor sees and that have it in maker, model or organisation, or show it", async () => {
  let some = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(
        person("SAMR", "samr"),
        person("OEM", "oem-a"),
        person("OEM", "oem-b"),
        person("OEM", ""),
        person("EXPERT", "oem-a"),
      ),
      fc.constantFrom(...TEXTS, ...SHOWN),
      fc.integer({ min: 0, max: 23 }),
      fc.constantFrom(...MODELS),
      async (actor, text, changed, model) => {
        await register(changed, changed % 3 === 0 ? "oem-b" : "oem-a", MAKERS[changed % MAKERS.length], model);
        const all = await t.access.registry.list(actor, { limit: 100 });
        const found = await t.access.registry.list(actor, { limit: 100, text });
        const expected = all.filter(
          (each) => holds(text, [each.maker, each.model, each.organisation]) || isShown(text, each.vinMasked),
        );
        assert.deepEqual(
          found.map(({ id }) => id),
          expected.map(({ id }) => id),
        );
        const [first] = found;
        const rest =
          first === undefined ? [] : await t.access.registry.list(actor, { limit: 100, text, after: first.key });
        assert.equal(rest.length, Math.max(0, found.length - 1));
        if (found.length > 0 && found.length < all.length) some += 1;
      },
    ),
    { numRuns: Number(process.env.SANDGLASS_SCOPE_RUNS ?? 60), seed: 51 },
  );
  assert.ok(some > 5, "some texts find some vehicles and not others");
});

test("a vehicle is found by the end of its VIN by who sees it, and by nothing that its mask hides", async () => {
  const found = async (actor: ReturnType<typeof person>, text: string): Promise<number> =>
    (await t.access.registry.list(actor, { limit: 100, text })).length;
  assert.equal(await found(person("SAMR", "samr"), "0007"), 1);
  assert.equal(await found(person("SAMR", "samr"), "LSJ**********0007"), 1);
  assert.equal(await found(person("OEM", "oem-a"), "0007"), 1);
  assert.equal(await found(person("OEM", "oem-b"), "0007"), 0);
  for (const hidden of ["LSX**********0007", vin(7), vin(7).slice(0, 8), vin(7).slice(-6), "LSJE"])
    assert.equal(await found(person("SAMR", "samr"), hidden), 0, hidden);
});

test("nobody but the search reads which types of vehicles there are", async () => {
  for (const statement of [
    "select * from vehicle_types",
    "insert into vehicle_types (maker, model, organisation) values ('x', '', '')",
  ])
    await assert.rejects(
      t.records.transact(SYSTEM_SETUP, (tx) => sql.raw(statement).execute(tx)),
      /permission denied/,
    );
});
