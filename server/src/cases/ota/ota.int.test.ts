/** OTA filings on the real database, by the API: the ways of each class, the recall they open, the project they change. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { OTA_FILING } from "@sandglass/casework";
import { acceptedInput } from "@sandglass/casework/testing";
import { SYSTEM_INTAKE } from "../../records/mod.ts";
import { walkCases } from "../http.fixture.ts";
import { DAY, PEOPLE, person, projectInTest } from "../world.fixture.ts";

const ANSWERS = {
  removesDefect: false,
  changesParameters: false,
  touchesAutomatedDriving: false,
  touchesDriverAssistance: true,
  grounds: "Charging only",
};

describe("OTA filing", () => {
  const walk = walkCases({
    others: {
      oem2: person("acc_oem_a_2", "OEM", "oem-a"),
      centre: person("acc_centre", "RECALL_CENTER", "samr"),
      miit: person("acc_miit", "MIIT", "samr"),
    },
    prepare: ({ records }) =>
      records.transact(SYSTEM_INTAKE, (tx) =>
        tx.updateTable("vehicles").set({ model: "A1" }).where("registered", "=", true).execute(),
      ),
  });

  const refusal = async (id: string, action: string): Promise<string> =>
    (await walk.refused("oem", id, action)).body.error.message;
  const prepared = async (answers: object = {}, campaign: object = {}): Promise<string> => {
    const input = { ...(acceptedInput("prepareOta") as object), ...campaign };
    const id = await walk.open("oem", "ota-filing", input);
    await walk.take("oem", id, "classifyOta", { ...ANSWERS, ...answers });
    await walk.take("oem", id, "assessOta");
    return id;
  };

  it("is filed, returned, released after its term in stages, halted by the authority, finished; nobody else sees it", async () => {
    const id = await prepared();
    await walk.take("oem", id, "fileOta");
    await walk.seenBy(id, { oemB: 404, local: 404, eidc: 200, centre: 200 });
    await walk.take("centre", id, "returnOta", { reasons: "Failure handling is thin" });
    const again = await walk.take("oem", id, "fileOta");
    assert.deepEqual(
      again.documents.map((each: { readonly code: string }) => each.code),
      ["otaReceipt", "otaReturn", "otaReceipt"],
    );
    assert.match(await refusal(id, "releaseOta"), /5 working days|5个工作日/);
    walk.world.now += 8 * DAY;
    await walk.take("oem", id, "releaseOta");
    await walk.take("oem", id, "widenOta");
    await walk.take("oem", id, "reportOtaResults", { succeeded: 40, failed: 5, refused: 1 });
    const halted = await walk.take("centre", id, "haltOta", { reasons: "Many fail" });
    assert.deepEqual([halted.state, halted.flags], ["HALTED", ["FAILURES"]]);
    await walk.refused("oem", id, "resumeOta");
    await walk.take("centre", id, "resumeOta");
    await walk.take("oem", id, "endRollout");
    await walk.refused("oem", id, "finishOta");
    await walk.take("oem", id, "reportOtaResults", { succeeded: 46, failed: 0, refused: 1 });
    assert.equal((await walk.take("oem", id, "finishOta")).state, "DONE");
    await walk.isWhole(id);
  });

  it("R-4.38 R-4.42: opens the recall of a defect that it removes, and waits for its plan and for the permit", async () => {
    const id = await prepared({ removesDefect: true, changesParameters: true });
    await walk.take("oem", id, "classifyOta", { ...ANSWERS, removesDefect: true, changesParameters: true });
    assert.equal(
      (await walk.read("oem", "/cases?type=recall")).items.length,
      1,
      "one file, however often it is classified",
    );
    await walk.take("oem", id, "fileOta");
    walk.world.now += 8 * DAY;
    await walk.take("miit", id, "permitOta", { permit: "B-1", kind: "change" });
    assert.match(await refusal(id, "releaseOta"), /recall plan|召回计划/);
    const { items } = await walk.read("oem", "/cases?type=recall");
    const recall = items.find(
      (each: { readonly title: { readonly en: string } }) => each.title.en === "Charge control 3.2",
    ).id;
    const page = await walk.read("oem", `/cases/${recall}`);
    assert.ok(
      page.fields.some(({ value }: { readonly value: unknown }) => value === id),
      "the recall names the filing",
    );
    const { opened } = await walk.read("oem", `/cases/${id}`);
    assert.deepEqual(
      opened.map(({ id: each, kindTitle }: { readonly id: string; readonly kindTitle: object }) => [each, kindTitle]),
      [[recall, page.kindTitle]],
      "the filing leads to its recall",
    );
    await walk.take("oem", recall, "confirmDefect");
    await walk.take("oem", recall, "confirmStop");
    await walk.take("oem", recall, "filePlan", {
      ...(acceptedInput("filePlan") as object),
      viaOta: true,
      changesParameters: true,
    });
    assert.match(await refusal(recall, "resumeSale"), /permit|许可/);
    assert.equal((await walk.take("oem", id, "releaseOta")).state, "RELEASED");
    await walk.take("oem", id, "rollBackOta");
    assert.equal((await walk.take("oem2", id, "rollBackOta", {})).state, "ROLLED_BACK");
    await walk.isWhole(id);
    await walk.isWhole(recall);
    const hiding = await prepared();
    assert.ok((await walk.read("centre", `/cases/${hiding}`)).flags.includes("DEFECT_OPEN"));
  });

  it("puts the new version into the sandbox project as a controlled change", async () => {
    const project = await projectInTest(walk.world);
    const id = await prepared({}, { project });
    await walk.take("oem", id, "fileOta");
    walk.world.now += 8 * DAY;
    await walk.take("oem", id, "releaseOta");
    const { folded } = await walk.world.cases.engine.transact(PEOPLE.samr, async ({ tx }) => {
      const row = await tx.selectFrom("cases").select("folded").where("id", "=", project).executeTakeFirstOrThrow();
      return row as { readonly folded: { readonly data: Record<string, readonly Record<string, unknown>[]> } };
    });
    const change = folded.data.changes?.at(-1) ?? {};
    assert.deepEqual([change.subject, change.component, change.toVersion], ["software", "BMS", "3.2"]);
    const theirs = { ...(acceptedInput("prepareOta") as object), project };
    assert.equal((await walk.tryToOpen("oemB", "ota-filing", theirs)).status, 404, "another maker's project");
  });

  it("may be withdrawn before its release, and visits every state by the API", async () => {
    const id = await prepared();
    await walk.take("oem", id, "withdrawOta");
    const flags = (await walk.read("oem", `/cases/${await prepared()}`)).flags as readonly string[];
    assert.ok(!flags.includes("FREQUENT"), "five filings of this year came before");
    assert.ok((await walk.read("oem", `/cases/${await prepared()}`)).flags.includes("FREQUENT"));
    assert.deepEqual(
      Object.keys(OTA_FILING.states).filter((state) => !walk.visited("ota-filing").has(state)),
      [],
    );
  });

  it("says before its classification which case opens with it, and opens none by saying so", async () => {
    const id = await walk.open("oem", "ota-filing", acceptedInput("prepareOta"));
    const path = `/cases/${id}/actions/classifyOta/preview`;
    const others = async (answers: object) =>
      (await walk.ask("oem", "POST", path, { input: { ...ANSWERS, ...answers } })).body.others;
    assert.deepEqual(await others({}), []);
    const recalls = async () => (await walk.read("oem", "/cases/facets?kind=recall")).total;
    const before = await recalls();
    const [opened, ...rest] = await others({ removesDefect: true });
    assert.deepEqual([opened.how, opened.kind.zh, rest], ["opened", "缺陷调查与召回", []]);
    assert.deepEqual([await recalls(), (await walk.read("oem", `/cases/${id}`)).state], [before, "DRAFT"]);
    await walk.take("oem", id, "classifyOta", { ...ANSWERS, removesDefect: true });
    assert.equal(await recalls(), before + 1);
  });
});
