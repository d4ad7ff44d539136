import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { canonicalJson, verifyInclusion } from "@sandglass/ledger";
import type { FastifyInstance } from "fastify";
import { openWorld, PEOPLE, projectInTest, type World } from "../cases/world.fixture.ts";
import { HASHER, openLedger, type Ledger } from "../ledger/mod.ts";
import { sha256 } from "../objects/mod.ts";
import { hostOf } from "../http/host.fixture.ts";
import { openDocuments } from "./documents.fixture.ts";
import { documentRoutes, type Documents } from "./mod.ts";

type Person = keyof typeof PEOPLE;

describe("documents", { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "sandglass-documents-"));
  let world: World;
  let ledger: Ledger;
  let documents: Documents;
  let app: FastifyInstance;
  let project: string;
  before(async () => {
    world = await openWorld();
    ledger = await openLedger({ records: world.records, dataDir: folder, intervalMs: 3_600_000 });
    documents = await openDocuments(world, join(folder, "objects"));
    app = await hostOf([documentRoutes(documents)], PEOPLE);
    project = await projectInTest(world);
    await documents.settle();
  });
  after(async () => {
    await app.close();
    await documents.close();
    await ledger.close();
    await world.close();
    rmSync(folder, { recursive: true });
  });

  async function get(url: string, who?: Person) {
    return app.inject({ url, headers: who === undefined ? {} : { "x-person": who } });
  }

  async function list(who: Person) {
    // oxlint-disable-next-line typescript/no-explicit-any -- answers are looked at field by field
    return (await get(`/documents?case=${project}`, who)).json<any>().items as any[];
  }

  it("every document that the way to the test issues is there in both languages, with the content's hash and a leaf", async () => {
    const items = await list("samr");
    assert.deepEqual(
      items.map(({ code }) => code),
      ["plan", "admissionLetter", "receipt"],
    );
    for (const item of items) {
      const { content, ...full } = (await get(`/documents/${item.id}`, "samr")).json();
      assert.equal(sha256(canonicalJson(content)), full.contentHash);
      assert.match(item.number, /^SG-2026-\d{6}$/);
      for (const language of ["zh", "en"] as const) {
        const file = await get(`/documents/${item.id}/file?language=${language}`, "samr");
        assert.equal(file.headers["content-type"], "application/pdf");
        assert.equal(file.rawPayload.subarray(0, 5).toString(), "%PDF-");
        assert.equal(sha256(file.rawPayload), item.files[language].sha256);
      }
    }
  });

  it("a document says what was decided, by whom and on which basis, and the limits that were agreed", async () => {
    const [plan] = await list("oem");
    const { content } = (await get(`/documents/${plan.id}`, "oem")).json();
    const text = JSON.stringify(content);
    for (const expected of [
      "Cell-to-body pack",
      "Vehicles at most",
      "车辆数上限",
      "CNY 5 million per vehicle",
      "oem-a",
      // Places and vehicles by name; of a VIN no more than its ends, with the id that says which one is meant.
      "深圳",
      "LSG**********0000 (veh_",
    ])
      assert.ok(text.includes(expected), expected);
    assert.match(content.decision.basis.requirement, /^(R-\d|9\.1)/);
    assert.match(content.decision.basis.certainty, /^[FSDMP]$/);
  });

  it("who may not see the case sees none of its documents", async () => {
    const [plan] = await list("samr");
    assert.deepEqual(await list("oemB"), []);
    for (const url of [`/documents/${plan.id}`, `/documents/${plan.id}/file`])
      assert.equal((await get(url, "oemB")).statusCode, 404);
  });

  it("anybody who holds it can verify it, and the proof leads into the signed ledger", async () => {
    const [plan] = await list("samr");
    assert.equal((await get(`/verify/${plan.id}`)).json().proof, null);
    await ledger.flush();
    const answer = (await get(`/verify/${plan.id}`)).json();
    assert.deepEqual([answer.number, answer.files], [plan.number, plan.files]);
    assert.ok(!("case" in answer) && !JSON.stringify(answer).includes("Cell-to-body"));
    const { proof } = answer;
    assert.ok(
      verifyInclusion(
        {
          index: BigInt(proof.index),
          size: BigInt(proof.size),
          leafHash: Buffer.from(proof.hash, "base64"),
          proof: proof.path.map((each: string) => Buffer.from(each, "base64")),
          root: Buffer.from(proof.root, "base64"),
        },
        HASHER,
      ),
    );
    assert.equal((await get("/verify/doc_00000000000000000000")).statusCode, 404);
  });

  it("a restart issues what is missing, and nothing twice", async () => {
    await documents.close();
    await world.cases.actOnProject(PEOPLE.samr, project, "authorityOrder", { reasons: "Smoke" });
    const before = await world.records.transact(PEOPLE.samr, (tx) => tx.selectFrom("documents").select("id").execute());
    documents = await openDocuments(world, join(folder, "objects"));
    await documents.settle();
    await (await openDocuments(world, join(folder, "objects"))).close();
    await app.close();
    app = await hostOf([documentRoutes(documents)], PEOPLE);
    const items = await list("samr");
    assert.equal(items.length, before.length + 1);
    assert.equal(items[0].code, "restrictionOrder");
  });

  it("a file that was changed in the store is not handed out as the document", async () => {
    const [order] = await list("samr");
    const key = order.files.zh.sha256 as string;
    writeFileSync(join(folder, "objects", key.slice(0, 2), key.slice(2)), "%PDF-forged");
    const answer = await get(`/documents/${order.id}/file`, "samr");
    assert.deepEqual([answer.statusCode, answer.json().error.code], [500, "SG_OBJECT_DAMAGED"]);
  });
});
