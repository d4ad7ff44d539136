/**
 * Runs one child on the pinned Node for as long as this process and whoever started it live.
 *
 * The child leads its own process group and holds the read end of a pipe from us: when we die in any way, the pipe
 * closes and it stops itself and its own children. Ctrl-C reaches only us; we ask the child to stop and wait.
 */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

const STOP_PATIENCE_MS = 20_000;

function parentOf(pid) {
  const stat = `/proc/${pid}/stat`;
  if (!existsSync(stat)) return undefined;
  try {
    return Number(
      readFileSync(stat, "utf8")
        .replace(/^.*\) /s, "")
        .split(" ")[1],
    );
  } catch {
    return undefined;
  }
}

/** The shell that npm puts between itself and a script, where the script does not replace it by `exec`. */
function isScriptShell(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0")[1] === "-c";
  } catch {
    return false;
  }
}

/** `npm start` puts npm (and sometimes a shell) between the user and us; when one of them is killed we go too. */
function watchAncestors(stop) {
  const depth = process.env.npm_lifecycle_event !== undefined && isScriptShell(process.ppid) ? 2 : 1;
  const chain = () => {
    const pids = [process.ppid];
    while (pids.length < depth) {
      const parent = parentOf(pids[pids.length - 1]);
      if (parent === undefined || parent <= 1) break;
      pids.push(parent);
    }
    return pids.join(",");
  };
  const first = chain();
  setInterval(() => {
    if (chain() !== first) stop();
  }, 500).unref();
}

/** Resolves to the exit code of the child. */
export function runForeground(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ...options.env, SANDGLASS_LIFELINE: "stdin" };
    const child = spawn(command, args, { ...options, env, detached: true, stdio: ["pipe", "inherit", "inherit"] });
    child.stdin.on("error", () => {});
    let stopping = false;
    const stop = () => {
      if (stopping) return;
      stopping = true;
      child.kill("SIGTERM");
      setTimeout(() => {
        try {
          process.kill(-child.pid, "SIGKILL");
        } catch {
          child.kill("SIGKILL");
        }
      }, STOP_PATIENCE_MS).unref();
    };
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, stop);
    watchAncestors(stop);
    child.on("error", reject);
    child.on("exit", (code) => resolve(code ?? (stopping ? 0 : 1)));
  });
}
