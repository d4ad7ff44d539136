/** The pg pool and how PostgreSQL's types become ours. */
import { Client, Pool, types as builtIn, type CustomTypesConfig } from "pg";

const INT8 = 20;

/** `bigint` columns and count(*) as bigint: vehicle keys and sequences do not fit a double. */
const types: CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: "text" | "binary") =>
    oid === INT8 && format !== "binary"
      ? (text: string) => BigInt(text)
      : builtIn.getTypeParser(oid, format)) as typeof builtIn.getTypeParser,
};

export function createPool(connectionString: string, size: number): Pool {
  const pool = new Pool({
    connectionString,
    max: size,
    types,
    idleTimeoutMillis: 30_000,
    connectionTimeoutMillis: 10_000,
    application_name: "sandglass",
  });
  // An idle connection that breaks (server restart) is thrown away by the pool; the next query opens a new one.
  pool.on("error", () => undefined);
  // The pool listens only to idle connections; one that breaks between two statements would end the process.
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}

export function createClient(connectionString: string): Client {
  const client = new Client({ connectionString, types, connectionTimeoutMillis: 10_000 });
  client.on("error", () => undefined);
  return client;
}

const LOST = new Set([
  "53300",
  "57P01",
  "57P02",
  "57P03",
  "08000",
  "08001",
  "08003",
  "08004",
  "08006",
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOENT",
  "EPIPE",
  "ETIMEDOUT",
]);
const CONFLICT = new Set(["40001", "40P01"]);

export type Failure = "lost" | "conflict" | "full" | "other";

/** `lost`: the connection broke or the server is starting. `conflict`: serialization failure or deadlock. `full`: the disk. */
export function classifyFailure(cause: unknown): Failure {
  if (!(cause instanceof Error)) return "other";
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : undefined;
  if (code === "53100") return "full";
  if (code !== undefined && CONFLICT.has(code)) return "conflict";
  if (code !== undefined && LOST.has(code)) return "lost";
  if (
    code === undefined &&
    /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/.test(
      cause.message,
    )
  )
    return "lost";
  return "other";
}
