/** An exponential histogram as explicit buckets: bucket i of scale s covers (base^(offset+i), base^(offset+i+1)], base = 2^(2^−s). */
import { countOf, objectOf, type Json } from "./json-shape.ts";

/** More buckets are left away: the data point keeps count, sum, minimum and maximum. */
const MAX_BUCKETS = 400;

export function bucketsOf(point: Json): { readonly bounds?: number[]; readonly counts?: number[] } {
  const side = (name: string): { offset: number; counts: number[] } => {
    const buckets = point[name] === undefined || point[name] === null ? {} : objectOf(point[name], name);
    const counts = Array.isArray(buckets["bucketCounts"]) ? buckets["bucketCounts"].map(countOf) : [];
    return { offset: Number(buckets["offset"] ?? 0), counts };
  };
  const positive = side("positive");
  const negative = side("negative");
  const scale = Number(point["scale"] ?? 0);
  if (negative.counts.some((each) => each > 0) || positive.counts.length > MAX_BUCKETS || !Number.isInteger(scale))
    return {};
  const edge = (index: number): number => 2 ** ((positive.offset + index) * 2 ** -scale);
  const bounds = [edge(0), ...positive.counts.map((_, index) => edge(index + 1))];
  const grows = bounds.every((each, i) => Number.isFinite(each) && each > (bounds[i - 1] ?? 0));
  if (!grows) return {};
  return { bounds, counts: [countOf(point["zeroCount"]), ...positive.counts, 0] };
}
