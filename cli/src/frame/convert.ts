/** One line of hex to one line of JSON and back. */
import {
  CodecError,
  decodeFrame,
  encodeFrame,
  findBytes,
  toHex,
  type Dialect,
  type Message,
} from "@sandglass/gbt32960";
import type { Converted } from "./command.ts";

/** Line of the errors of this command: same shape as the errors of the codec. */
function errorLine(code: string, message: string, offset?: number): string {
  return JSON.stringify({ error: { code, message, ...(offset === undefined ? {} : { offset }) } });
}

/** Bytes of a hex line; `0x`, blanks, colons and a hex dump's commas are ignored. */
export function parseHex(line: string): Uint8Array | undefined {
  return findBytes(line.replace(/0x|[\s,:]/gi, ""));
}

/** Damage is a result like any other: it does not fail the command. */
export function decodeLine(line: string, dialect: Partial<Dialect>): Converted {
  const bytes = parseHex(line);
  if (bytes === undefined) return { text: errorLine("SG_HEX", "not a hexadecimal line"), failed: false };
  try {
    return { text: JSON.stringify(decodeFrame(bytes, { dialect })), failed: false };
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    return { text: errorLine(error.code, error.message, error.offset), failed: false };
  }
}

/** Error lines of `decode` pass through, so that line n of the input stays line n of the output. */
export function encodeLine(line: string, dialect: Partial<Dialect>): Converted {
  let message: unknown;
  try {
    message = JSON.parse(line);
  } catch {
    return { text: errorLine("SG_JSON", "not a JSON line"), failed: true };
  }
  if (typeof message !== "object" || message === null)
    return { text: errorLine("SG_JSON", "not a JSON object"), failed: true };
  if ("error" in message && !("kind" in message)) return { text: line, failed: false };
  try {
    return { text: toHex(encodeFrame(message as Message, { dialect })), failed: false };
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    return { text: errorLine(error.code, error.message), failed: true };
  }
}
