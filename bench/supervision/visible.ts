/**
 * From the answer to a frame to its finding on a live screen: the whole product at a steady rate.
 *
 *   node bench/supervision/visible.ts [--rate 20000] [--seconds 20] [--alarms 20]
 *
 * One platform link, as many vehicles as frames a second, 25 triggers for each; `alarms` vehicles a second report an alarm of
 * level 3 for the first time. Measured in the sender: from the reply to that frame until `GET /stream` (server-sent events)
 * says that its finding exists. One JSON line, ms; `answeredPerSecond` says whether the rate was kept.
 */
import { createConnection } from "node:net";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { bccOf, fieldsOf } from "@sandglass/gbt32960";
import { platformLogin } from "@sandglass/simulator";
import { makeDataFolder, removeDataFolder, RunningServer } from "../../test/running-server.ts";
import { FRAME_BYTES, stamp } from "../e2e/frame-template.ts";
import { quantile } from "./fleet.ts";

const { values } = parseArgs({
  options: {
    rate: { type: "string", default: "20000" },
    seconds: { type: "string", default: "20" },
    alarms: { type: "string", default: "20" },
  },
});
const RATE = Number(values.rate);
const SECONDS = Number(values.seconds);
const ALARMS = Number(values.alarms);
const REPLY_BYTES = 31;
const TURN_MS = 5;

const probe = new Uint8Array(FRAME_BYTES);
stamp(probe, 0, 0, 0, 0);
const LEVEL = fieldsOf(Buffer.from(probe)).find(({ name }) => /level$/i.test(name))?.offset;
if (LEVEL === undefined) throw new Error("the frame has no alarm level");

const data = makeDataFolder();
const server = await RunningServer.start(data, ["--empty"], { SANDGLASS_PACKS: "gbt32960-alarms,bench-24" });
try {
  await server.api("POST", "/platforms", { name: "bench", user: "bench", password: "bench-password" });
  /** Vehicle id → when its finding was announced. */
  const announced = new Map<string, number>();
  const stop = new AbortController();
  const stream = await fetch(`${server.ready.console}/api/v1/stream`, {
    headers: { authorization: `Bearer ${server.ready.token}`, accept: "text/event-stream" },
    signal: stop.signal,
  });
  if (!stream.ok || stream.body === null) throw new Error(`no stream: ${stream.status}`);
  const { body } = stream;
  const listening = (async () => {
    const decoder = new TextDecoder();
    let text = "";
    for await (const chunk of body) {
      text += decoder.decode(chunk, { stream: true });
      const now = performance.now();
      for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
        const message = text.slice(0, end);
        text = text.slice(end + 2);
        const line = /^data: (.*)$/m.exec(message)?.[1];
        if (line === undefined || !/^event: finding$/m.test(message)) continue;
        const { vehicle, kind } = JSON.parse(line) as { vehicle?: string; kind?: string };
        if (vehicle !== undefined && kind === "onset" && !announced.has(vehicle)) announced.set(vehicle, now);
      }
    }
  })().catch(() => undefined);

  const socket = createConnection({ ...server.gateway, noDelay: true });
  await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  const login = new Promise((resolve) => socket.once("data", resolve));
  socket.write(platformLogin(2016, Date.now(), 1, "bench", "bench-password"));
  await login;

  /** Numbers of frames with an alarm, in order, and their vehicles; when each was answered. */
  const alarms: { readonly frame: number; readonly vehicle: number; answeredAt?: number }[] = [];
  let answeredBytes = 0;
  let waiting = 0;
  socket.on("data", (chunk: Buffer) => {
    answeredBytes += chunk.length;
    const now = performance.now();
    for (; waiting < alarms.length && (alarms[waiting].frame + 1) * REPLY_BYTES <= answeredBytes; waiting++)
      alarms[waiting].answeredAt = now;
  });
  const base = Math.floor(Date.now() / 1000);
  const began = performance.now();
  let sent = 0;
  const perAlarm = Math.floor(RATE / ALARMS);
  // Five seconds first: the code is compiled, the vehicles are known.
  const total = RATE * (SECONDS + 5);
  while (sent < total) {
    const due = Math.min(total, Math.floor(((performance.now() - began) / 1000) * RATE));
    const buffer = new Uint8Array((due - sent) * FRAME_BYTES);
    for (let at = 0; sent < due; sent++, at += FRAME_BYTES) {
      const vehicle = sent % RATE;
      const tick = Math.floor(sent / RATE);
      stamp(buffer, at, vehicle, tick, base);
      const isAlarm = tick >= 5 && vehicle % perAlarm === tick - 5;
      buffer[at + LEVEL] = isAlarm ? 3 : 0;
      buffer[at + FRAME_BYTES - 1] = bccOf(buffer, at + 2, at + FRAME_BYTES - 1);
      if (isAlarm) alarms.push({ frame: sent, vehicle });
    }
    if (buffer.length > 0 && !socket.write(buffer)) await new Promise((resolve) => socket.once("drain", resolve));
    await sleep(TURN_MS);
  }
  const sentSeconds = (performance.now() - began) / 1000;
  const isAnswered = (): boolean => answeredBytes >= total * REPLY_BYTES;
  while (!isAnswered()) await sleep(20);
  const seconds = (performance.now() - began) / 1000;
  await sleep(3_000);
  const times: number[] = [];
  let missing = 0;
  for (const { vehicle, answeredAt = Number.NaN } of alarms) {
    const vin = `LTESTVIN0${String(vehicle).padStart(8, "0")}`;
    const { items } = await server.api<{ items: { id: string }[] }>("POST", "/vehicles/search", { vin });
    const at = announced.get(items[0]?.id ?? "");
    if (at === undefined) missing++;
    // What is seen before the answer was seen is not late.
    else times.push(Math.max(0, at - answeredAt));
  }
  process.stdout.write(
    `${JSON.stringify({
      rate: RATE,
      sentPerSecond: Math.round(total / sentSeconds),
      answeredPerSecond: Math.round(total / seconds),
      findings: times.length,
      missing,
      medianMs: quantile(times, 0.5),
      p95Ms: quantile(times, 0.95),
      p99Ms: quantile(times, 0.99),
      mostMs: quantile(times, 1),
    })}\n`,
  );
  stop.abort();
  await listening;
  socket.destroy();
} finally {
  await server.stop();
  removeDataFolder(data);
}
