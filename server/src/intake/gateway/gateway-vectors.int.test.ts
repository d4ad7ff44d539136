import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { splitFrames } from "@sandglass/gbt32960";
import { frame, platformLogin, startGateway } from "./gateway.fixture.ts";

const data = process.env["SANDGLASS_DATA"] ?? resolve(import.meta.dirname, "../../../../../shared/data");
const file = join(data, "gb32960-vectors", "vectors.json");
const skip = existsSync(file) ? false : `no test data at ${file}`;

test("every public frame, damaged ones included, becomes the rows that it contains", { skip }, async (context) => {
  const { vectors } = JSON.parse(readFileSync(file, "utf8")) as { vectors: { id: string; hex: string }[] };
  const bench = await startGateway(context);
  const clock = setInterval(() => {
    bench.time.now += 200;
  }, 20);
  context.after(() => clearInterval(clock));
  const client = await bench.connect();
  client.send(platformLogin("platform", "right"));
  await client.receive(1);
  const expected: Buffer[] = [];
  let answers = 1;
  for (const { hex } of vectors) {
    const bytes = Buffer.from(hex, "hex");
    // A session of its own would follow a platform login or logout inside a vector.
    const frames = splitFrames(bytes).flatMap((piece) => (piece.kind === "frame" ? [Buffer.from(piece.bytes)] : []));
    if (frames.some((sent) => sent[3] === 0xfe && (sent[2] === 5 || sent[2] === 6))) continue;
    const end = frame({ command: 7 });
    client.send(bytes, end);
    expected.push(...frames, end);
    answers += frames.filter((sent) => sent[3] === 0xfe).length + 1;
    await client.receive(answers);
  }
  assert.ok(expected.length > vectors.length);
  assert.deepEqual(
    (await bench.rows()).slice(1).map(({ raw }) => raw),
    expected,
  );
});
