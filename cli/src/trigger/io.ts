/** What the subcommands share: their streams, their refusals, reading a file. */
import { readFile } from "node:fs/promises";

export interface TriggerIo {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
}

/** A refusal of the command line or of a file, in both languages. */
export class TriggerCommandError extends Error {
  readonly code: string;
  readonly messageZh: string;
  constructor(code: string, message: string, messageZh: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.messageZh = messageZh;
  }
}

/** Why a file cannot be read, by the code of the system. */
const REASONS: Readonly<Record<string, readonly [en: string, zh: string]>> = {
  ENOENT: ["there is no such file", "文件不存在"],
  EISDIR: ["it is a folder", "这是文件夹"],
  EACCES: ["it must not be read", "没有读取权限"],
};

export function unreadable(path: string, cause: unknown): TriggerCommandError {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const said = cause instanceof Error ? cause.message : String(cause);
  const [en, zh] = REASONS[code] ?? [said, said];
  return new TriggerCommandError("SG_CLI_FILE", `${path} cannot be read: ${en}`, `无法读取 ${path}：${zh}`, { cause });
}

/** Reads a text file; a missing one is a coded refusal. */
export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw unreadable(path, cause);
  }
}
