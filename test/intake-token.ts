import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { RunningServer } from "./running-server.ts";

/** A token of the scope intake, made by the administrator. */
export async function makeIntakeToken(server: RunningServer, organisation: string): Promise<string> {
  const base = `${server.ready.console}/api/v1`;
  const password = readFileSync(join(server.data, "keys/admin.password"), "utf8").trim();
  const json = { "content-type": "application/json" };
  const session = await fetch(`${base}/session`, {
    method: "POST",
    headers: json,
    body: JSON.stringify({ account: "admin", password }),
  });
  assert.equal(session.status, 200, await session.clone().text());
  const cookie = (session.headers.get("set-cookie") ?? "").split(";")[0] as string;
  const post = (path: string, body: object) =>
    fetch(`${base}${path}`, { method: "POST", headers: { ...json, cookie }, body: JSON.stringify(body) });
  await post("/organisations", { id: organisation, kind: "techFirm", names: { en: organisation, zh: organisation } });
  const made = await post("/tokens", { name: "events", role: "TECH_FIRM", organisation, scope: "intake", days: 1 });
  assert.equal(made.status, 201, await made.clone().text());
  return ((await made.json()) as { token: string }).token;
}
