/**
 * An AI service of the demonstration: a chat assistant that reports its outputs as OpenTelemetry metrics and logs over
 * HTTP. At first few outputs are flagged; then the share drifts upwards, until its provider is told to roll back.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { createRandom } from "./random.ts";

export interface AiServiceOptions {
  /** Address below which `/v1/metrics` and `/v1/logs` are. */
  readonly endpoint: string;
  /** Intake token of the provider. */
  readonly token: string;
  /** `service.name` of the resource. */
  readonly service: string;
  readonly seed: number;
  readonly periodMs: number;
  /** The share of flagged outputs begins to grow after this; absent = it stays low. */
  readonly driftAfterMs?: number;
  readonly now: () => number;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
  /** Told `rollback` when the provider goes back to the model before. */
  readonly onOrder?: (listener: (order: "rollback") => void) => void;
}

const USUAL_SHARE = 0.003;
const WORST_SHARE = 0.12;
const DRIFT_MS = 75_000;
const OUTPUTS_PER_S = 40;
const BOUNDS = [0.2, 0.5, 1, 2, 5, 10] as const;

/** Share of flagged outputs so many ms after the drift began; negative: not yet. */
export function flaggedShare(driftedMs: number): number {
  const progress = Math.min(1, Math.max(0, driftedMs / DRIFT_MS));
  return USUAL_SHARE + (WORST_SHARE - USUAL_SHARE) * progress ** 2;
}

/** Reports until the signal; a report that is not taken is sent again with the next one, as counters allow. */
export async function runAiService(options: AiServiceOptions): Promise<void> {
  const { now, signal, periodMs } = options;
  const random = createRandom(options.seed);
  const startedAt = now();
  let driftFrom = options.driftAfterMs === undefined ? Number.POSITIVE_INFINITY : startedAt + options.driftAfterMs;
  options.onOrder?.(() => (driftFrom = Number.POSITIVE_INFINITY));
  const totals = { clean: 0, flagged: 0 };
  const buckets = [...BOUNDS.map(() => 0), 0];
  let seconds = 0;
  let reports = 0;
  while (!signal.aborted) {
    const at = now();
    const outputs = Math.max(1, Math.round((OUTPUTS_PER_S * periodMs) / 1000 + random.normal() * 4));
    const share = flaggedShare(at - driftFrom);
    for (let i = 0; i < outputs; i++) {
      if (random.next() < share) totals.flagged++;
      else totals.clean++;
      const took = Math.exp(random.normal() * 0.5 - 0.2);
      seconds += took;
      const bucket = BOUNDS.findIndex((bound) => took <= bound);
      buckets[bucket < 0 ? BOUNDS.length : bucket]++;
    }
    await send(options, "metrics", metrics(options, startedAt, at, totals, buckets, seconds));
    if (reports++ % 4 === 0)
      await send(options, "logs", evaluation(options, at, 1 - share * 4 + random.normal() * 0.005));
    await sleep(periodMs, undefined, { signal }).catch(() => undefined);
  }
}

async function send({ endpoint, token, log, signal }: AiServiceOptions, kind: string, body: object): Promise<void> {
  try {
    const answer = await fetch(`${endpoint}/v1/${kind}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
      signal,
    });
    if (!answer.ok) log(`${kind} refused: ${answer.status} ${await answer.text()}`);
  } catch (error) {
    if (!signal.aborted) log(`${kind} not sent: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const nanos = (ms: number): string => `${Math.round(ms)}000000`;
const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const flag = (key: string, boolValue: boolean) => ({ key, value: { boolValue } });

function resourceOf({ service }: AiServiceOptions) {
  return { attributes: [text("service.name", service), text("gen_ai.provider.name", "demo")] };
}

function metrics(
  options: AiServiceOptions,
  startedAt: number,
  at: number,
  totals: { readonly clean: number; readonly flagged: number },
  buckets: readonly number[],
  seconds: number,
) {
  const times = { startTimeUnixNano: nanos(startedAt), timeUnixNano: nanos(at) };
  const outputs = (asInt: number, isFlagged: boolean) => ({
    ...times,
    asInt: String(asInt),
    attributes: [flag("sandglass.ai.flagged", isFlagged)],
  });
  return {
    resourceMetrics: [
      {
        resource: resourceOf(options),
        scopeMetrics: [
          {
            scope: { name: "sandglass.demo" },
            metrics: [
              {
                name: "sandglass.ai.outputs",
                unit: "{output}",
                sum: {
                  aggregationTemporality: 2,
                  isMonotonic: true,
                  dataPoints: [outputs(totals.clean, false), outputs(totals.flagged, true)],
                },
              },
              {
                name: "gen_ai.client.operation.duration",
                unit: "s",
                histogram: {
                  aggregationTemporality: 2,
                  dataPoints: [
                    {
                      ...times,
                      count: String(totals.clean + totals.flagged),
                      sum: seconds,
                      bucketCounts: buckets.map(String),
                      explicitBounds: BOUNDS,
                      attributes: [text("gen_ai.operation.name", "chat"), text("gen_ai.request.model", "demo-chat-2")],
                    },
                  ],
                },
              },
            ],
          },
        ],
      },
    ],
  };
}

function evaluation(options: AiServiceOptions, at: number, score: number) {
  const value = Math.min(1, Math.max(0, score));
  return {
    resourceLogs: [
      {
        resource: resourceOf(options),
        scopeLogs: [
          {
            logRecords: [
              {
                timeUnixNano: nanos(at),
                eventName: "gen_ai.evaluation.result",
                attributes: [
                  text("gen_ai.evaluation.name", "safety"),
                  { key: "gen_ai.evaluation.score.value", value: { doubleValue: value } },
                  text("gen_ai.evaluation.score.label", value >= 0.9 ? "pass" : "fail"),
                ],
              },
            ],
          },
        ],
      },
    ],
  };
}
