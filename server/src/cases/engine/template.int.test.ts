/** The example of docs/case-types.md: compiled as it stands there, discovered, and walked through the API. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import type { FastifyInstance } from "fastify";
import { openTestRecords, type TestRecords } from "../../records/testing.ts";
import { hostOf } from "../../http/host.fixture.ts";
import { runClock } from "./clock.ts";
import { discoverCaseTypes, makeCaseTypes } from "./discover.ts";
import { CaseEngine } from "./engine.ts";
import { engineRoutes } from "./routes/mod.ts";

const ROOT = path.resolve(import.meta.dirname, "../../../..");
const DAY = 86_400_000;
const people = {
  maker: { kind: "person", id: "acc_maker", role: "OEM", organisation: "oem-a" },
  maker2: { kind: "person", id: "acc_maker_2", role: "OEM", organisation: "oem-a" },
  other: { kind: "person", id: "acc_other", role: "OEM", organisation: "oem-b" },
  samr: { kind: "person", id: "acc_samr", role: "SAMR", organisation: "samr" },
  centre: { kind: "person", id: "acc_centre", role: "RECALL_CENTER", organisation: "centre" },
} as const;
type Person = keyof typeof people;

/** Writes the code blocks of the page into a folder; imports that lead out of it are made absolute. */
function extract(folder: string): string[] {
  const page = readFileSync(path.join(ROOT, "docs/case-types.md"), "utf8");
  const blocks = [...page.matchAll(/```ts\n\/\/ (\S+)\n([\s\S]*?)```/g)].map(([, file = "", code = ""]) => ({
    file,
    code,
  }));
  assert.deepEqual(
    blocks.map(({ file }) => file),
    [
      "packages/casework/src/ota-filing/lifecycle.ts",
      "packages/casework/src/mod.ts",
      "server/src/cases/ota-filing/kind.ts",
    ],
  );
  return blocks.map(({ file, code }) => {
    const target = path.join(folder, file);
    mkdirSync(path.dirname(target), { recursive: true });
    const absolute = code
      .replaceAll(
        /from "\.\.\/([^"]+)"/g,
        (_, rest: string) => `from "${path.join(ROOT, path.dirname(file), "..", rest)}"`,
      )
      .replaceAll('"@sandglass/casework"', `"${path.join(folder, "packages/casework/src/mod.ts")}"`);
    const own = file.endsWith("/mod.ts") ? `export * from "${path.join(ROOT, file)}";\n` : "";
    writeFileSync(target, own + absolute);
    return target;
  });
}

describe("the case type that the documentation shows", () => {
  let folder: string;
  let files: string[];
  let records: TestRecords;
  let engine: CaseEngine;
  let app: FastifyInstance;
  let now = Date.UTC(2026, 10, 23, 1);
  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "case-type-"));
    files = extract(folder);
    const modules = await discoverCaseTypes(path.join(folder, "server/src/cases"));
    const types = makeCaseTypes(modules, { checkTriggerSet: async () => ({ hash: "" }), now: () => now });
    records = await openTestRecords();
    engine = new CaseEngine({ records, now: () => now, types });
    app = await hostOf([(api) => engineRoutes(api, { engine, now: () => now })], people);
  });
  after(async () => {
    await app.close();
    await records.close();
    rmSync(folder, { recursive: true });
  });

  async function call(who: Person, method: "GET" | "POST" | "PUT" | "DELETE", url: string, body?: object) {
    const answer = await app.inject({
      method,
      url,
      headers: { "x-person": who },
      ...(body === undefined ? {} : { payload: body }),
    });
    return { status: answer.statusCode, body: answer.json<any>() }; // oxlint-disable-line typescript/no-explicit-any -- answers are looked at field by field
  }

  it("compiles under the rules of the house", async () => {
    writeFileSync(path.join(folder, "package.json"), '{"type": "module"}');
    const config = path.join(folder, "tsconfig.json");
    const compilerOptions = { noEmit: true, typeRoots: [path.join(ROOT, "node_modules/@types")], composite: false };
    writeFileSync(
      config,
      JSON.stringify({ extends: path.join(ROOT, "tsconfig.json"), compilerOptions, include: [], files }),
    );
    const result = await promisify(execFile)(path.join(ROOT, "node_modules/.bin/tsc"), ["-p", config]).catch(
      (error: { readonly stdout?: string }) => error,
    );
    const own = (result.stdout ?? "").split("\n").filter((line) => line.includes("ota-filing"));
    assert.deepEqual(own, []);
  });

  it("is found by its folder and offered with its form", async () => {
    const { body } = await call("maker", "GET", "/case-types");
    assert.deepEqual(
      body.items.map((each: any) => [each.kind, each.creation.name, each.creation.allowed]), // oxlint-disable-line typescript/no-explicit-any -- as above
      [["ota-filing", "create", true]],
    );
    assert.equal(body.items[0].creation.input.properties.change["x-choices"].none.zh, "不涉及主要参数");
    assert.equal((await call("samr", "GET", "/case-types")).body.items[0].creation.allowed, false);
    assert.equal((await call("maker", "GET", "/case-types/none")).body.error.code, "SG_CASE_KIND");
    assert.equal((await call("maker", "GET", "/case-types/ota-filing?version=9")).body.error.code, "SG_CASE_VERSION");
  });

  it("walks from the draft to a rolled back release with nothing but its definition", async () => {
    const input = { title: "Brake update", change: "none", releaseAt: new Date(now + 10 * DAY).toISOString() };
    const created = await call("maker", "POST", "/cases", { type: "ota-filing", input });
    assert.equal(created.status, 201, JSON.stringify(created.body));
    const { id } = created.body;
    assert.match(id, /^ota_/);
    assert.equal((await call("other", "GET", `/cases/${id}`)).status, 404, "another maker's filing");

    const filed = await call("maker", "POST", `/cases/${id}/actions/file`, {
      input: { packageHash: "abc" },
      version: 1,
    });
    assert.equal(filed.status, 200, JSON.stringify(filed.body));
    assert.deepEqual(
      [filed.body.state, filed.body.documents[0].code, filed.body.stage],
      ["FILED", "receipt", "filing"],
    );
    const [duty] = filed.body.obligations;
    assert.deepEqual(
      [duty.code, duty.unit, duty.amount, duty.basis.certainty, duty.dueAt],
      ["examine", "workingDay", 5, "F", "2026-11-30T15:59:59.999Z"],
    );
    const fieldsOf = async (who: Person) =>
      (await call(who, "GET", `/cases/${id}`)).body.fields.map((each: { name: string }) => each.name);
    assert.deepEqual(await fieldsOf("maker"), ["title", "change", "releaseAt", "packageHash"]);
    assert.deepEqual(await fieldsOf("centre"), ["title", "change", "releaseAt"], "a field for some roles only");
    const asCentre = (await call("centre", "GET", `/cases/${id}`)).body;
    assert.deepEqual([asCentre.hiddenFields, asCentre.actions[1].input], [["packageHash"], {}]);

    const board = (await call("samr", "GET", "/obligations?scope=mine&type=ota-filing")).body;
    assert.deepEqual(
      board.items.map((each: any) => [each.code, each.case.id, each.group, each.case.kindTitle.zh]), // oxlint-disable-line typescript/no-explicit-any -- as above
      [["examine", id, "later", "远程升级备案"]],
    );
    now = Date.parse("2026-11-29T16:00:01Z");
    await runClock(engine, now);
    assert.deepEqual(
      (await records.asSuperuser("select kind, roles from case_notices where case_id = $1 order by id", [id])).map(
        ({ kind, roles }) => [kind, roles],
      ),
      [
        ["decision", ["SAMR", "RECALL_CENTER"]],
        ["duty", ["SAMR", "RECALL_CENTER"]],
        ["dueSoon", ["SAMR", "RECALL_CENTER"]],
      ],
    );
    await call("maker", "POST", `/cases/${id}/actions/release`, {});
    const proposed = await call("maker", "POST", `/cases/${id}/actions/rollBack`, { reasons: "Fault found" });
    assert.equal(proposed.body.proposals.length, 1);
    const again = await call("maker", "POST", `/cases/${id}/actions/rollBack`, { reasons: "Fault found" });
    assert.deepEqual([again.status, again.body.error.code], [409, "SG_FOUR_EYES"]);
    const confirmed = await call("maker2", "POST", `/cases/${id}/actions/rollBack`, {});
    assert.deepEqual(
      [confirmed.body.state, confirmed.body.ended, confirmed.body.flags],
      ["ROLLED_BACK", true, ["RELEASED_EARLY"]],
    );
    const { body: facets } = await call("samr", "GET", "/cases/facets");
    assert.deepEqual([facets.total, facets.open, facets.kinds[0].count], [1, 0, 1]);
    assert.equal((await call("samr", "GET", "/obligations")).body.items.length, 0);
  });
});
