/**
 * Backups that the running server makes, one at a time, in one folder that its configuration names. A caller gives a
 * name and never a path: a stolen token must not have keys and records written to a place from which they are served.
 */
import { existsSync } from "node:fs";
import { readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { ERRORS, SandglassError, messageOf } from "../errors/mod.ts";
import type { BaseBackup } from "../records/mod.ts";
import { isBelow, type Copied } from "./copying.ts";
import { dropLinked } from "./linked.ts";
import { isMissing, MANIFEST, PARTIAL } from "./manifest.ts";
import { backUpRunning, type Phase, type RunningParts } from "./online-backup.ts";

export const STATES = ["running", "done", "failed", "cancelled"] as const;

export interface BackupStatus extends Copied {
  readonly name: string;
  readonly state: (typeof STATES)[number];
  /** Absent at the end. */
  readonly phase?: Phase;
  /** UTC ms. */
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly failure?: { readonly code: string; readonly message: string };
}

export interface FinishedBackup {
  readonly name: string;
  /** UTC ms. */
  readonly endedAt: number;
}

export interface BackupsOptions extends Omit<RunningParts, "baseBackup"> {
  /** Absent where the records are in a database that is not ours. */
  readonly baseBackup: (() => Promise<BaseBackup>) | undefined;
  /** Folder of the backups. */
  readonly folder: string;
  readonly now: () => number;
  readonly log: { info(fields: object, text: string): void; warn(fields: object, text: string): void };
}

/** Letters, digits, and what dates need; never the name of one that is not complete. */
const NAME = /^(?!.*\.partial$)[0-9A-Za-z][0-9A-Za-z._-]{0,63}$/;

export class Backups {
  readonly folder: string;
  readonly #options: BackupsOptions;
  #last: BackupStatus | undefined;
  #abort = new AbortController();
  #working: Promise<void> = Promise.resolve();

  private constructor(options: BackupsOptions) {
    this.folder = path.resolve(options.folder);
    this.#options = options;
  }

  /** Removes what one left that was killed. @throws SG_BACKUP_TARGET when the folder lies in the data folder */
  static async open(options: BackupsOptions): Promise<Backups> {
    if (isBelow(options.folder, options.data))
      throw new SandglassError(ERRORS.BACKUP_TARGET, { folder: options.folder });
    const backups = new Backups(options);
    await dropLinked(options.data);
    for (const name of await backups.#names())
      if (name.endsWith(PARTIAL)) await rm(path.join(backups.folder, name), { recursive: true, force: true });
    return backups;
  }

  /** The one that runs, or the last that did since the start. */
  get last(): BackupStatus | undefined {
    return this.#last;
  }

  /** Complete ones, newest first. */
  async list(): Promise<FinishedBackup[]> {
    const found: FinishedBackup[] = [];
    for (const name of await this.#names()) {
      if (!NAME.test(name)) continue;
      const manifest = await stat(path.join(this.folder, name, MANIFEST)).catch(() => undefined);
      if (manifest !== undefined) found.push({ name, endedAt: Math.round(manifest.mtimeMs) });
    }
    return found.sort((a, b) => b.endedAt - a.endedAt);
  }

  /**
   * Begins one; `last` tells how it goes.
   * @throws SG_BACKUP_EXTERNAL, SG_BACKUP_RUNNING, SG_BACKUP_NAME, SG_BACKUP_TARGET for a name that is taken
   */
  start(name = defaultName(this.#options.now())): BackupStatus {
    const { baseBackup } = this.#options;
    if (baseBackup === undefined) throw new SandglassError(ERRORS.BACKUP_EXTERNAL);
    if (this.#last?.state === "running") throw new SandglassError(ERRORS.BACKUP_RUNNING, { name: this.#last.name });
    if (!NAME.test(name)) throw new SandglassError(ERRORS.BACKUP_NAME, { name });
    const target = path.join(this.folder, name);
    if (existsSync(target)) throw new SandglassError(ERRORS.BACKUP_TARGET, { folder: target });
    this.#abort = new AbortController();
    const started: BackupStatus = { name, state: "running", startedAt: this.#options.now(), files: 0, bytes: 0 };
    this.#last = started;
    this.#working = this.#run({ ...this.#options, baseBackup }, target, started);
    return started;
  }

  /** Ends the one that runs and waits until nothing of it is left. */
  async cancel(): Promise<void> {
    this.#abort.abort();
    await this.#working;
  }

  close(): Promise<void> {
    return this.cancel();
  }

  async #run(parts: RunningParts, target: string, started: BackupStatus): Promise<void> {
    const { now, log } = this.#options;
    const { signal } = this.#abort;
    try {
      const copied = await backUpRunning(parts, target, {
        now,
        signal,
        onProgress: (progress) => (this.#last = { ...started, ...progress }),
      });
      this.#last = { ...started, ...copied, state: "done", endedAt: now() };
      log.info({ backup: target, ...copied }, "a backup is complete");
    } catch (error) {
      const ended = { ...started, endedAt: now() };
      if (signal.aborted) {
        this.#last = { ...ended, state: "cancelled" };
        return;
      }
      const failure =
        error instanceof SandglassError
          ? error
          : new SandglassError(ERRORS.BACKUP_FAILED, {
              reason: messageOf(error),
            });
      this.#last = { ...ended, state: "failed", failure: { code: failure.code, message: failure.message } };
      log.warn({ backup: target, reason: failure.message }, "a backup failed; nothing of it is left");
    }
  }

  async #names(): Promise<string[]> {
    return readdir(this.folder).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    });
  }
}

/** `2026-11-22T10-30-00Z`: sorts by time, and is a file name everywhere. */
function defaultName(now: number): string {
  return new Date(now)
    .toISOString()
    .replace(/\.\d+Z$/, "Z")
    .replaceAll(":", "-");
}
