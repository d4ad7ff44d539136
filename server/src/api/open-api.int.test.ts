import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import { openTestApi, type TestApi } from "./testing/open-test-api.ts";

interface Operation {
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly unknown[];
  readonly responses: Readonly<Record<string, unknown>>;
}

let t: TestApi;
before(async () => {
  t = await openTestApi();
});
after(() => t.close());

const load = async () =>
  (await t.get("/openapi.json")).json<{
    openapi: string;
    info: { title: string };
    paths: Record<string, Record<string, Operation>>;
    components: unknown;
  }>();

test("the document is OpenAPI 3.1 and names every route of the contract", async () => {
  const document = await load();
  assert.match(document.openapi, /^3\.1\./);
  const routes = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  for (const expected of [
    "POST /api/v1/session",
    "GET /api/v1/session",
    "DELETE /api/v1/session",
    "GET /api/v1/health",
    "GET /api/v1/situation",
    "GET /api/v1/vehicles",
    "POST /api/v1/vehicles",
    "GET /api/v1/vehicles/{id}",
    "POST /api/v1/vehicles/search",
    "POST /api/v1/vehicles/{id}/unmask",
    "GET /api/v1/vehicles/{id}/samples",
    "GET /api/v1/vehicles/{id}/frames",
    "GET /api/v1/vehicles/{id}/frames/{seq}",
    "GET /api/v1/vehicles/{id}/counts",
    "GET /api/v1/links",
    "GET /api/v1/links/refused",
    "GET /api/v1/quarantine",
    "GET /api/v1/platforms",
    "POST /api/v1/platforms",
    "GET /api/v1/signals",
    "GET /api/v1/triggers",
    "GET /api/v1/triggers/{id}",
    "POST /api/v1/triggers/check",
    "GET /api/v1/stream",
  ]) {
    assert.ok(routes.includes(expected), expected);
  }
});

test("every operation has a summary, a tag, a described refusal, and says whether it needs an actor", async () => {
  const document = await load();
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      if (method === "head") continue;
      const name = `${method} ${path}`;
      assert.ok(operation.summary, name);
      assert.equal(operation.tags?.length, 1, name);
      assert.ok("4XX" in operation.responses, name);
      if (/health|POST.*session$/.test(`${method.toUpperCase()} ${path}`))
        assert.deepEqual(operation.security, [], name);
    }
  }
});

test("every reference in the document leads somewhere", async () => {
  const document = await load();
  const references: string[] = [];
  JSON.stringify(document, (key, value: unknown) => {
    if (key === "$ref" && typeof value === "string") references.push(value);
    return value;
  });
  for (const reference of references) {
    const found = reference
      .slice(2)
      .split("/")
      .reduce<unknown>(
        (at, part) => (typeof at === "object" && at !== null ? Reflect.get(at, part.replaceAll("~1", "/")) : undefined),
        document,
      );
    assert.ok(found !== undefined, reference);
  }
});

// OpenAPI 3.1 reads its schemas by this edition, in which a list of `items` is none.
test("every schema in the document is one of JSON Schema 2020-12, although none is compiled before its route is used", async () => {
  const ajv = new Ajv2020({ strict: false });
  let count = 0;
  const visit = (part: unknown, path: string): void => {
    if (typeof part !== "object" || part === null) return;
    for (const [key, value] of Object.entries(part)) {
      if (key === "schema") {
        count += 1;
        assert.ok(ajv.validateSchema(value as object), `${path}: ${ajv.errorsText()}`);
      } else visit(value, `${path}/${key}`);
    }
  };
  visit((await load()).paths, "");
  assert.ok(count > 100, `${count} schemas`);
});
