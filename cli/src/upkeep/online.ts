/** `sandglass backup --token …`: has a running server back itself up, and tells how it goes. */
import { setTimeout as sleep } from "node:timers/promises";
import type { CommandIo } from "../command.ts";

export interface OnlineOptions {
  readonly url?: string;
  readonly token: string;
  readonly name?: string;
}

interface Status {
  readonly name: string;
  readonly state: "running" | "done" | "failed" | "cancelled";
  readonly phase: string | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly files: number;
  readonly bytes: number;
  readonly failure: { readonly code: string; readonly message: string } | null;
}

const POLL_MS = 250;
const TELL_MS = 2_000;

/** Ctrl-C gives the backup up. */
export async function backUpRunning(options: OnlineOptions, io: Pick<CommandIo, "stdout" | "stderr">): Promise<number> {
  const base = `${(options.url ?? "http://127.0.0.1:8080").replace(/\/+$/, "")}/api/v1/backups`;
  const ask = async <T>(method: string, path = "", body?: object): Promise<T> => {
    const response = await fetch(`${base}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${options.token}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw await refusalOf(response);
    return (await response.json()) as T;
  };
  let status = await ask<Status>("POST", "", options.name === undefined ? {} : { name: options.name });
  const place = `/${encodeURIComponent(status.name)}`;
  const giveUp = (): void => void ask("DELETE", place).catch(() => undefined);
  process.once("SIGINT", giveUp);
  try {
    let [told, phase] = [0, ""];
    while (status.state === "running") {
      if (phase !== status.phase || performance.now() - told > TELL_MS) {
        [told, phase] = [performance.now(), status.phase ?? ""];
        if (phase !== "") io.stderr.write(`${phase}: ${status.files} files, ${megabytes(status.bytes)} MB\n`);
      }
      await sleep(POLL_MS);
      status = await ask<Status>("GET", place);
    }
  } finally {
    process.removeListener("SIGINT", giveUp);
  }
  if (status.state === "done") {
    const { folder } = await ask<{ readonly folder: string }>("GET");
    const { name, files, bytes, startedAt, endedAt } = status;
    const seconds = (Date.parse(endedAt ?? startedAt) - Date.parse(startedAt)) / 1000;
    io.stdout.write(`${JSON.stringify({ backup: `${folder}/${name}`, files, bytes, seconds })}\n`);
    return 0;
  }
  const { code, message } = status.failure ?? { code: "SG_CLI_BACKUP", message: "given up; nothing of it is left" };
  io.stderr.write(`${code}: ${message}\n`);
  return 1;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

/** A refusal of the server, with its code. */
async function refusalOf(response: Response): Promise<Error> {
  const text = await response.text();
  try {
    const { code, message } = (JSON.parse(text) as { error: { code: string; message: string } }).error;
    return Object.assign(new Error(message), { code });
  } catch {
    return Object.assign(new Error(`the server answered ${response.status}: ${text.slice(0, 300)}`), {
      code: "SG_CLI_BACKUP",
    });
  }
}
