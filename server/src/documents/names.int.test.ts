import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { APPLICATION, openWorld, PEOPLE, projectInTest, type World } from "../cases/world.fixture.ts";
import { openDocuments } from "./documents.fixture.ts";
import type { Documents } from "./mod.ts";

const BATTERY = { title: { en: "Battery rules", zh: "电池规则" }, version: 3 };
const SPREAD = { title: { en: "Cell spread", zh: "单体压差" }, version: 7 };
const folder = mkdtempSync(join(tmpdir(), "sandglass-names-"));
let world: World;
let documents: Documents;
before(async () => {
  world = await openWorld();
  documents = await openDocuments(world, folder, (id) =>
    id === "demo-sandbox" ? { ...BATTERY, rules: new Map([["EV-BAT-001", SPREAD]]) } : undefined,
  );
  await world.records.asSuperuser(
    `insert into regions (id, kind, name_en, name_zh, organisation, shared, version, created_by, created_at, retired_at, retired_by) values
     ('reg_ring', 'area', 'Test ring', '测试环', '', true, 2, 'acc_samr', now(), null, null),
     ('reg_old', 'area', 'Harbour', '港区', '', true, 1, 'acc_samr', now(), now(), 'acc_samr'),
     ('reg_new', 'area', 'Harbour', '港区', '', true, 5, 'acc_samr', now() - interval '1 day', null, null)`,
  );
});
after(async () => {
  await documents.close();
  await world.close();
  rmSync(folder, { recursive: true });
});

test("a plan names rule packs, rules and areas by their titles in its language, with id and version", async () => {
  const areas = ["reg_ring", "港区", "a yard nobody drew"];
  await projectInTest(world, { ...APPLICATION, limits: { ...APPLICATION.limits, areas } });
  await documents.settle();
  const [plan] = await documents.list(PEOPLE.oem, { limit: 1 });
  assert.equal(plan?.code, "plan");
  const rows = plan.content.sections.flatMap((section) => section.rows);
  const told = (label: string): unknown => rows.find((row) => row.label.en.endsWith(label))?.value;
  assert.deepEqual(told("Rule pack"), { en: "Battery rules (demo-sandbox, v3)", zh: "电池规则（demo-sandbox，v3）" });
  assert.deepEqual(told("Areas (of the register of regions)"), {
    en: "Test ring (reg_ring, v2), Harbour (reg_new, v5), a yard nobody drew",
    zh: "测试环（reg_ring，v2）、港区（reg_new，v5）、a yard nobody drew",
  });
  const effects = told("Effects") as { en: string; zh: string };
  assert.match(effects.en, /Cell spread \(EV-BAT-001, v7\).*\n.*EV-BAT-002/);
  assert.match(effects.zh, /单体压差（EV-BAT-001，v7）/);
});
