import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { FastifyInstance } from "fastify";
import { openWorld, PEOPLE, projectInTest, type World } from "../cases/world.fixture.ts";
import { DiskStore, sha256 } from "../objects/mod.ts";
import { hostOf } from "../http/host.fixture.ts";
import { attachmentRoutes, Attachments, ClamdScanner, fileRoutes } from "./mod.ts";

type Person = keyof typeof PEOPLE;
const PDF = Buffer.from("%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n");
/** The harmless text that every scanner calls a virus (eicar.org), in two pieces so that nobody's scanner stops this file. */
const EICAR = `X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-${"STANDARD-ANTIVIRUS-TEST-FILE"}!$H+H*`;

/** Speaks clamd's INSTREAM as clamd(8) describes it. */
const clamd = createServer((socket) => {
  let received: Buffer = Buffer.alloc(0);
  socket.on("data", (data: Buffer) => {
    received = Buffer.concat([received, data]);
    if (received.subarray(0, 10).toString("latin1") !== "zINSTREAM\0") return;
    const body: Buffer[] = [];
    for (let at = 10; at + 4 <= received.length;) {
      const length = received.readUInt32BE(at);
      if (length === 0)
        return void socket.end(`stream: ${Buffer.concat(body).includes("EICAR") ? "Eicar-Signature FOUND" : "OK"}\0`);
      body.push(received.subarray(at + 4, at + 4 + length));
      at += 4 + length;
    }
  });
});

describe("attachments", { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "sandglass-attachments-"));
  let world: World;
  let app: FastifyInstance;
  let files: FastifyInstance;
  let project: string;
  before(async () => {
    clamd.listen(0, "127.0.0.1");
    await once(clamd, "listening");
    world = await openWorld();
    const attachments = new Attachments({
      records: world.records,
      engine: world.cases.engine,
      objects: new DiskStore(folder),
      scanner: new ClamdScanner(`127.0.0.1:${(clamd.address() as AddressInfo).port}`),
      secret: Buffer.alloc(32, 7),
      origin: () => "http://files.example",
      now: () => world.now,
    });
    app = await hostOf([attachmentRoutes({ attachments, limit: 1 << 20 })], PEOPLE);
    files = await hostOf([fileRoutes(attachments)], PEOPLE);
    project = await projectInTest(world);
  });
  after(async () => {
    await app.close();
    await files.close();
    await world.close();
    clamd.close();
    rmSync(folder, { recursive: true });
  });

  async function add(who: Person, name: string, body: Uint8Array | string, caseId = project) {
    const answer = await app.inject({
      method: "POST",
      url: `/cases/${caseId}/attachments`,
      headers: {
        "x-person": who,
        "x-file-name": encodeURIComponent(name),
        "content-type": "application/x-whatever",
      },
      payload: Buffer.from(body),
    });
    // oxlint-disable-next-line typescript/no-explicit-any -- answers are looked at field by field
    return { status: answer.statusCode, body: answer.json<any>() };
  }

  const linkOf = async (who: Person, id: string) =>
    app.inject({ method: "POST", url: `/attachments/${id}/link`, headers: { "x-person": who } });

  it("a file is kept by its hash with its real type, and opens by a link on another origin", async () => {
    const { status, body } = await add("oem", "整改报告 (1).pdf", PDF);
    assert.equal(status, 201, JSON.stringify(body));
    assert.deepEqual(
      [body.type, body.sha256, body.bytes, body.scannedBy],
      ["application/pdf", sha256(PDF), PDF.length, "clamd"],
    );
    const { url } = (await linkOf("samr", body.id)).json();
    assert.ok(url.startsWith("http://files.example/files/att_"));
    const file = await files.inject({ url: new URL(url).pathname });
    assert.deepEqual(file.rawPayload, PDF);
    assert.equal(file.headers["content-security-policy"], "sandbox; default-src 'none'");
    assert.match(
      String(file.headers["content-disposition"]),
      /^attachment; filename\*=UTF-8''%E6%95%B4%E6%94%B9.*%281%29\.pdf$/,
    );
    assert.equal(
      (await app.inject({ url: new URL(url).pathname })).statusCode,
      404,
      "the API's origin serves no files",
    );
    const { items } = (
      await app.inject({ url: `/cases/${project}/attachments`, headers: { "x-person": "oem" } })
    ).json();
    assert.deepEqual(
      items.map((each: { id: string }) => each.id),
      [body.id],
    );
    assert.equal((await add("oem", "整改报告 (1).pdf", PDF)).body.id, body.id, "the same again changes nothing");
  });

  it("a link dies after a minute, and one that was changed never lived", async () => {
    const { body } = await add("samr", "note.txt", "记录");
    const { url } = (await linkOf("samr", body.id)).json();
    const path = new URL(url).pathname;
    const [id, until, signature] = path.slice("/files/".length).split(".");
    for (const forged of [`${id}.${Number(until) + 1}.${signature}`, `${id}.${until}.`, `${id}.${until}`, "x"])
      assert.equal((await files.inject({ url: `/files/${forged}` })).statusCode, 404, forged);
    assert.equal((await files.inject({ url: path })).statusCode, 200);
    world.now += 61_000;
    assert.equal((await files.inject({ url: path })).statusCode, 404);
  });

  it("what runs, what lies about its type, what is infected and what is too large is refused and not kept", async () => {
    const refused = async (name: string, body: Uint8Array | string) => {
      const answer = await add("oem", name, body);
      return `${answer.status} ${answer.body.error?.code ?? answer.body.code}`;
    };
    assert.equal(await refused("page.html", "<!doctype html><script>alert(1)</script>"), "415 SG_ATTACHMENT_TYPE");
    assert.equal(await refused("picture.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>"), "415 SG_ATTACHMENT_TYPE");
    assert.equal(await refused("report.pdf", "MZ this is not a PDF"), "415 SG_ATTACHMENT_TYPE");
    assert.equal(await refused("report.txt", PDF), "415 SG_ATTACHMENT_TYPE");
    assert.equal(
      await refused("tool.exe", Buffer.from("4d5a90000300000004000000ffff0000", "hex")),
      "415 SG_ATTACHMENT_TYPE",
    );
    assert.equal(await refused("a.txt", Buffer.from([0, 1, 2, 3])), "415 SG_ATTACHMENT_TYPE");
    assert.equal(await refused("eicar.txt", EICAR), "422 SG_ATTACHMENT_INFECTED");
    assert.equal(await refused("../secret.txt", "x"), "400 SG_ATTACHMENT_NAME");
    assert.equal(await refused("", "x"), "400 SG_ATTACHMENT_NAME");
    assert.equal(await refused("empty.txt", ""), "400 SG_ATTACHMENT_EMPTY");
    assert.match(await refused("large.txt", "x".repeat((1 << 20) + 1)), /^413 /);
    const { items } = (
      await app.inject({ url: `/cases/${project}/attachments`, headers: { "x-person": "oem" } })
    ).json();
    assert.equal(items.length, 2);
  });

  it("who may not see the case neither adds, lists nor opens; who only reads it does not add", async () => {
    const { items } = (
      await app.inject({ url: `/cases/${project}/attachments`, headers: { "x-person": "samr" } })
    ).json();
    assert.equal((await add("oemB", "note.txt", "x")).status, 404);
    assert.equal(
      (await app.inject({ url: `/cases/${project}/attachments`, headers: { "x-person": "oemB" } })).statusCode,
      404,
    );
    assert.equal((await linkOf("oemB", items[0].id)).statusCode, 404);
  });

  it("while the scanner is away nothing is taken", async () => {
    const away = new Attachments({
      records: world.records,
      engine: world.cases.engine,
      objects: new DiskStore(folder),
      scanner: new ClamdScanner("127.0.0.1:1"),
      secret: Buffer.alloc(32),
      origin: () => "",
      now: () => world.now,
    });
    await assert.rejects(away.add(PEOPLE.oem, project, "a.txt", Buffer.from("x")), { code: "SG_ATTACHMENT_SCANNER" });
  });

  it("a file names who added it to those who may know the name, and to others only role and organisation", async () => {
    const { id, role, organisation } = PEOPLE.samr;
    await world.records.asSuperuser(
      `insert into accounts (id, account, name, role, organisation, password) values ('${id}', 'sun', 'Sun San', '${role}', '${organisation}', 'x')`,
    );
    const { body: added } = await add("samr", "opinion.txt", "意见");
    const nameFor = async (who: Person) =>
      (await app.inject({ url: `/cases/${project}/attachments`, headers: { "x-person": who } }))
        .json()
        .items.find((each: { id: string }) => each.id === added.id).by.name;
    assert.deepEqual([added.by.name, await nameFor("samr2"), await nameFor("oem")], ["Sun San", "Sun San", null]);
  });
});
