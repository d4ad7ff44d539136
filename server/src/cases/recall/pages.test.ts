import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fastify from "fastify";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import type { CaseEngine } from "../engine/engine.ts";
import type { RecallHit } from "./check.ts";
import { checkPage, recallPage, recallPages, recallsPage } from "./pages.ts";
import type { RecallEntry } from "./public.ts";

const ENTRY: RecallEntry = {
  id: "rcl_0123456789",
  producer: { en: "Maker A", zh: "企业甲" },
  state: "RUNNING",
  stateTitle: { en: "Recall running", zh: "召回实施中" },
  publishedAt: "2026-11-23T17:17:40.710Z",
  title: "<b>Seal</b>",
  planReference: "S2026M0188V",
  models: ["CX-5"],
  batch: "2025-03 – 2025-08",
  registeredFrom: "2024-12-31T16:00:00.000Z",
  defect: "The seal ages",
  consequence: "Fire",
  interim: "Do not park indoors",
  remedy: "replace",
  measures: "A new seal",
  startAt: "2026-11-24T16:00:00.000Z",
  affected: 40,
  trend: [],
  publication: "https://example.com/recall",
  isOrdered: false,
};
const VIN = "LSGTESTT200000002";

async function askFor(vin: string, check: (vin: string) => Promise<readonly RecallHit[]>) {
  const app = fastify();
  await app.register(recallPages({} as CaseEngine, check));
  const answer = await app.inject({
    method: "POST",
    url: "/public/recalls/check?lang=en",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    payload: `vin=${vin}`,
  });
  await app.close();
  return answer;
}

describe("public pages of recalls", () => {
  it("R-4.30: say which vehicles are meant and under which number, in days and times of Beijing", () => {
    for (const language of ["zh", "en"] as const) {
      const page = recallPage(language, ENTRY.id, ENTRY);
      for (const part of ["S2026M0188V", "2025-03 – 2025-08", "2025-01-01 – ", "2026-11-24 01:17", "2026-11-25 00:00"])
        assert.ok(page.includes(part), `${part} in ${language}`);
      assert.ok(page.includes("&#60;b&#62;Seal") && !/<script/i.test(page));
    }
  });

  it("ask for a VIN with a form, never with an address of the API, and name the feed of recalls", () => {
    for (const page of [recallsPage("zh", [ENTRY]), recallPage("zh", ENTRY.id, ENTRY), checkPage("zh", undefined)]) {
      assert.match(page, /<form method="post" action="\/public\/recalls\/check\?lang=zh">/);
      assert.doesNotMatch(page, /POST |public\/register/);
      assert.ok(page.includes('href="/api/v1/public/recalls"'));
    }
  });

  it("tell who asks whether the vehicle is reached, what to do until then, and keep the answer from every cache", async () => {
    const asked: string[] = [];
    const reached = await askFor(VIN.toLowerCase(), async (vin) => {
      asked.push(vin);
      return [{ recall: ENTRY, isDone: false }];
    });
    assert.deepEqual(asked, [VIN]);
    assert.match(reached.body, /not yet remedied[^]*Do not park indoors/);
    assert.ok(!reached.body.includes(VIN), "the VIN is not said back");
    assert.equal(reached.headers["cache-control"], "no-store");
    assert.match((await askFor(VIN, async () => [])).body, /No published recall reaches this vehicle/);
  });

  it("refuse what is no VIN without looking it up, and say so when too many are asked about", async () => {
    const never = async (): Promise<never> => assert.fail("looked up");
    const wrong = await askFor("LSGTEST", never);
    assert.equal(wrong.statusCode, 400);
    assert.match(wrong.body, /role="alert"[^]*17 letters and digits/);
    const busy = await askFor(VIN, async () => {
      throw new SandglassError(ERRORS.RECALL_CHECKS_BUSY);
    });
    assert.equal(busy.statusCode, 429);
    assert.match(busy.body, /try again in a minute/);
  });
});
