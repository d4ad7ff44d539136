/**
 * The subcommands of `sandglass pack`. `list`, `show` and `diff` read folders or a server; `fork` writes a folder or a pack
 * of the server; `install`, `remove` and `pin` need the server, whose supervision they change.
 */
import { cp, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { CERTAINTIES, type Certainty } from "@sandglass/casework";
import { CATALOGUE } from "@sandglass/signals";
import {
  compilePack,
  diffLines,
  diffSets,
  loadPack,
  PackError,
  type Pack,
  type PackManifest,
  type TriggerSet,
} from "@sandglass/triggers";
import type { CommandIo } from "../command.ts";

const USAGE = `usage: sandglass pack list                      packs of the checkout, or of the server with --url
       sandglass pack show PACK                 basis, certainty, effective dates, triggers in plain sentences
       sandglass pack diff PACK PACK            what differs, trigger by trigger
       sandglass pack fork PACK NEW             a copy of your own, to be changed
       sandglass pack install PACK              let it watch every subject
       sandglass pack remove PACK               stop that
       sandglass pack pin PACK [--off]          keep the installed version when the checkout brings another

A PACK is a folder or the id of one below packs/. With --url URL --token TOKEN packs are those of a server; install, remove
and pin need it. --lang zh tells titles, sentences and texts in Chinese.
`;
const DEFAULT_URL = "http://127.0.0.1:8080";
const PACKS = join(import.meta.dirname, "../../../packs");

class PackCommandError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

interface Options {
  readonly names: readonly string[];
  readonly url: string | undefined;
  readonly token: string | undefined;
  readonly language: "en" | "zh";
  readonly off: boolean;
}

type Io = Pick<CommandIo, "stdout" | "stderr">;

/** @returns the exit code: 0, 1 when it was refused, 2 for wrong usage */
export async function packCommand(args: string[], io: Io): Promise<number> {
  const [name, ...rest] = args;
  if (name === "help" || name === "--help" || name === "-h") {
    io.stdout.write(USAGE);
    return 0;
  }
  const commands: Readonly<Record<string, (options: Options, io: Io) => Promise<void>>> = {
    list,
    show,
    diff,
    fork,
    install: (options, out) => change(options, out, "PUT", "install"),
    remove: (options, out) => change(options, out, "DELETE", "install"),
    pin: (options, out) => change(options, out, options.off ? "DELETE" : "PUT", "pin"),
  };
  try {
    const run = name === undefined || !Object.hasOwn(commands, name) ? undefined : commands[name];
    if (run === undefined) throw new PackCommandError("SG_CLI_USAGE", `pack ${name ?? "needs a subcommand"}`);
    const options = parse(rest);
    const wanted = name === "list" ? 0 : name === "diff" || name === "fork" ? 2 : 1;
    if (options.names.length !== wanted)
      throw new PackCommandError("SG_CLI_USAGE", `pack ${name} takes ${wanted} name${wanted === 1 ? "" : "s"}`);
    await run(options, io);
    return 0;
  } catch (error) {
    if (!(error instanceof PackCommandError) && !(error instanceof PackError)) throw error;
    io.stderr.write(`${error.code}: ${error.message}\n${error.code === "SG_CLI_USAGE" ? USAGE : ""}`);
    return error.code === "SG_CLI_USAGE" ? 2 : 1;
  }
}

function parse(args: readonly string[]): Options {
  const names: string[] = [];
  const given: Record<string, string> = {};
  let off = false;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    if (arg === "--off") off = true;
    else if (arg === "--url" || arg === "--token" || arg === "--lang") {
      const value = args[++i];
      if (value === undefined) throw new PackCommandError("SG_CLI_USAGE", `${arg} needs a value`);
      given[arg] = value;
    } else if (arg.startsWith("--")) throw new PackCommandError("SG_CLI_USAGE", `unknown option ${arg}`);
    else names.push(arg);
  }
  const lang = given["--lang"] ?? "en";
  if (lang !== "en" && lang !== "zh") throw new PackCommandError("SG_CLI_USAGE", "--lang is en or zh");
  return { names, url: given["--url"], token: given["--token"], language: lang, off };
}

interface Loaded {
  readonly pack: Pack;
  readonly set: TriggerSet;
}

function compile(files: Readonly<Record<string, string>>): Loaded {
  const pack = loadPack(files);
  return { pack, set: compilePack(pack, CATALOGUE) };
}

async function folderOf(name: string): Promise<string> {
  for (const folder of [name, join(PACKS, name)]) {
    const found = await stat(join(folder, "pack.json")).catch(() => undefined);
    if (found !== undefined) return folder;
  }
  throw new PackCommandError("SG_CLI_FILE", `there is no pack ${name}; possible: ${(await readdir(PACKS)).join(", ")}`);
}

async function load(name: string, options: Options): Promise<Loaded> {
  if (options.url !== undefined)
    return compile(
      (await call<{ files: Record<string, string> }>(options, "GET", `/packs/${encodeURIComponent(name)}`)).files,
    );
  const folder = await folderOf(name);
  const files: Record<string, string> = {};
  for (const file of await readdir(folder)) files[file] = await readFile(join(folder, file), "utf8");
  return compile(files);
}

interface ListedPack {
  readonly id: string;
  readonly version: number;
  readonly title: { readonly en: string; readonly zh: string };
  readonly triggers: number;
  readonly state: string;
}

async function list(options: Options, io: Io): Promise<void> {
  const packs: readonly ListedPack[] =
    options.url === undefined
      ? await Promise.all(
          (await readdir(PACKS)).sort().map(async (name): Promise<ListedPack> => {
            const { pack, set } = await load(name, options);
            return { ...pack.manifest, triggers: set.triggers.length + set.screenings.length, state: "" };
          }),
        )
      : (await call<{ items: ListedPack[] }>(options, "GET", "/packs")).items;
  for (const { id, version, title, triggers, state } of packs)
    io.stdout.write(
      `${id.padEnd(24)} v${String(version).padEnd(4)} ${String(triggers).padStart(3)} triggers  ${state.padEnd(10)} ${title[options.language]}\n`,
    );
}

async function show(options: Options, io: Io): Promise<void> {
  const { pack, set } = await load(options.names[0] as string, options);
  const { id, version, title, description, basis, effective } = pack.manifest;
  const { language } = options;
  io.stdout.write(`${id} v${version}  ${title[language]}\n${description[language]}\n${set.hash}\n`);
  io.stdout.write(`effective from ${effective.from}${effective.to === undefined ? "" : ` to ${effective.to}`}\n`);
  for (const { text, clause, certainty } of basis)
    io.stdout.write(`  ${sureness(certainty, language)}  ${text}${clause === undefined ? "" : `, ${clause}`}\n`);
  for (const trigger of [...set.triggers, ...set.screenings])
    io.stdout.write(
      [
        `\n${trigger.id} v${trigger.version}  ${trigger.title[language]}  [${sureness(trigger.basis?.certainty, language)}]`,
        `  ${trigger.plain[language]}`,
        `  ${(language === "zh" ? trigger.basis?.zh : undefined) ?? trigger.basis?.text ?? ""}`,
        `  ${trigger.effective?.from ?? effective.from} – ${trigger.effective?.to ?? effective.to ?? ""}\n`,
      ].join("\n"),
    );
  io.stdout.write(`\n${pack.tests.length + pack.screenings.length} test cases\n`);
}

/** The mark and what it means: nobody should take a proposal for law because he does not know a letter. */
function sureness(mark: string | undefined, language: "en" | "zh"): string {
  if (mark === undefined || !Object.hasOwn(CERTAINTIES, mark)) return mark ?? "?";
  return `${mark}: ${CERTAINTIES[mark as Certainty][language]}`;
}

async function diff(options: Options, io: Io): Promise<void> {
  const [before, after] = [
    await load(options.names[0] as string, options),
    await load(options.names[1] as string, options),
  ];
  const { added, removed, changed, unchanged } = diffSets(before.set, after.set);
  const { language } = options;
  for (const { id, title } of removed) io.stdout.write(`- ${id}  ${title[language]}\n`);
  for (const { id, title } of added) io.stdout.write(`+ ${id}  ${title[language]}\n`);
  for (const { before: old, after: now } of changed) {
    io.stdout.write(
      `~ ${now.id}  ${now.title[language]}  v${old.version} ${old.versionHash.slice(0, 12)} → v${now.version} ${now.versionHash.slice(0, 12)}\n`,
    );
    for (const line of diffLines(old.text[language], now.text[language])) io.stdout.write(`    ${line}\n`);
  }
  io.stdout.write(
    `${added.length} added, ${removed.length} removed, ${changed.length} changed, ${unchanged} the same\n`,
  );
}

async function fork(options: Options, io: Io): Promise<void> {
  const [name, target] = options.names as [string, string];
  if (options.url !== undefined) {
    await call(options, "POST", `/packs/${encodeURIComponent(name)}/fork`, { id: target });
    io.stdout.write(`${target} is a fork of ${name}; install it to let it watch\n`);
    return;
  }
  const folder = await folderOf(name);
  const exists = await stat(target).catch(() => undefined);
  if (exists !== undefined) throw new PackCommandError("SG_CLI_FILE", `${target} exists already`);
  await mkdir(target, { recursive: true });
  await cp(folder, target, { recursive: true });
  const path = join(target, "pack.json");
  const manifest = JSON.parse(await readFile(path, "utf8")) as PackManifest;
  const { set } = await load(name, options);
  const forked = {
    ...manifest,
    id: basename(target),
    fork: { of: manifest.id, version: manifest.version, hash: set.hash },
  };
  await writeFile(path, `${JSON.stringify(forked, null, 2)}\n`);
  io.stdout.write(`${target} is a fork of ${manifest.id} v${manifest.version}\n`);
}

async function change(options: Options, io: Io, method: string, what: string): Promise<void> {
  const answer = await call<ListedPack>(
    options,
    method,
    `/packs/${encodeURIComponent(options.names[0] as string)}/${what}`,
  );
  io.stdout.write(`${answer.id} v${answer.version}: ${answer.state}\n`);
}

async function call<T>(options: Options, method: string, route: string, body?: object): Promise<T> {
  const base = (options.url ?? DEFAULT_URL).replace(/\/+$/, "");
  if (options.token === undefined) throw new PackCommandError("SG_CLI_USAGE", "a server needs --token");
  const response = await fetch(`${base}/api/v1${route}`, {
    method,
    headers: {
      authorization: `Bearer ${options.token}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch((error: unknown) => {
    throw new PackCommandError(
      "SG_CLI_SERVER",
      `${base} does not answer: ${error instanceof Error ? error.message : String(error)}`,
    );
  });
  const text = await response.text();
  if (!response.ok) {
    const { error } = JSON.parse(text) as { error?: { code: string; message: string; messageZh: string } };
    throw new PackCommandError(
      error?.code ?? "SG_CLI_SERVER",
      (options.language === "zh" ? error?.messageZh : error?.message) ?? text,
    );
  }
  return JSON.parse(text) as T;
}
