/**
 * A backup of a running server. Nothing stops: frames are received, answered and journalled all the while; what waits,
 * for the instant only, is the storing of closed segments.
 *
 * What belongs together is taken in the order in which a crash would leave it, so that a start of the copy goes on as
 * after a crash:
 *
 *   1. records: the cluster's files, as they are (PostgreSQL's log makes them whole, see `BaseBackup`)
 *   2. the instant, while no segment is stored or removed and no key is handed over:
 *      checkpoints of supervision, then the end of the records' copy, then history and journals, each by hard links
 *   3. the linked files, history, objects; the list of files last
 *
 * Checkpoints hold nothing that the records lack, records name nothing that journals and history lack, and objects are
 * written before a record names them and never removed. Of what was answered before the instant nothing is missing.
 */
import { rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { History } from "../history/mod.ts";
import type { Ledger } from "../ledger/mod.ts";
import { isLeftOutOfCluster, type BaseBackup } from "../records/mod.ts";
import { copyFolders, inParallel, sumOf, syncFiles, type Copied } from "./copying.ts";
import { dropLinked, linkTree } from "./linked.ts";
import {
  copyAttributes,
  copyFile,
  FORMAT,
  isMissing,
  LINKED,
  listFiles,
  listLinks,
  PARTIAL,
  writeManifest,
  type BackupFile,
  type Skip,
} from "./manifest.ts";

/** What a backup needs of the running server. */
export interface RunningParts {
  readonly data: string;
  readonly baseBackup: () => Promise<BaseBackup>;
  readonly history: Pick<History, "takeSnapshot" | "dropSnapshot">;
  readonly ledger: Pick<Ledger, "between">;
  /** What takes segments from a journal to history. */
  readonly handOvers: readonly { hold(): Promise<{ store(): void; release(): void }> }[];
}

export const PHASES = ["records", "instant", "journals", "history", "objects", "list"] as const;
export type Phase = (typeof PHASES)[number];

export interface OnlineOptions {
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** Told what is copied now, and after each file how much there is. */
  readonly onProgress: (progress: Copied & { readonly phase: Phase }) => void;
}

const CLUSTER = "records/cluster/";
const CONTROL = `${CLUSTER}global/pg_control`;
/** Fewer than while the server is stopped: receiving comes first. */
const PARALLEL = 8;
/** What is not linked at the instant: it is copied as it is, came before, or is none of a backup. */
const NOT_LINKED = /^(records|objects|log|supervision|backup\.snapshot)\/|^history\/(?!$|refused\/)/;
/** Of the history: parts of tables come from the snapshot, what was set aside is linked. */
const NOT_LIVE = /^history\/(tmp|refused|chdb\/(shadow|tmp)|chdb\/store\/[^/]+\/[^/]+\/[^/]+)\//;
/** Of our own reader of the log; PostgreSQL does not start where one is half there. */
const SLOT = /^records\/cluster\/pg_replslot\/[^/]+\//;

/**
 * @param target does not exist; it appears when the backup is complete
 * @throws what the parts throw, and the signal's reason; nothing is left then
 */
export async function backUpRunning(parts: RunningParts, target: string, options: OnlineOptions): Promise<Copied> {
  const draft = `${target}${PARTIAL}`;
  try {
    const copied = await new OnlineBackup(parts, draft, options).run();
    await rename(draft, target);
    return copied;
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}

class OnlineBackup {
  readonly #parts: RunningParts;
  readonly #target: string;
  readonly #options: OnlineOptions;
  readonly #linked: string;
  readonly #copied: BackupFile[] = [];
  #bytes = 0;
  #phase: Phase = "records";

  constructor(parts: RunningParts, target: string, options: OnlineOptions) {
    this.#parts = parts;
    this.#target = target;
    this.#options = options;
    this.#linked = path.join(parts.data, LINKED);
  }

  async run(): Promise<Copied> {
    const { data, history } = this.#parts;
    await dropLinked(data);
    const base = await this.#parts.baseBackup();
    try {
      await this.#copyCluster();
      const snapshot = await this.#takeInstant(base);
      await this.#copyHistory(snapshot);
      await this.#copyObjects();
      this.#enter("list");
      await copyFolders(data, this.#target, (place) => NOT_LIVE.test(place) || SLOT.test(place));
      await syncFiles(this.#target, this.#copied);
      const files = this.#copied.sort((a, b) => (a.path < b.path ? -1 : 1));
      const links = await listLinks(data, liveHistory);
      this.#options.signal.throwIfAborted();
      const createdAt = new Date(this.#options.now()).toISOString();
      await writeManifest(this.#target, { format: FORMAT, createdAt, files, links });
      return sumOf(files);
    } finally {
      await base.close();
      await history.dropSnapshot();
      await dropLinked(data);
    }
  }

  async #copyCluster(): Promise<void> {
    const { data } = this.#parts;
    this.#enter("records");
    const cluster = allBut(CLUSTER);
    const skip: Skip = (place) => cluster(place) || isLeftOutOfCluster(place.slice(CLUSTER.length));
    const files = (await listFiles(data, skip)).filter((file) => file !== CONTROL);
    await this.#copy(data, files, { mayBeGone: true });
    // Last of them, as pg_basebackup does it.
    await this.#copy(data, [CONTROL]);
  }

  /** @returns the folder with the linked parts of the history */
  async #takeInstant(base: BaseBackup): Promise<string> {
    const { data, ledger, history, handOvers } = this.#parts;
    this.#enter("instant");
    const holds: { store(): void; release(): void }[] = [];
    try {
      for (const handOver of handOvers) holds.push(await handOver.hold());
      const { label, wal, snapshot } = await ledger.between(async () => {
        await linkTree(data, allBut("supervision/"));
        const end = await base.end();
        await linkTree(data, (place) => NOT_LINKED.test(place));
        return { ...end, snapshot: await history.takeSnapshot() };
      });
      for (const hold of holds) hold.store();
      await this.#copy(
        data,
        wal.map((name) => `${CLUSTER}pg_wal/${name}`),
      );
      await this.#writeLabel(label);
      await base.close();
      this.#enter("journals");
      const linked = await listFiles(this.#linked);
      // The index first: every block that it names is then in the data that is read after it.
      const [indexes, others] = [true, false].map((isIndex) =>
        linked.filter((file) => file.endsWith(".idx") === isIndex),
      );
      await this.#copy(this.#linked, indexes);
      await this.#copy(this.#linked, others);
      return snapshot;
    } finally {
      // Only now: a removed segment's file is written over by a new one.
      for (const hold of holds) hold.release();
    }
  }

  async #copyHistory(snapshot: string): Promise<void> {
    const { data } = this.#parts;
    this.#enter("history");
    await this.#copy(data, await listFiles(data, liveHistory));
    await this.#copy(snapshot, await listFiles(snapshot), { below: "history/chdb" });
  }

  async #copyObjects(): Promise<void> {
    const { data } = this.#parts;
    this.#enter("objects");
    await this.#copy(data, await listFiles(data, allBut("objects/")));
  }

  async #copy(
    from: string,
    files: readonly string[],
    { mayBeGone = false, below = "" }: { readonly mayBeGone?: boolean; readonly below?: string } = {},
  ): Promise<void> {
    const { signal } = this.#options;
    const copyOne = async (file: string): Promise<void> => {
      signal.throwIfAborted();
      try {
        this.#note(await copyFile(from, this.#target, file, { as: path.posix.join(below, file), signal }));
      } catch (error) {
        // A table that was dropped, a temporary file: the log of the records knows.
        if (!mayBeGone || !isMissing(error)) throw error;
      }
    };
    await inParallel(files, copyOne, PARALLEL);
  }

  async #writeLabel(label: string): Promise<void> {
    const place = `${CLUSTER}backup_label`;
    const written = path.join(this.#linked, "backup_label");
    await writeFile(written, label, { mode: 0o600 });
    await copyAttributes(path.join(this.#parts.data, CONTROL), written);
    this.#note(await copyFile(this.#linked, this.#target, "backup_label", { as: place }));
    await rm(written);
  }

  #enter(phase: Phase): void {
    this.#phase = phase;
    this.#tell();
  }

  #note(file: BackupFile): void {
    this.#copied.push(file);
    this.#bytes += file.bytes;
    this.#tell();
  }

  #tell(): void {
    this.#options.onProgress({ phase: this.#phase, files: this.#copied.length, bytes: this.#bytes });
  }
}

/** @param folder with a slash at its end */
function allBut(folder: string): Skip {
  return (place) => !place.startsWith(folder) && !folder.startsWith(place);
}

const history = allBut("history/");
const liveHistory: Skip = (place) => history(place) || NOT_LIVE.test(place);
