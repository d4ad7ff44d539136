/** The subcommands of `sandglass frame`. A damaged line never stops the lines after it. */
import { frameSchema } from "@sandglass/gbt32960";
import { LineWriter, linesOf } from "./lines.ts";
import { decodeLine, encodeLine } from "./convert.ts";
import { explainBytes } from "./explain.ts";
import { splitDump } from "./split.ts";

export interface FrameIo {
  readonly stdin: AsyncIterable<Uint8Array | string>;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
}

const USAGE = `usage: sandglass frame decode  [HEX…]    frames as hex (arguments, or lines on standard input) to JSON, one line each
       sandglass frame encode  [JSON…]   that JSON to hex, one line each
       sandglass frame split   [HEX…]    a dump, hex or binary, to one frame per line; damage is reported on standard error
       sandglass frame explain HEX…      every field: offset, bytes, name, value, clause
       sandglass frame schema            the JSON schema of the lines of decode

Damaged input gives {"error":{"code":"SG_…",…}} in its place and the rest goes on.
`;

/**
 * Runs `sandglass frame ARGS…`.
 * @returns the exit code: 0, 1 when something could not be encoded, 2 for wrong usage
 */
export async function frameCommand(args: string[], io: FrameIo): Promise<number> {
  const [name, ...rest] = args;
  switch (name) {
    case "decode":
      return convert(rest, io, decodeLine);
    case "encode":
      return convert(rest, io, encodeLine);
    case "split":
      return split(rest, io);
    case "schema":
      io.stdout.write(`${JSON.stringify(frameSchema(), undefined, 2)}\n`);
      return 0;
    case "explain":
      return explain(rest, io);
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

async function explain(args: readonly string[], io: FrameIo): Promise<number> {
  const out = new LineWriter(io.stdout);
  let count = 0;
  for await (const line of linesOf(args, io.stdin)) {
    for (const text of explainBytes(line, count++ > 0)) await out.line(text);
  }
  await out.flush();
  return 0;
}
