/** The subcommands of `sandglass trigger`. */
import { checkFiles, formatFiles } from "./check.ts";
import { TriggerCommandError, type TriggerIo } from "./io.ts";
import { explainFiles } from "./explain.ts";
import { testPaths } from "./test-cases.ts";
import { traceFile } from "./trace.ts";
import { evaluateFiles } from "./vectors.ts";

const USAGE = `usage: sandglass trigger check [--json] FILE…          compile; errors with line, column, cause and suggestion
       sandglass trigger format [--lang en|zh] FILE…  canonical text in either language
       sandglass trigger explain [--lang en|zh] FILE… what each trigger says, needs and depends on, in plain words
       sandglass trigger test PATH…                   run the test cases beside a trigger file or of a pack folder
       sandglass trigger trace --rules FILE --csv FILE temporal rules over the rows of a recorded vehicle, one JSON line each
       sandglass trigger vectors FILE…                evaluate conformance cases, one JSON line each: {"id","actual"}

Errors are told in English, with --lang zh in Chinese.
`;

/**
 * Runs `sandglass trigger ARGS…`.
 * @returns the exit code: 0, 1 when something is wrong with the triggers or cases, 2 for wrong usage
 */
export async function triggerCommand(args: string[], io: TriggerIo): Promise<number> {
  const [name, ...rest] = args;
  if (name === "help" || name === "--help" || name === "-h") {
    io.stdout.write(USAGE);
    return 0;
  }
  try {
    const { files, language, json, rules, csv } = parseArguments(rest);
    if (name === "trace") {
      if (rules === undefined || csv === undefined)
        throw new TriggerCommandError(
          "SG_CLI_USAGE",
          "trigger trace needs --rules FILE and --csv FILE",
          "trigger trace 需要 --rules FILE 与 --csv FILE",
        );
      return await traceFile(rules, csv, io);
    }
    const run = {
      check: () => checkFiles(files, language, json, io),
      format: () => formatFiles(files, language, io),
      explain: () => explainFiles(files, language, json, io),
      test: () => testPaths(files, io),
      vectors: () => evaluateFiles(files, io),
    };
    if (name === undefined || !Object.hasOwn(run, name))
      throw name === undefined
        ? new TriggerCommandError("SG_CLI_USAGE", "trigger needs a subcommand", "trigger 需要子命令")
        : new TriggerCommandError("SG_CLI_USAGE", `trigger has no subcommand "${name}"`, `trigger 没有子命令“${name}”`);
    if (files.length === 0)
      throw new TriggerCommandError("SG_CLI_USAGE", `trigger ${name} needs a file`, `trigger ${name} 需要文件`);
    return await run[name as keyof typeof run]();
  } catch (error) {
    if (!(error instanceof TriggerCommandError)) throw error;
    const said = wantsChinese(args) ? error.messageZh : error.message;
    io.stderr.write(`${error.code}: ${said}\n${error.code === "SG_CLI_USAGE" ? USAGE : ""}`);
    return error.code === "SG_CLI_USAGE" ? 2 : 1;
  }
}

/** Also of arguments that cannot be understood. */
function wantsChinese(args: readonly string[]): boolean {
  return args.some((arg, i) => arg === "zh" && args[i - 1] === "--lang");
}

interface Arguments {
  readonly files: string[];
  readonly language: "en" | "zh";
  readonly json: boolean;
  readonly rules: string | undefined;
  readonly csv: string | undefined;
}

function parseArguments(args: readonly string[]): Arguments {
  const files: string[] = [];
  const paths: { rules?: string; csv?: string } = {};
  let language: "en" | "zh" = "en";
  let json = false;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    if (arg === "--json") json = true;
    else if (arg === "--rules" || arg === "--csv") {
      const value = args[++i];
      if (value === undefined) throw new TriggerCommandError("SG_CLI_USAGE", `${arg} needs a file`, `${arg} 需要文件`);
      paths[arg === "--rules" ? "rules" : "csv"] = value;
    } else if (arg === "--lang") {
      const value = args[++i];
      if (value !== "en" && value !== "zh")
        throw new TriggerCommandError("SG_CLI_USAGE", "--lang is en or zh", "--lang 为 en 或 zh");
      language = value;
    } else if (arg.startsWith("--"))
      throw new TriggerCommandError("SG_CLI_USAGE", `unknown option ${arg}`, `未知选项 ${arg}`);
    else files.push(arg);
  }
  return { files, language, json, rules: paths.rules, csv: paths.csv };
}
