/** The command as it is started. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { describe, it } from "node:test";

const run = (...args: string[]) =>
  spawnSync(process.execPath, [join(import.meta.dirname, "main.ts"), ...args], { encoding: "utf8" });

describe("sandglass", () => {
  it("tells the usage of a command also behind its subcommand", () => {
    for (const args of [
      ["frame", "decode", "--help"],
      ["trigger", "check", "some.tdl", "-h"],
      ["pack", "list", "--help"],
    ]) {
      const { status, stdout, stderr } = run(...args);
      assert.deepEqual([status, stderr], [0, ""], args.join(" "));
      assert.match(stdout, new RegExp(`^usage: sandglass ${args[0]}`));
    }
  });
  it("names what there is where a command is none", () => {
    const { status, stderr } = run("triger");
    assert.equal(status, 2);
    assert.match(stderr, /^SG_CLI_COMMAND: there is no command "triger"\.[^]*\btrigger\b/);
  });
});
