/**
 * Mutated frames against the codec: `node bench/codec/fuzz.ts [count] [seed] [thorough]`.
 * Every frame goes through the stream reader and the generated columns, every `thorough`-th one also through typed
 * decode, encode and the interpreter. Stops at the first finding with the frame and the seed.
 */
import { fuzz } from "../../packages/gbt32960/testing/fuzz.ts";

const [count, seed, thorough] = [1_000_000, 1, 20].map((fallback, i) => Number(process.argv[2 + i] ?? fallback));
const BATCH = 100_000;
const total = { frames: 0, decoded: 0, damaged: 0, malformed: 0 };
const started = performance.now();
for (let done = 0, batch = 0; done < count; done += BATCH, batch++) {
  const report = fuzz(seed + batch, Math.min(BATCH, count - done), thorough);
  for (const key of Object.keys(total) as (keyof typeof total)[]) total[key] += report[key];
}
console.log(
  JSON.stringify({ seed, thorough, ...total, findings: 0, seconds: Math.round((performance.now() - started) / 1000) }),
);
