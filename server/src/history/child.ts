/**
 * The process that holds the history: chdb locks its folder, so that exactly one process may open it, and a crash of
 * the engine must not take the server along.
 *
 * It ends itself the moment the server is gone. That is a SIGKILL of its own: statements run on native threads that
 * cannot be interrupted, and whatever is half done is settled at the next start anyway.
 */
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { getPriority, setPriority } from "node:os";
import { jobName, type FromChild, type RunMessage, type ToChild } from "./child-protocol.ts";

/** What we use of chdb; its own types drag in its whole query builder. */
interface Connection {
  queryAsync(sql: string, options: { format: string }): Promise<{ bytes(): Uint8Array }>;
  close(): void;
}
const { Session } = createRequire(import.meta.url)("chdb") as { Session: new (folder: string) => Connection };

/**
 * Stored is later than durable, and may become later still when both cores are busy: intake, answers and findings go
 * first. Added to the server's nice value, it gives a thread of ours a third of the time that a thread of the server
 * gets.
 */
const NICE = 5;
const LOWEST = 19;

/** Threads inherit it, so it is set before the engine makes any. */
function giveWay(): void {
  try {
    setPriority(Math.min(LOWEST, getPriority() + NICE));
    // We lead a session of our own: where the kernel groups threads by session, it weighs the groups, not the threads.
    writeFileSync("/proc/self/autogroup", String(NICE));
  } catch {
    // A kernel without such groups.
  }
}

/** Room for the keys of a large scope (20 bytes each). */
const SETUP = ["SET max_query_size = 67108864", "SET output_format_json_quote_64bit_integers = 1"];

let folder = "";
const connections: Connection[] = [];
/** For cancelling and for questions about running queries. */
let control: Connection | undefined;
let running = 0;
let closing = false;

function send(message: FromChild): void {
  process.send?.(message);
}

async function connect(): Promise<Connection> {
  const connection = new Session(folder);
  for (const statement of SETUP) await connection.queryAsync(statement, { format: "Null" });
  return connection;
}

async function open(path: string, slots: number): Promise<void> {
  folder = path;
  try {
    control = await connect();
    for (let slot = 0; slot < slots; slot++) connections.push(await connect());
    const version = await control.queryAsync("SELECT version()", { format: "TSVRaw" });
    send({ kind: "opened", version: Buffer.from(version.bytes()).toString("latin1").trim() });
  } catch (error) {
    send({ kind: "refused", reason: (error as Error).message });
  }
}

async function run({ job, slot, texts }: RunMessage): Promise<void> {
  running++;
  try {
    let bytes: Uint8Array = new Uint8Array(0);
    for (const text of texts) {
      bytes = (await connections[slot].queryAsync(text, { format: "JSONCompactEachRow" })).bytes();
    }
    send({ kind: "done", job, bytes });
  } catch (error) {
    // What a failed query had already written stays in its connection's buffer and would come in front of the next
    // result (chdb 3.4): a connection is never used again after an error.
    connections[slot].close();
    connections[slot] = await connect();
    const { message, clickhouseCode } = error as Error & { clickhouseCode?: number };
    send({ kind: "failed", job, code: clickhouseCode ?? 0, reason: message });
  } finally {
    running--;
    if (closing && running === 0) end();
  }
}

/** Asks the engine to stop a job's query; SYNC would wait for ever in chdb. */
async function cancel(job: number): Promise<void> {
  const text = `KILL QUERY WHERE query_id IN (SELECT query_id FROM system.processes WHERE Settings['log_comment'] = '${jobName(job)}') ASYNC`;
  await control?.queryAsync(text, { format: "Null" }).catch(() => undefined);
}

function end(): void {
  for (const connection of connections) connection.close();
  control?.close();
  process.exit(0);
}

giveWay();
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
process.on("message", (message: ToChild) => {
  switch (message.kind) {
    case "open":
      void open(message.folder, message.slots);
      break;
    case "run":
      void run(message);
      break;
    case "cancel":
      void cancel(message.job);
      break;
    case "close":
      closing = true;
      if (running === 0) end();
      break;
  }
});
