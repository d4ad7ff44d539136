/** What the subcommands share: their streams, their refusals, reading a file. */
import { readFile } from "node:fs/promises";

export interface TriggerIo {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
}

/** A refusal of the command line itself. */
export class TriggerCommandError extends Error {
  readonly code: string;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Reads a text file; a missing one is a coded refusal. */
export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new TriggerCommandError(
      "SG_CLI_FILE",
      `${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}
