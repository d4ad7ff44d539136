/** `sandglass replay FILE --vin VIN`: a recorded vehicle drives again, through the real socket. */
import { parseArgs } from "node:util";
import { setTimeout as sleep } from "node:timers/promises";
import { heartbeat, vehicleLogin, vehicleLogout, WireClient, WireError } from "@sandglass/simulator";
import type { Command } from "../command.ts";
import { readRecordedRows, ReplayError, type RecordedRow } from "./csv-rows.ts";
import { frameOfRow, guessUnits, type RecordingUnits } from "./row-frames.ts";
import { scheduleRows } from "./schedule.ts";

const USAGE = `usage: sandglass replay FILE --vin VIN [options]

FILE is a recorded vehicle (.csv, or a .zip with one). Its rows go as GB/T 32960.3-2016 frames over one terminal link:
login, 0x02 for every row; the rows of the 30 s before each level-3 onset go as 0x03 after it; logout.

  --host HOST              gateway host (127.0.0.1)
  --port PORT              gateway port (13296)
  --speed SPEED            max (default), or a factor such as 60x or 1x
  --limit N                only the first N rows
  --probes celsius|raw     unit of the probe columns (default: guessed from the first rows, and printed)
  --insulation kohm|mohm   unit of insulationResistance (default: guessed, and printed)
  --sequence N             login sequence number (1)

Ends with one JSON line of what was sent. Exit code 0 when the gateway confirmed everything.
`;

/** Rows looked at before the first is sent, to guess units. */
const LOOK_AHEAD = 500;
/** Bytes gathered into one write at full speed. */
const BATCH_BYTES = 64 * 1024;

function speedOf(text: string): number {
  if (text === "max") return Number.POSITIVE_INFINITY;
  const factor = /^(\d+(?:\.\d+)?)x?$/.exec(text);
  if (factor === null || Number(factor[1]) <= 0)
    throw new ReplayError("SG_REPLAY_SPEED", `--speed must be max or a factor such as 60x, not "${text}"`);
  return Number(factor[1]);
}

async function* limited(
  first: readonly RecordedRow[],
  rest: AsyncIterator<RecordedRow>,
  limit: number,
): AsyncIterable<RecordedRow> {
  let count = 0;
  for (const row of first) if (count++ < limit) yield row;
  while (count < limit) {
    const next = await rest.next();
    if (next.done === true) return;
    count++;
    yield next.value;
  }
}

export const replayCommand: Command = async (args, io) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      vin: { type: "string" },
      host: { type: "string", default: "127.0.0.1" },
      port: { type: "string", default: "13296" },
      speed: { type: "string", default: "max" },
      limit: { type: "string" },
      probes: { type: "string" },
      insulation: { type: "string" },
      sequence: { type: "string", default: "1" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help === true) {
    io.stdout.write(USAGE);
    return 0;
  }
  const file = positionals[0];
  const { vin } = values;
  if (file === undefined || vin === undefined) {
    io.stderr.write(`SG_REPLAY_USAGE: FILE and --vin are needed.\n\n${USAGE}`);
    return 2;
  }
  if (!/^[\x21-\x7e]{17}$/.test(vin)) {
    io.stderr.write("SG_REPLAY_VIN: a VIN has 17 characters.\n");
    return 2;
  }
  try {
    const report = await replay({
      file,
      vin,
      host: values.host,
      port: Number(values.port),
      speed: speedOf(values.speed),
      limit: values.limit === undefined ? Number.POSITIVE_INFINITY : Number(values.limit),
      units: { probes: values.probes, insulation: values.insulation },
      sequence: Number(values.sequence),
      say: (line) => io.stderr.write(`${line}\n`),
    });
    io.stdout.write(`${JSON.stringify(report)}\n`);
    return 0;
  } catch (error) {
    if (error instanceof ReplayError || error instanceof WireError) {
      io.stderr.write(`${error.message}\n`);
      return 1;
    }
    throw error;
  }
};

interface ReplayOptions {
  readonly file: string;
  readonly vin: string;
  readonly host: string;
  readonly port: number;
  readonly speed: number;
  readonly limit: number;
  readonly units: { readonly probes: string | undefined; readonly insulation: string | undefined };
  readonly sequence: number;
  readonly say: (line: string) => void;
}

export interface ReplayReport {
  readonly rows: number;
  readonly realtime: number;
  readonly reissued: number;
  readonly onsets: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly units: RecordingUnits;
}

function chosenUnits(guess: RecordingUnits, wanted: ReplayOptions["units"]): RecordingUnits {
  const { probes, insulation } = wanted;
  if (probes !== undefined && probes !== "celsius" && probes !== "raw")
    throw new ReplayError("SG_REPLAY_UNITS", "--probes must be celsius or raw");
  if (insulation !== undefined && insulation !== "kohm" && insulation !== "mohm")
    throw new ReplayError("SG_REPLAY_UNITS", "--insulation must be kohm or mohm");
  return { probes: probes ?? guess.probes, insulation: insulation ?? guess.insulation };
}

async function replay(options: ReplayOptions): Promise<ReplayReport> {
  const started = Date.now();
  const rows = readRecordedRows(options.file)[Symbol.asyncIterator]();
  const first: RecordedRow[] = [];
  while (first.length < LOOK_AHEAD) {
    const next = await rows.next();
    if (next.done === true) break;
    first.push(next.value);
  }
  if (first.length === 0) throw new ReplayError("SG_REPLAY_EMPTY", `${options.file} has no rows`);
  const units = chosenUnits(guessUnits(first), options.units);
  options.say(
    `replay: probes in ${units.probes}, insulation in ${units.insulation}, from ${first[0].time} Beijing time`,
  );

  const client = await WireClient.connect(options.host, options.port);
  const login = await client.request(
    vehicleLogin(2016, options.vin, first[0].timeMs, options.sequence, "89860000000000000000"),
  );
  if (login.flag !== 1)
    throw new ReplayError("SG_REPLAY_LOGIN", `the gateway refused the login with flag ${login.flag}`);

  const counts = { rows: 0, realtime: 0, reissued: 0, onsets: 0, bytes: 0 };
  let batch: Uint8Array[] = [];
  let batchBytes = 0;
  let lastTime = first[0].timeMs;
  const flush = async () => {
    if (batchBytes === 0) return;
    const bytes = batch.length === 1 ? batch[0] : Buffer.concat(batch);
    batch = [];
    batchBytes = 0;
    await client.send(bytes);
  };
  for await (const { row, reissued, onset } of scheduleRows(limited(first, rows, options.limit))) {
    const due = started + (row.timeMs - first[0].timeMs) / options.speed;
    if (due > Date.now() + 20) {
      await flush();
      await sleep(due - Date.now());
    }
    const frame = frameOfRow(options.vin, row, units, reissued);
    batch.push(frame);
    batchBytes += frame.length;
    counts.rows++;
    counts.bytes += frame.length;
    if (reissued) counts.reissued++;
    else counts.realtime++;
    if (onset) counts.onsets++;
    lastTime = Math.max(lastTime, row.timeMs);
    if (batchBytes >= BATCH_BYTES || options.speed !== Number.POSITIVE_INFINITY) await flush();
    if (counts.rows % 10_000 === 0) options.say(`replay: ${counts.rows} rows`);
  }
  await flush();
  // Replies come in the order of the frames and only after they are durable: these two confirm everything before.
  await client.request(heartbeat(2016, options.vin));
  const logout = await client.request(vehicleLogout(2016, options.vin, lastTime, options.sequence));
  if (logout.flag !== 1)
    throw new ReplayError("SG_REPLAY_LOGOUT", `the gateway answered the logout with flag ${logout.flag}`);
  await client.close();
  return { ...counts, seconds: (Date.now() - started) / 1000, units };
}
