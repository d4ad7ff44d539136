/**
 * A copy of the cluster while it runs (PostgreSQL's low-level base backup): its files are copied as they are, half
 * written pages and all, and the write-ahead log since the begin makes them whole when the copy is first started. What
 * the copy then holds is what was committed at `end`, whenever each file was read.
 *
 * Rejected: pg_dump, which is not among the embedded binaries, holds a transaction open for as long as it reads, and
 * whose snapshot would be that of the begin: older than the checkpoints of supervision that are copied with it.
 */
import { readdir } from "node:fs/promises";
import path from "node:path";
import { createClient } from "../pool.ts";

export interface BaseBackup {
  /** The running cluster; its files may be copied from now until `end`. */
  readonly cluster: string;
  /** The instant of the copy. */
  end(): Promise<BaseBackupEnd>;
  /** Gives the log free again; without `end` the backup is given up. */
  close(): Promise<void>;
}

export interface BaseBackupEnd {
  /** Text of the file `backup_label` in the copy. */
  readonly label: string;
  /** Names in `pg_wal` that the copy needs; they stay until `close`. */
  readonly wal: readonly string[];
}

/** Left out as pg_basebackup does: they belong to the running process, or a start makes them anew. */
const LEFT_OUT =
  /^(pg_wal|pg_replslot|pg_dynshmem|pg_notify|pg_serial|pg_snapshots|pg_stat_tmp|pg_subtrans)\/|(^|\/)(pgsql_tmp[^/]*|pg_internal\.init[^/]*|postmaster\.(pid|opts)|backup_label|current_logfiles)(\/|$)/;

/** @param file place below the cluster */
export function isLeftOut(file: string): boolean {
  return LEFT_OUT.test(file);
}

/** @param url connection string of the superuser */
export async function beginBaseBackup(url: string, cluster: string): Promise<BaseBackup> {
  const client = createClient(url);
  await client.connect();
  try {
    // Held by this connection: however it ends, the log may be recycled again.
    const slot = `backup_${process.pid}_${Date.now()}`;
    await client.query("select pg_create_physical_replication_slot($1, true, true)", [slot]);
    // `fast`: a checkpoint at once, instead of one that is spread over minutes in which nothing can be copied.
    const { rows } = await client.query<{ first: string }>(
      "select pg_walfile_name(pg_backup_start('sandglass', fast => true)) as first",
    );
    const first = rows[0].first;
    return {
      cluster,
      async end() {
        // It switches to a new file of the log, so that the last one holds nothing that came later.
        const stopped = await client.query<{ label: string; last: string }>(
          "select labelfile as label, pg_walfile_name(lsn) as last from pg_backup_stop(wait_for_archive => false)",
        );
        const { label, last } = stopped.rows[0];
        const names = await readdir(path.join(cluster, "pg_wal"));
        const wal = names.filter((name) => /^[0-9A-F]{24}$/.test(name) && name >= first && name <= last).sort();
        return { label, wal };
      },
      close: () => client.end().catch(() => undefined),
    };
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}
