import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { person } from "../access/testing.ts";
import { openTestRecords, type TestRecords } from "../records/testing.ts";
import { endPublication } from "./publications.ts";
import { publish as publishText, PUBLISHER } from "./publish.fixture.ts";
import { PublishedRules, ruleKey } from "./published-rules.ts";

const NOW = Date.now();
const MAKER = person("OEM", "oem-a");

let records: TestRecords;
let published: PublishedRules;
before(async () => {
  records = await openTestRecords();
  published = new PublishedRules({ records, pinned: () => [], now: () => NOW });
});
after(() => records.close());

const rule = (id: string, version: number): string =>
  `trigger ${id} version ${version} "Fast" / "超速" {
     applies to vehicle ; basis "GB 1" / "国标1" certainty F ; when speed > ${100 + version} km/h ; severity 2 ; effect restrict ;
   }`;
const publish = (text: string): Promise<string> => publishText(records, text, NOW);
const refusedBecause = (reason: RegExp) => (error: unknown) => {
  assert.equal((error as { readonly code?: string }).code, "SG_PLAN_RULE");
  assert.match((error as Error).message, reason);
  return true;
};

test("a maker reads what is in force, rule by rule and page by page, with names, basis and effect in both languages", async () => {
  await publish(`${rule("PAGE-B", 1)} ${rule("PAGE-A", 2)}`);
  await publish(rule("PAGE-C", 1));
  const first = await published.inForce(MAKER, { limit: 2 });
  assert.deepEqual(first.map(ruleKey), ["PAGE-A@2", "PAGE-B@1"]);
  const { compiled } = first[0]!;
  assert.deepEqual(compiled.title, { en: "Fast", zh: "超速" });
  assert.deepEqual(compiled.basis, { text: "GB 1", zh: "国标1", certainty: "F" });
  assert.equal(compiled.effect, "restrict");
  const second = await published.inForce(MAKER, { limit: 2, after: first[1] });
  assert.deepEqual(second.map(ruleKey), ["PAGE-C@1"]);
});

test("a plan keeps the version that it is pinned to and learns of a newer one; it cannot take an old one anew", async () => {
  await publish(rule("PIN", 1));
  await publish(rule("PIN", 2));
  const pin = { trigger: "PIN", version: 1 };
  const [pinned] = await published.get([pin]);
  assert.match(pinned?.compiled.text.en ?? "", /101 km\/h/);
  assert.deepEqual([pinned?.newer?.version, pinned?.endedAt], [2, NOW]);
  assert.deepEqual((await published.take([pin], [pin])).map(ruleKey), ["PIN@1"]);
  await assert.rejects(published.take([pin], []), refusedBecause(/version 2 has replaced it/));
  const [newest] = await published.take([{ trigger: "PIN", version: 2 }], [pin]);
  assert.equal(newest?.newer, undefined);
});

test("a rule that was taken out of force is not taken into a plan, but stays in those that hold it", async () => {
  const publication = await publish(rule("GONE", 1));
  const pin = { trigger: "GONE", version: 1 };
  await published.take([pin], []);
  await records.transact(PUBLISHER, (tx) => endPublication(tx, PUBLISHER, publication, "wrong", NOW));
  await assert.rejects(published.take([pin], []), refusedBecause(/no longer in force/));
  const [held] = await published.take([pin], [pin]);
  assert.deepEqual([held?.endedAt, held?.newer], [NOW, undefined]);
});

test("a version that nobody published is refused by its name", async () => {
  await assert.rejects(published.get([{ trigger: "PIN", version: 9 }]), refusedBecause(/Version 9 of the rule PIN/));
  assert.deepEqual(await published.find(MAKER, [{ trigger: "NEVER", version: 1 }]), []);
});
