/** What every subcommand gets and gives. */
export interface CommandIo {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
}

/** Runs a subcommand; resolves with the exit code. */
export type Command = (args: string[], io: CommandIo) => Promise<number>;
