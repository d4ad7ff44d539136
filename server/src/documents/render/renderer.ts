/** Starts the process that lays pages out when there is something to do, and ends it when there is nothing any more. */
import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import type { RenderAnswer, RenderRequest } from "./protocol.ts";

const CHILD = fileURLToPath(new URL("./child.ts", import.meta.url));
/** The program's root: its modules and fonts are all that may be read. */
const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
const TIMEOUT_MS = 30_000;
const IDLE_MS = 30_000;

export class Renderer {
  #child: ChildProcess | undefined;
  #waiting: ((answer: RenderAnswer | undefined) => void) | undefined;
  #idle: NodeJS.Timeout | undefined;
  #tail: Promise<unknown> = Promise.resolve();
  #job = 0;

  /** One after the other. @throws SG_DOCUMENT_RENDER */
  render(request: Omit<RenderRequest, "job">): Promise<Uint8Array> {
    const rendered = this.#tail.then(() => this.#render({ ...request, job: ++this.#job }));
    this.#tail = rendered.catch(() => undefined);
    return rendered;
  }

  async close(): Promise<void> {
    await this.#tail;
    this.#end();
  }

  async #render(request: RenderRequest): Promise<Uint8Array> {
    clearTimeout(this.#idle);
    const { number } = request.content;
    const answer = await new Promise<RenderAnswer | undefined>((resolve) => {
      const timer = setTimeout(() => this.#end(), TIMEOUT_MS);
      this.#waiting = (given) => {
        clearTimeout(timer);
        resolve(given);
      };
      (this.#child ??= this.#start()).send(request);
    });
    this.#waiting = undefined;
    this.#idle = setTimeout(() => this.#end(), IDLE_MS).unref();
    if (answer === undefined) throw new SandglassError(ERRORS.DOCUMENT_RENDER, { number, reason: "the process ended" });
    if ("error" in answer) throw new SandglassError(ERRORS.DOCUMENT_RENDER, { number, reason: answer.error });
    return answer.pdf;
  }

  #start(): ChildProcess {
    const child = fork(CHILD, [], {
      execPath: process.execPath,
      execArgv: ["--permission", `--allow-fs-read=${ROOT}`],
      env: {},
      serialization: "advanced",
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    child.on("message", (answer: RenderAnswer) => this.#waiting?.(answer));
    const gone = () => {
      if (this.#child === child) this.#child = undefined;
      this.#waiting?.(undefined);
    };
    child.on("exit", gone);
    child.on("error", gone);
    child.unref();
    child.channel?.unref();
    return child;
  }

  #end(): void {
    clearTimeout(this.#idle);
    this.#child?.kill();
    this.#child = undefined;
    this.#waiting?.(undefined);
  }
}
