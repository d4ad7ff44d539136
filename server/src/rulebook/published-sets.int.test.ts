import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openTestAccess, type TestAccess } from "../access/testing.ts";
import { loadPublishedSets } from "./mod.ts";
import { endPublication } from "./publications.ts";
import { publish as publishText, PUBLISHER } from "./publish.fixture.ts";

const DAY = 86_400_000;
const now = Date.now();
/** Midnight of a day in Shanghai, days ahead. */
const dayOf = (ahead: number): string => new Date(now + 8 * 3_600_000 + ahead * DAY).toISOString().slice(0, 10);
const startOf = (day: string): number => Date.parse(`${day}T00:00:00+08:00`);

let t: TestAccess;
before(async () => {
  t = await openTestAccess();
});
after(() => t.close());

const rule = (id: string, version: number, more = ""): string =>
  `trigger ${id} version ${version} "Fast" / "超速" { applies to vehicle ; when speed > ${100 + version} km/h ; severity 1 ; ${more} }`;

const publish = (text: string): Promise<string> => publishText(t.records, text, now);
const revoke = (publication: string) =>
  t.records.transact(PUBLISHER, (tx) => endPublication(tx, PUBLISHER, publication, "wrong", now));

/** Versions of a rule that watch at a time, and when that changes, days of Shanghai ahead. */
async function watching(id: string, at: number): Promise<{ versions: number[]; next: number | undefined }> {
  const { sets, nextChange } = await loadPublishedSets(t.records, () => [], at);
  const versions = sets.flatMap(({ set }) => set.triggers.flatMap((each) => (each.id === id ? [each.version] : [])));
  return { versions: versions.toSorted(), next: Number.isFinite(nextChange) ? nextChange : undefined };
}

test("a version stays in force until the next one takes effect, which watches silently until then", async () => {
  await publish(rule("FAST-A", 1));
  const day = dayOf(10);
  await publish(rule("FAST-A", 2, `effective from ${day} ;`));
  assert.deepEqual(await watching("FAST-A", now), { versions: [1, 2], next: startOf(day) });
  assert.deepEqual((await watching("FAST-A", startOf(day) - 1)).versions, [1, 2]);
  assert.deepEqual((await watching("FAST-A", startOf(day))).versions, [2]);
});

test("a version that takes over does so on its day", async () => {
  await publish(rule("FAST-B", 1));
  const day = dayOf(5);
  await publish(rule("FAST-B", 2, `effective from ${day} ; carry ;`));
  assert.deepEqual(await watching("FAST-B", now), { versions: [1], next: startOf(day) });
  assert.deepEqual((await watching("FAST-B", startOf(day))).versions, [2]);
});

test("without a date ahead the next version takes its place at once", async () => {
  await publish(rule("FAST-C", 1));
  await publish(rule("FAST-C", 2, `effective from ${dayOf(-3)} ;`));
  assert.deepEqual((await watching("FAST-C", now)).versions, [2]);
});

test("a version revoked before its day leaves the old one in force; an earlier one moves the end", async () => {
  await publish(rule("FAST-D", 1));
  const second = await publish(rule("FAST-D", 2, `effective from ${dayOf(20)} ;`));
  await revoke(second);
  assert.deepEqual((await watching("FAST-D", startOf(dayOf(30)))).versions, [1]);
  await publish(rule("FAST-D", 3, `effective from ${dayOf(9)} ;`));
  await publish(rule("FAST-D", 4, `effective from ${dayOf(7)} ;`));
  assert.deepEqual((await watching("FAST-D", startOf(dayOf(8)))).versions, [4]);
});

test("a publication of several rules ends when the last of its successors takes effect", async () => {
  await publish(`${rule("FAST-E", 1)}\n${rule("FAST-F", 1)}`);
  await publish(`${rule("FAST-E", 2)}\n${rule("FAST-F", 2, `effective from ${dayOf(4)} ;`)}`);
  assert.deepEqual((await watching("FAST-F", startOf(dayOf(4)) - 1)).versions, [1, 2]);
  assert.deepEqual((await watching("FAST-F", startOf(dayOf(4)))).versions, [2]);
});

test("of three versions that follow each other one is revoked: each of the others ends when what is left takes effect", async () => {
  const [tenth, twentieth] = [dayOf(10), dayOf(20)];
  await publish(rule("FAST-G", 1));
  await publish(rule("FAST-G", 2, `effective from ${tenth} ;`));
  const last = await publish(rule("FAST-G", 3, `effective from ${twentieth} ;`));
  await revoke(last);
  assert.deepEqual((await watching("FAST-G", startOf(tenth) - 1)).versions, [1, 2]);
  assert.deepEqual(await watching("FAST-G", startOf(tenth)), { versions: [2], next: undefined });

  await publish(rule("FAST-H", 1));
  const middle = await publish(rule("FAST-H", 2, `effective from ${tenth} ;`));
  await publish(rule("FAST-H", 3, `effective from ${twentieth} ;`));
  await revoke(middle);
  assert.deepEqual((await watching("FAST-H", startOf(twentieth) - 1)).versions, [1, 3]);
  assert.deepEqual((await watching("FAST-H", startOf(twentieth))).versions, [3]);
});

test("what a publication was to replace goes on when that one is replaced itself by what does not hold it", async () => {
  const day = dayOf(10);
  await publish(rule("FAST-I", 1));
  await publish(`${rule("FAST-I", 2, `effective from ${day} ;`)}\n${rule("FAST-J", 1)}`);
  await publish(rule("FAST-J", 2));
  assert.deepEqual((await watching("FAST-I", startOf(day))).versions, [1]);
});
