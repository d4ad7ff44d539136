/** Which parts of the process work, for whoever watches it. */
import { SandglassError } from "../errors/mod.ts";
import type { History } from "../history/mod.ts";
import type { Journal } from "../journal/mod.ts";
import type { Ledger } from "../ledger/mod.ts";
import type { Records } from "../records/mod.ts";
import type { Supervision } from "../supervision/mod.ts";

interface PartHealth {
  readonly name: string;
  readonly ok: boolean;
  /** Of the error that it gave, where it has one. */
  readonly code?: string;
}

interface Parts {
  readonly records: Records;
  readonly history: History;
  readonly journal: Journal;
  readonly ledger: Ledger;
  readonly supervision: Supervision;
}

export async function healthOf({ records, history, journal, ledger, supervision }: Parts): Promise<PartHealth[]> {
  const { paused, code } = journal.status();
  return [
    await answers("records", () => records.ping()),
    await answers("history", () => history.ping()),
    { name: "journal", ok: !paused, ...(code === undefined ? {} : { code }) },
    { name: "ledger", ok: ledger.status().failure === undefined },
    { name: "supervision", ok: supervision.status().waiting === undefined },
  ];
}

async function answers(name: string, ask: () => Promise<unknown>): Promise<PartHealth> {
  try {
    await ask();
    return { name, ok: true };
  } catch (error) {
    return { name, ok: false, ...(error instanceof SandglassError ? { code: error.code } : {}) };
  }
}
