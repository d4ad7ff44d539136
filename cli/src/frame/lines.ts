/** Lines of standard input or of the arguments. */

/** The texts given as arguments, else the non-empty lines of the stream. */
export async function* linesOf(
  args: readonly string[],
  stdin: AsyncIterable<Uint8Array | string>,
): AsyncGenerator<string> {
  if (args.length > 0) {
    yield* args;
    return;
  }
  const decoder = new TextDecoder();
  let open = "";
  for await (const chunk of stdin) {
    const lines = (open + (typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true }))).split("\n");
    open = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") yield line.trim();
  }
  if (open.trim() !== "") yield open.trim();
}

/** Everything that the stream brings. */
export async function wholeInput(stdin: AsyncIterable<Uint8Array | string>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const encoder = new TextEncoder();
  for await (const chunk of stdin) chunks.push(typeof chunk === "string" ? encoder.encode(chunk) : chunk);
  return Buffer.concat(chunks);
}

/** A writable that respects back-pressure: `write` resolves when more may follow. */
export class LineWriter {
  readonly #stream: NodeJS.WritableStream;
  #pending = "";

  constructor(stream: NodeJS.WritableStream) {
    this.#stream = stream;
  }

  async line(text: string): Promise<void> {
    this.#pending += `${text}\n`;
    if (this.#pending.length > 65_536) await this.flush();
  }

  async flush(): Promise<void> {
    const text = this.#pending;
    this.#pending = "";
    if (text !== "" && !this.#stream.write(text))
      await new Promise<void>((resolve) => this.#stream.once("drain", resolve));
  }
}
