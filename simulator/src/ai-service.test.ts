import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { flaggedShare, runAiService } from "./ai-service.ts";

test("the share of flagged outputs is low, grows to its worst and stays there", () => {
  const shares = [-60_000, 0, 25_000, 50_000, 75_000, 500_000].map(flaggedShare);
  assert.deepEqual(
    shares,
    shares.toSorted((a, b) => a - b),
  );
  assert.ok((shares[0] as number) < 0.005 && (shares[5] as number) > 0.1);
  assert.equal(shares[4], shares[5]);
});

test("reports are cumulative counters with a histogram that add up, and evaluations beside them", async () => {
  const received: { path: string; authorization: string | undefined; body: string }[] = [];
  const stop = new AbortController();
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      received.push({
        path: request.url ?? "",
        authorization: request.headers.authorization,
        body: Buffer.concat(parts).toString(),
      });
      if (received.length === 5) stop.abort();
      response.end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await runAiService({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      token: "sgt_test",
      service: "chat",
      seed: 1,
      periodMs: 10,
      driftAfterMs: 0,
      now: Date.now,
      log: () => undefined,
      signal: stop.signal,
    });
  } finally {
    server.close();
  }
  assert.ok(received.every(({ authorization }) => authorization === "Bearer sgt_test"));
  assert.equal(received.filter(({ path }) => path === "/v1/logs").length, 1);
  interface Point {
    readonly asInt?: string;
    readonly count?: string;
    readonly bucketCounts?: string[];
  }
  let before = -1;
  for (const { body } of received.filter(({ path }) => path === "/v1/metrics")) {
    const [outputs, duration] =
      (
        JSON.parse(body) as {
          resourceMetrics: {
            scopeMetrics: { metrics: { sum?: { dataPoints: Point[] }; histogram?: { dataPoints: Point[] } }[] }[];
          }[];
        }
      ).resourceMetrics[0]?.scopeMetrics[0]?.metrics ?? [];
    const total = (outputs?.sum?.dataPoints ?? []).reduce((sum, { asInt }) => sum + Number(asInt), 0);
    const [histogram] = duration?.histogram?.dataPoints ?? [];
    assert.ok(total > before);
    assert.equal(Number(histogram?.count), total);
    assert.equal(
      (histogram?.bucketCounts ?? []).reduce((sum, each) => sum + Number(each), 0),
      total,
    );
    before = total;
  }
});
