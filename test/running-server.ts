/** The real product as a child process, for tests from outside: its ready line, its API, its process tree. */
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

export interface Ready {
  readonly ready: true;
  readonly console: string;
  readonly gateway: string;
  readonly token: string;
}

export interface ProcessInfo {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

function processes(): ProcessInfo[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, "utf8");
        const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        if (fields[0] === "Z") return [];
        const command =
          readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ").trim() ||
          stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"));
        return [{ pid: Number(name), parent: Number(fields[1]), command }];
      } catch {
        return []; // It ended while we looked.
      }
    });
}

/** The process and everything below it. */
export function processTree(root: number): ProcessInfo[] {
  const all = processes();
  const tree = all.filter((process) => process.pid === root);
  for (let i = 0; i < tree.length; i++) tree.push(...all.filter((process) => process.parent === tree[i].pid));
  return tree;
}

/** Processes that mention the folder in their command line: what must not be left behind. */
export function processesOf(folder: string): ProcessInfo[] {
  return processes().filter((info) => info.pid !== process.pid && info.command.includes(folder));
}

export class RunningServer {
  readonly child: ChildProcess;
  readonly ready: Ready;
  readonly data: string;

  private constructor(child: ChildProcess, ready: Ready, data: string) {
    this.child = child;
    this.ready = ready;
    this.data = data;
  }

  /** Starts through the same stage 0 as `npm start`. Throws with the end of stderr when it does not get ready. */
  static async start(data: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<RunningServer> {
    const child = spawn(
      process.execPath,
      [join(ROOT, "scripts/start.mjs"), "--data", data, "--port", "0", "--gateway-port", "0", ...args],
      { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env, npm_lifecycle_event: undefined } },
    );
    let errors = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      errors = (errors + chunk.toString()).slice(-20_000);
    });
    const ready = await new Promise<Ready>((resolve, reject) => {
      let output = "";
      const timer = setTimeout(() => {
        child.kill("SIGKILL");
        reject(new Error(`the server was not ready after 120 s:\n${errors}`));
      }, 120_000);
      child.stdout?.on("data", (chunk: Buffer) => {
        output += chunk.toString();
        const line = output.split("\n").find((text) => text.startsWith('{"ready"'));
        if (line === undefined) return;
        clearTimeout(timer);
        resolve(JSON.parse(line) as Ready);
      });
      child.on("exit", (code) => {
        clearTimeout(timer);
        reject(new Error(`the server ended with ${code} before it was ready:\n${errors}`));
      });
    });
    return new RunningServer(child, ready, data);
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  get gateway(): { readonly host: string; readonly port: number } {
    const at = this.ready.gateway.lastIndexOf(":");
    return { host: this.ready.gateway.slice(0, at), port: Number(this.ready.gateway.slice(at + 1)) };
  }

  /** Calls the API with the printed token. Throws on any status that is not 2xx. */
  async api<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.ready.console.replace(/\/$/, "")}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.ready.token}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === "" ? undefined : JSON.parse(text)) as T;
  }

  /** Everything that the cursor reaches. */
  async list<T>(path: string): Promise<T[]> {
    const items: T[] = [];
    let next: string | null = null;
    do {
      const separator = path.includes("?") ? "&" : "?";
      const page: { items: T[]; next: string | null } = await this.api(
        "GET",
        next === null ? path : `${path}${separator}cursor=${encodeURIComponent(next)}`,
      );
      items.push(...page.items);
      next = page.next;
    } while (next !== null);
    return items;
  }

  stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    return new Promise((resolve) => {
      if (!this.isRunning) return resolve();
      this.child.once("exit", () => resolve());
      this.child.kill(signal);
    });
  }
}

/** A data folder that the embedded PostgreSQL of another uid can reach. */
export function makeDataFolder(): string {
  return mkdtempSync(join(tmpdir(), "sandglass-"));
}

export function removeDataFolder(folder: string): void {
  if (existsSync(folder)) rmSync(folder, { recursive: true, force: true });
}

/** Waits until the condition holds; throws after the patience. */
export async function eventually(
  what: string,
  patienceMs: number,
  condition: () => Promise<boolean> | boolean,
): Promise<void> {
  const end = Date.now() + patienceMs;
  for (;;) {
    try {
      if (await condition()) return;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
    if (Date.now() > end) throw new Error(`not within ${patienceMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
