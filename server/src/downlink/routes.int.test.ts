import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { createAccess, vehicleIdOf, type Actor } from "../access/mod.ts";
import { DEFAULT_DIALECT, type Dialect } from "@sandglass/gbt32960";
import Fastify, { type FastifyInstance } from "fastify";
import { SandglassError } from "../errors/mod.ts";
import { temporaryFolder } from "../journal/temporary.fixture.ts";
import { commandRoutes } from "./mod.ts";
import {
  KEY_A,
  KEY_B,
  MAKER,
  MONITOR,
  openWorld,
  PATIENT,
  person,
  reply,
  SAMR,
  terminal,
  type World,
} from "./world.fixture.ts";
import { Secrets } from "../secrets/mod.ts";

/** What the answers of these routes may hold. */
interface AnswerBody {
  readonly id: string;
  readonly vin: string;
  readonly state: string;
  readonly approval: { readonly rule: string; readonly certainty: string };
  readonly possibleActions: readonly string[];
  readonly requestedBy: { readonly name: string | null };
  readonly events: readonly { readonly kind: string; readonly leaf: string }[];
  readonly items: readonly { readonly id: string }[];
  readonly next: string | null;
  readonly error: { readonly code: string; readonly possible: readonly unknown[] };
}

interface Api {
  readonly world: World;
  call(
    actor: Actor,
    method: "GET" | "POST",
    url: string,
    body?: object,
    headers?: Record<string, string>,
  ): Promise<{ status: number; body: AnswerBody }>;
}

async function openApi(context: TestContext, dialect?: Partial<Dialect>): Promise<Api> {
  const world = await openWorld(context, PATIENT, dialect === undefined ? {} : { dialect });
  const folder = temporaryFolder("downlink");
  const access = createAccess({
    records: world.records,
    secrets: Secrets.plain(folder.path),
    now: Date.now,
    allowDemo: true,
    appendLeaf: async () => undefined,
    caseVehicles: async () => new Set(),
  });
  let actor: Actor = MONITOR;
  const app: FastifyInstance = Fastify();
  app.decorateRequest("actor");
  app.addHook("onRequest", async (request) => void (request.actor = actor));
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof SandglassError)
      return reply.status(error.status).send({
        error: {
          code: error.code,
          message: error.message,
          messageZh: "",
          parameters: {},
          possible: "possible" in error ? error.possible : [],
        },
        requestId: "",
      });
    return reply.status((error as { statusCode?: number }).statusCode ?? 500).send({
      error: { code: "SG_REQUEST_INVALID", message: String(error), messageZh: "", parameters: {} },
      requestId: "",
    });
  });
  await app.register(commandRoutes({ downlink: world.downlink, access }));
  context.after(async () => {
    await app.close();
    folder.remove();
  });
  return {
    world,
    call: async (as, method, url, body, headers = {}) => {
      actor = as;
      const response = await app.inject({ method, url, headers, ...(body === undefined ? {} : { payload: body }) });
      return { status: response.statusCode, body: response.json() };
    },
  };
}

const A = vehicleIdOf(KEY_A);
const B = vehicleIdOf(KEY_B);
const ALARM = { kind: "control", control: "alarm", level: 3, text: "请靠边停车", reason: "cell over-temperature" };

test("a command is asked for, approved by somebody else, answered and read with its trail", async (context) => {
  const { call, world } = await openApi(context);
  const client = await terminal(world);
  const asked = await call(MONITOR, "POST", `/vehicles/${A}/commands`, ALARM);
  assert.equal(asked.status, 201, JSON.stringify(asked.body));
  assert.deepEqual(
    [asked.body.state, asked.body.approval.rule, asked.body.approval.certainty],
    ["awaiting_approval", "control", "P"],
  );
  assert.equal(asked.body.vin, "LTE**********0001");
  assert.deepEqual(asked.body.possibleActions, ["withdraw"]);
  const url = `/commands/${asked.body.id}`;
  assert.deepEqual((await call(SAMR, "GET", url)).body.possibleActions, ["approve", "reject"]);
  const own = await call(MONITOR, "POST", `${url}/actions/approve`, { reason: "myself" });
  assert.deepEqual([own.status, own.body.error.code], [409, "SG_FOUR_EYES"]);
  assert.equal((await call(SAMR, "POST", `${url}/actions/approve`, { reason: "agreed" })).body.state, "queued");
  client.send(reply((await client.receive(2))[1]));
  await world.reaches(asked.body.id, "answered");
  await world.records.asSuperuser(
    `insert into accounts (id, account, name, role, organisation, password) select '${MONITOR.id}', 'zhao', 'Zhao Yi', 'NAT_PLATFORM', id, 'x' from organisations limit 1`,
  );
  const detail = (await call(SAMR, "GET", url)).body;
  assert.equal(detail.requestedBy.name, "Zhao Yi", "officials know each other by name");
  assert.deepEqual(
    detail.events.map((event) => event.kind),
    ["requested", "approved", "sent", "answered"],
  );
  assert.ok(detail.events.every((event) => event.leaf.startsWith("leaf_")));
  const again = await call(SAMR, "POST", `${url}/actions/approve`, { reason: "agreed" });
  assert.deepEqual(
    [again.status, again.body.error.code, again.body.error.possible],
    [409, "SG_ACTION_NOT_POSSIBLE", []],
  );
});

test("lists filter by vehicle, kind and state, page without gaps, and hold only what the actor may see", async (context) => {
  const { call } = await openApi(context);
  for (const vehicle of [A, B, A, A])
    await call(MONITOR, "POST", `/vehicles/${vehicle}/commands`, { kind: "query", parameters: [1], reason: "test" });
  await call(MONITOR, "POST", `/vehicles/${B}/commands`, ALARM);
  const ids = async (actor: Actor, url: string) => (await call(actor, "GET", url)).body.items.map((item) => item.id);
  const all = await ids(MONITOR, "/commands");
  assert.equal(all.length, 5);
  assert.equal((await ids(MONITOR, `/vehicles/${A}/commands`)).length, 3);
  assert.equal((await ids(MONITOR, "/commands?kind=control")).length, 1);
  assert.equal((await ids(MONITOR, "/commands?state=awaiting_approval")).length, 1);
  assert.equal((await ids(MONITOR, "/commands?state=open")).length, 5);
  const paged: string[] = [];
  for (let url = "/commands?limit=2"; ;) {
    const page = (await call(MONITOR, "GET", url)).body;
    paged.push(...page.items.map((item) => item.id));
    if (page.next === null) break;
    url = `/commands?limit=2&cursor=${page.next}`;
  }
  assert.deepEqual(paged, all);
  assert.equal((await ids(MAKER, "/commands")).length, 3);
  assert.equal((await call(MAKER, "GET", `/vehicles/${B}/commands`)).status, 404);
  assert.equal((await call(MAKER, "POST", `/vehicles/${B}/commands`, ALARM)).status, 404);
  assert.equal((await call(SAMR, "POST", `/vehicles/${A}/commands`, ALARM)).body.error.code, "SG_FORBIDDEN");
  assert.equal((await call(person("CAC"), "GET", "/commands")).status, 403);
  assert.equal((await call(person("AUDITOR"), "GET", "/commands")).status, 403);
});

test("bodies that make no sense are refused, and a repetition with the same key is not a second command", async (context) => {
  const { call } = await openApi(context);
  const post = (body: object, headers?: Record<string, string>) =>
    call(MONITOR, "POST", `/vehicles/${A}/commands`, body, headers);
  for (const body of [
    {},
    { kind: "query", parameters: [1] },
    { kind: "query", parameters: [], reason: "test" },
    { kind: "query", parameters: [0x11], reason: "test" },
    { kind: "set", parameters: [{ id: 2, value: 601 }], reason: "test" },
    { kind: "control", control: "explode", reason: "test" },
    { ...ALARM, level: 4 },
    { ...ALARM, expiresInSeconds: 1 },
  ]) {
    const { status, body: answer } = await post(body);
    assert.equal(status, 400, JSON.stringify(body) + JSON.stringify(answer));
  }
  const headers = { "idempotency-key": "once" };
  const body = { kind: "query", parameters: [1], reason: "test" };
  assert.equal((await post(body, headers)).body.id, (await post(body, headers)).body.id);
  assert.equal((await call(MONITOR, "GET", "/commands")).body.items.length, 1);
  assert.equal((await call(MONITOR, "GET", `/commands/cmd_${"0".repeat(20)}`)).status, 404);
  assert.equal((await call(MONITOR, "GET", "/commands?cursor=abc")).body.error.code, "SG_CURSOR_INVALID");
});

test("the configured dialect is told, and a setting is held to the ranges that it gives a vehicle", async (context) => {
  const { call } = await openApi(context, { parameterWidths: 2016 });
  const told = await call(MAKER, "GET", "/dialect");
  assert.deepEqual([told.status, told.body], [200, { ...DEFAULT_DIALECT, parameterWidths: 2016 }]);
  const period = (value: number) => ({ kind: "set", parameters: [{ id: 2, value }], reason: "slower reports" });
  // B is of edition 2025, whose table ends at 30 s; that of 2016 ends at 600 s.
  assert.equal((await call(MONITOR, "POST", `/vehicles/${B}/commands`, period(600))).status, 201);
  const refused = await call(MONITOR, "POST", `/vehicles/${B}/commands`, period(601));
  assert.equal(refused.status, 400);
  assert.match(JSON.stringify(refused.body), /1 to 600 in edition 2016/, "names the tables that it goes by");
});
