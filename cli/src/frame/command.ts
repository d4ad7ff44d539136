/** The subcommands of `sandglass frame`. A damaged line never stops the lines after it. */
import process from "node:process";
import { frameSchema, type Dialect } from "@sandglass/gbt32960";
import { LineWriter, linesOf, wholeInput } from "./lines.ts";
import { decodeLine, encodeLine } from "./convert.ts";
import { DIALECT_USAGE, takeDialect } from "./dialect.ts";
import { dumpOf, explainedJson, explainedLines } from "./explain.ts";
import { splitDump } from "./split.ts";

export interface FrameIo {
  readonly stdin: AsyncIterable<Uint8Array | string>;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  /** The environment, by default that of the process: NO_COLOR is looked at (no-color.org). */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

const USAGE = `usage: sandglass frame decode  [HEX…]    frames as hex (arguments, or lines on standard input) to JSON, one line each
       sandglass frame encode  [JSON…]   that JSON to hex, one line each
       sandglass frame split   [HEX…]    a dump, hex or binary, to one frame per line; damage is reported on standard error
       sandglass frame explain [--json] [HEX…]
                                         every field of a pasted dump (hex, xxd, hexdump, log lines; or standard
                                         input, also binary): offset, bytes, name, value, unit, clause
       sandglass frame schema            the JSON schema of the lines of decode

       --dialect NAME=VALUE (decode, encode, explain; repeatable): where the sources of the standard contradict
       each other, the first value is the default and packages/gbt32960/README.md says why
${DIALECT_USAGE}

Damaged input gives {"error":{"code":"SG_…",…}} in its place and the rest goes on.
`;

/**
 * Runs `sandglass frame ARGS…`.
 * @returns the exit code: 0, 1 when something could not be encoded, 2 for wrong usage
 */
export async function frameCommand(args: string[], io: FrameIo): Promise<number> {
  const [name, ...given] = args;
  const { rest, dialect, wrong } = takeDialect(given);
  if (wrong !== undefined) {
    io.stderr.write(`SG_CLI_USAGE: --dialect ${wrong}\n${USAGE}`);
    return 2;
  }
  switch (name) {
    case "decode":
      return convert(rest, io, (line) => decodeLine(line, dialect));
    case "encode":
      return convert(rest, io, (line) => encodeLine(line, dialect));
    case "split":
      return split(rest, io);
    case "schema":
      io.stdout.write(`${JSON.stringify(frameSchema(), undefined, 2)}\n`);
      return 0;
    case "explain":
      return explain(rest, io, dialect);
    default: {
      const asked = name === "help" || name === "--help" || name === "-h";
      (asked ? io.stdout : io.stderr).write(
        asked ? USAGE : `SG_CLI_USAGE: frame ${name ?? "needs a subcommand"}\n${USAGE}`,
      );
      return asked ? 0 : 2;
    }
  }
}

/** What a line became; `failed` asks for a non-zero exit code. */
export interface Converted {
  readonly text: string;
  readonly failed: boolean;
}

async function convert(args: readonly string[], io: FrameIo, one: (line: string) => Converted): Promise<number> {
  const out = new LineWriter(io.stdout);
  let failed = false;
  for await (const line of linesOf(args, io.stdin)) {
    const converted = one(line);
    failed ||= converted.failed;
    await out.line(converted.text);
  }
  await out.flush();
  return failed ? 1 : 0;
}

async function split(args: readonly string[], io: FrameIo): Promise<number> {
  const out = new LineWriter(io.stdout);
  const report = new LineWriter(io.stderr);
  await splitDump(args, io.stdin, out, report);
  await out.flush();
  await report.flush();
  return 0;
}

/** Everything given is one dump: a frame may go on from line to line. */
async function explain(args: readonly string[], io: FrameIo, dialect: Partial<Dialect>): Promise<number> {
  const texts = args.filter((arg) => arg !== "--json");
  const input = texts.length > 0 ? new TextEncoder().encode(texts.join(" ")) : await wholeInput(io.stdin);
  const bytes = dumpOf(input);
  if (bytes === undefined) {
    io.stderr.write("SG_HEX: there is no hexadecimal in the input\n");
    return 1;
  }
  const out = new LineWriter(io.stdout);
  const lines = args.includes("--json")
    ? explainedJson(bytes, dialect)
    : explainedLines(bytes, isColoured(io), dialect);
  for (const line of lines) await out.line(line);
  await out.flush();
  return 0;
}

function isColoured({ stdout, env = process.env }: FrameIo): boolean {
  return (stdout as Partial<NodeJS.WriteStream>).isTTY === true && !env.NO_COLOR;
}
