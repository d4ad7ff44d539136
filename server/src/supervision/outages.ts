/**
 * Times in which we ourselves were away. A vehicle is not silent while nobody listens: its clock stands still. Kept in
 * a file, so that a later replay of the same blocks passes over the same times.
 */
import { mkdir, open, readFile, rename } from "node:fs/promises";
import path from "node:path";

interface Outage {
  /** Ingest times, UTC ms. */
  readonly from: number;
  readonly to: number;
}

/** Shorter ones change nothing that the silence grace does not cover. */
const MIN_MS = 1_000;
const KEPT = 1_000;

export class Outages {
  readonly #file: string;
  #list: readonly Outage[] = [];

  constructor(folder: string) {
    this.#file = path.join(folder, "outages.json");
  }

  async load(): Promise<void> {
    const text = await readFile(this.#file, "utf8").catch(() => "[]");
    try {
      this.#list = JSON.parse(text) as Outage[];
    } catch {
      // Written by rename, so only a damaged disk leads here; without it timers of silent vehicles run early.
      this.#list = [];
    }
  }

  async add(from: number, to: number): Promise<void> {
    if (!Number.isFinite(from) || to - from < MIN_MS) return;
    this.#list = [...this.#list, { from, to }].slice(-KEPT);
    await mkdir(path.dirname(this.#file), { recursive: true });
    const handle = await open(`${this.#file}.new`, "w");
    try {
      await handle.writeFile(JSON.stringify(this.#list));
      await handle.datasync();
    } finally {
      await handle.close();
    }
    await rename(`${this.#file}.new`, this.#file);
  }

  /** Milliseconds of (from, to] in which we were away. */
  within(from: number, to: number): number {
    let total = 0;
    for (const outage of this.#list) total += Math.max(0, Math.min(to, outage.to) - Math.max(from, outage.from));
    return total;
  }
}
