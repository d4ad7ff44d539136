/** The complaint channel as a person without account and script uses it: forms over HTTP on the real database. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import Fastify, { type FastifyInstance } from "fastify";
import type { Actor } from "../../records/mod.ts";
import { programmesUnderTest } from "../programmes.fixture.ts";
import { openWorld, PEOPLE, projectInTest, type World } from "../world.fixture.ts";
import { answerComplaint, listComplaints } from "./complaints.ts";

const FILLED = { subject: "Noise at night", text: "The test car was loud <b>at two</b>", contact: "a@example.org" };

describe("complaints without account and script", () => {
  let world: World;
  let app: FastifyInstance;
  let listed: string;
  let ai: string;
  before(async () => {
    world = await openWorld();
    app = Fastify();
    await app.register(world.cases.publicPages);
    listed = await projectInTest(world);
    for (const who of [PEOPLE.oem, PEOPLE.samr])
      await world.cases.actOnProject(who, listed, "consentPublication", { agrees: true, fields: ["title"] });
    const { application } = programmesUnderTest([])["ai-service-sandbox"]!;
    ai = (await world.cases.createProject(PEOPLE.oem, application)).id;
    await world.cases.actOnProject(PEOPLE.oem, ai, "submit");
    for (const who of [PEOPLE.oem, PEOPLE.ai])
      await world.cases.actOnProject(who, ai, "consentPublication", { agrees: true, fields: ["title"] });
  });
  after(async () => {
    await app.close();
    await world.close();
  });

  const post = (url: string, fields: Readonly<Record<string, string>>) =>
    app.inject({
      method: "POST",
      url,
      headers: { "content-type": "application/x-www-form-urlencoded" },
      payload: new URLSearchParams(fields).toString(),
    });
  /** A form as it was opened and is sent a while later. */
  const open = async (query = "lang=en") => {
    const page = await app.inject({ url: `/public/complaints?${query}` });
    world.now += 5_000;
    return { page, ticket: /name="ticket" value="([^"]+)"/.exec(page.body)?.[1] ?? "" };
  };
  const list = (who: Actor) =>
    world.cases.engine.transact(who, ({ tx }) => listComplaints(tx, { limit: 100, open: true }));

  it("R-4.23 R-6.10 R-6.58: a form is taken, its receipt shows the code once, and the code alone reads the state and the answer", async () => {
    const { page, ticket } = await open(`lang=en&project=${listed}`);
    assert.equal(page.statusCode, 200);
    assert.ok(!/<script/i.test(page.body) && page.body.includes(`value="${listed}" selected`));
    assert.match(String(page.headers["content-security-policy"]), /default-src 'none'.*form-action 'self'/);
    const receipt = await post("/public/complaints?lang=en", { ...FILLED, project: listed, ticket });
    assert.equal(receipt.statusCode, 201, receipt.body);
    assert.equal(receipt.headers["cache-control"], "no-store");
    const code = /class="code">([\w-]{20})</.exec(receipt.body)?.[1] ?? "";
    const [kept] = await list(PEOPLE.samr);
    assert.deepEqual([kept?.subject, kept?.text, kept?.contact, kept?.project], [...Object.values(FILLED), listed]);
    const look = (text: string) => post("/public/complaints/status?lang=en", { code: text });
    assert.ok((await look(` ${code} `)).body.includes("Being looked into"));
    world.now += 40 * 86_400_000;
    assert.ok((await look(code)).body.includes("the answer is late"));
    await world.cases.engine.transact(PEOPLE.samr, (unit) =>
      answerComplaint(unit.tx, PEOPLE.samr, kept!.id, "The <i>hours</i> were narrowed", unit.at),
    );
    const answered = await look(code);
    assert.ok(answered.body.includes("Answered") && answered.body.includes("The &#60;i&#62;hours&#60;/i&#62;"));
    for (const wrong of ["", "x".repeat(20), "' or 1=1"]) assert.equal((await look(wrong)).statusCode, 404, wrong);
  });

  it("keeps what was entered when something is wrong, and says what, in both languages", async () => {
    for (const [lang, says] of [
      ["en", "The subject needs"],
      ["zh", "标题须为"],
    ] as const) {
      const { ticket } = await open(`lang=${lang}`);
      const answer = await post(`/public/complaints?lang=${lang}`, { ...FILLED, subject: "x", ticket });
      assert.equal(answer.statusCode, 400);
      assert.ok(answer.body.includes(says) && answer.body.includes("loud &#60;b&#62;at two"));
    }
    const { ticket } = await open();
    const unknown = await post("/public/complaints?lang=en", { ...FILLED, project: "prj_00000000", ticket });
    assert.ok(unknown.statusCode === 400 && unknown.body.includes("not in the public register"));
  });

  it("takes no form that a program filled, that came too fast, or twice", async () => {
    const { ticket } = await open();
    const send = (fields: object) => post("/public/complaints?lang=en", { ...FILLED, ticket, ...fields });
    assert.equal((await send({ website: "http://spam.example" })).statusCode, 400);
    assert.equal((await send({ ticket: "forged" })).statusCode, 400);
    const fresh = await app.inject({ url: "/public/complaints?lang=en" });
    const early = /name="ticket" value="([^"]+)"/.exec(fresh.body)?.[1] ?? "";
    assert.ok((await send({ ticket: early })).body.includes("very fast"));
    const before = (await list(PEOPLE.supervisor)).length;
    assert.equal((await send({})).statusCode, 201);
    assert.equal((await send({})).statusCode, 409);
    assert.equal((await list(PEOPLE.supervisor)).length, before + 1);
  });

  it("stops a flood from one address and keeps what the next person wrote", async () => {
    world.now = Math.ceil(world.now / 60_000 + 1) * 60_000;
    const tickets: string[] = [];
    for (let sent = 0; sent < 11; sent += 1) tickets.push((await open()).ticket);
    world.now = Math.ceil(world.now / 60_000) * 60_000;
    const answers = [];
    for (const ticket of tickets) answers.push(await post("/public/complaints?lang=en", { ...FILLED, ticket }));
    assert.deepEqual(
      answers.map(({ statusCode }) => statusCode),
      [...Array.from({ length: 10 }, () => 201), 429],
    );
    assert.ok(answers.at(-1)!.body.includes("again in a minute") && answers.at(-1)!.body.includes("Noise at night"));
  });

  it("8.2: a complaint about a project is read by the departments of its programme alone", async () => {
    world.now += 120_000;
    const { ticket } = await open();
    const sent = await post("/public/complaints?lang=en", { ...FILLED, subject: "Wrong answers", project: ai, ticket });
    assert.equal(sent.statusCode, 201);
    const about = async (who: Actor) => (await list(who)).some(({ project }) => project === ai);
    assert.deepEqual(
      [await about(PEOPLE.ai), await about(PEOPLE.supervisor), await about(PEOPLE.samr), await about(PEOPLE.oem)],
      [true, true, false, false],
    );
    const [complaint] = (await list(PEOPLE.ai)).filter(({ project }) => project === ai);
    await assert.rejects(
      world.cases.engine.transact(PEOPLE.samr, (unit) =>
        answerComplaint(unit.tx, PEOPLE.samr, complaint!.id, "Not ours", unit.at),
      ),
      (error: unknown) => (error as { readonly code?: string }).code === "SG_NOT_FOUND",
    );
  });
});
