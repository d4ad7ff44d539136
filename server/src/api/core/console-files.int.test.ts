import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { openTestApi, type TestApi } from "../testing/open-test-api.ts";

const folder = mkdtempSync(path.join(tmpdir(), "sandglass-console-"));
let t: TestApi;
before(async () => {
  mkdirSync(path.join(folder, "assets"));
  writeFileSync(
    path.join(folder, "index.html"),
    '<!doctype html><meta name="csp-nonce" content="__CSP_NONCE__"><script type="module" src="/assets/a-1.js"></script>',
  );
  writeFileSync(path.join(folder, "assets", "a-1.js"), "export {};");
  writeFileSync(path.join(folder, "favicon.svg"), "<svg/>");
  t = await openTestApi({ consoleFolder: folder });
});
after(async () => {
  await t.close();
  rmSync(folder, { recursive: true });
});

test("every page address gives index.html with a fresh nonce that its policy names", async () => {
  const nonces = new Set<string>();
  for (const url of ["/", "/index.html", "/vehicles/veh_0000000000000?tab=frames", "/findings"]) {
    const response = await t.app.inject({ url });
    assert.equal(response.statusCode, 200, url);
    const nonce = /content="([^"]+)"/.exec(response.body)?.[1] ?? "";
    assert.match(
      String(response.headers["content-security-policy"]),
      new RegExp(`script-src 'self' 'nonce-${nonce.replace(/[+/]/g, "\\$&")}'`),
    );
    assert.ok(response.body.includes(`<script nonce="${nonce}" type="module"`));
    assert.equal(response.headers["cache-control"], "no-store");
    assert.doesNotMatch(String(response.headers["content-security-policy"]), /unsafe/);
    nonces.add(nonce);
  }
  assert.equal(nonces.size, 4);
});

test("hashed assets are kept for a year, other files are asked for again", async () => {
  const asset = await t.app.inject({ url: "/assets/a-1.js" });
  assert.deepEqual([asset.statusCode, asset.headers["cache-control"]], [200, "public, max-age=31536000, immutable"]);
  assert.match(String(asset.headers["content-type"]), /javascript/);
  assert.equal((await t.app.inject({ url: "/favicon.svg" })).headers["cache-control"], "no-cache");
});

test("an address of the API or of a missing file is not a page, and nothing outside the folder is served", async () => {
  assert.equal((await t.app.inject({ url: "/api/v1/nowhere" })).json().error.code, "SG_NOT_FOUND");
  assert.equal((await t.app.inject({ url: "/assets/gone-2.js" })).json().error.code, "SG_NOT_FOUND");
  assert.equal((await t.app.inject({ method: "POST", url: "/findings" })).statusCode, 404);
  for (const url of ["/../package.json", "/%2e%2e/%2e%2e/etc/passwd", "/assets/..%2f..%2fpackage.json"]) {
    assert.ok(!(await t.app.inject({ url })).body.includes("root:"), url);
  }
});
