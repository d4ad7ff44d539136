/**
 * Configuration: every key with its type, default and meaning in one table. Sources, the later wins: the default,
 * `sandglass.config.json` in the data folder, the environment (`SANDGLASS_…`), the command line.
 */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { ERRORS, SandglassError } from "./errors/mod.ts";

interface Key<T> {
  readonly fallback: T;
  readonly help: string;
  /** Command-line spelling, where one exists. */
  readonly flag?: string;
}

const key = <T extends string | number | boolean>(fallback: T, help: string, flag?: string): Key<T> => ({
  fallback,
  help,
  ...(flag ? { flag } : {}),
});

export const CONFIG_KEYS = {
  data: key("data", "Folder of everything that is kept.", "data"),
  host: key(
    "127.0.0.1",
    "Address of console and API. Demo accounts and printed tokens are refused on other addresses than loopback.",
    "host",
  ),
  port: key(8080, "Port of console and API; 0 takes a free one.", "port"),
  gatewayHost: key("127.0.0.1", "Address of the GB/T 32960 gateway.", "gateway-host"),
  gatewayPort: key(13_296, "Port of the GB/T 32960 gateway; 0 takes a free one.", "gateway-port"),
  empty: key(false, "Start without the demonstration (fleet, accounts, project).", "empty"),
  publicUrl: key(
    "",
    "Scheme, host and port under which people open the console, e.g. https://sandglass.example.cn; passkeys and single sign-on are bound to it. Empty = as the browser says.",
  ),
  rawFrames: key(
    "on",
    "Keep the bytes of accepted reports in the history: on, off. Their values, and their hashes in the ledger, are kept anyhow.",
    "raw-frames",
  ),
  singleSignOn: key("", "JSON file with the OpenID Connect providers; see docs/access.md. Empty = none."),
  databaseUrl: key("", "External PostgreSQL (owner connection); empty starts the embedded one."),
  answerRealtime: key(
    false,
    "Answer correct realtime reports on terminal links too; platform links are always answered.",
    "answer-realtime",
  ),
  gatewayTlsPort: key(13_297, "Port of GB/T 32960 over TLS, where gatewayTlsCert is set; 0 takes a free one."),
  gatewayTlsCert: key("", "PEM file with the gateway's certificate chain; empty = no TLS."),
  gatewayTlsKey: key("", "PEM file with the private key of gatewayTlsCert, or secret:NAME."),
  gatewayTlsCa: key("", "PEM file with the authorities of client certificates; empty = none are asked for."),
  gatewayTlsClientRequired: key(false, "Refuse TLS connections without a valid client certificate."),
  gatewayCertificateVin: key(
    "check",
    "VIN in client certificates of terminals: ignore; check = a certificate that names vehicles must name the one that logs in; require = no terminal without such a certificate.",
  ),
  gatewayAddresses: key("", "Addresses and subnets that may connect, separated by commas; empty = all."),
  gatewayIdleSeconds: key(300, "A link without a frame for so long is closed; heartbeats may be 240 s apart."),
  gatewayTerminalIdleSeconds: key(0, "The same for terminal links; 0 = gatewayIdleSeconds."),
  gatewayPlatformIdleSeconds: key(0, "The same for platform links; 0 = gatewayIdleSeconds."),
  gatewayFirstFrameSeconds: key(30, "The same for a link that has not sent a frame yet."),
  gatewayPartialFrameSeconds: key(15, "A link whose frame stays incomplete for so long is closed."),
  gatewayMaxConnections: key(60_000, "Links at once."),
  gatewayMaxConnectionsPerAddress: key(60_000, "Links at once from one address."),
  gatewayMaxDamagedFrames: key(100, "Damaged frames in a row after which a link is closed."),
  gatewayMaxUnreadReplyKb: key(4096, "A link that leaves more replies unread is closed."),
  gatewayMaxDataUnitBytes: key(65_531, "Larger data units count as damage; the standard allows 65531."),
  gatewayMaxFramesPerSecond: key(0, "A terminal link is not read faster than this; 0 = no limit."),
  gatewayLoginAttempts: key(3, "Wrong platform logins in a row from one address before the lock; 0 = no lock."),
  gatewayLoginLockoutMinutes: key(30, "How long the lock lasts."),
  gatewayLoginCheckSeconds: key(10, "A check of credentials that takes longer is given up; the platform tries again."),
  gatewayCheckRegistry: key(
    "none",
    "On which links frames of unregistered vehicles are refused (flag 04) and do not count: none, terminal, platform, both.",
  ),
  gatewayReplyStyle: key(
    "main-body",
    "Body of replies: main-body (time of the message), platform-time, annex-b (rest unchanged), empty; see docs/gateway.md.",
  ),
  gatewaySignatures: key(
    "check",
    "Signatures of reports: ignore; check = those of vehicles with a known key must be right; require = of every report.",
  ),
  gatewayCommandEncryption: key(
    "none",
    "Encryption of commands to vehicles: none, rsa, aes, sm2, sm4. Other than none, commands wait for a key.",
  ),
  signatureBoundary: key(
    "beforeMarker",
    "Whether the type byte FF is signed: beforeMarker (no) or withMarker; platforms may differ by their rules.",
  ),
  signatureRsaPadding: key("pkcs1", "Padding of RSA signatures: pkcs1 or pss."),
  signatureEccCurve: key("p256", "Curve of signature code 3: p256 or sm2p256v1."),
  signatureSm2UserId: key("1234567812345678", "User id of SM2 signatures."),
  activation: key(
    "first",
    "Whose activation (0x09) is believed: first = of vehicles without a key; registered = only of a key in the registry; none.",
  ),
  activationInfoBase: key(0, "First information code of activation replies: 0 (standard) or 1 (seen in the field)."),
  dialectParameterWidths: key(
    "edition",
    "Widths of terminal parameters 02 and 03: edition = as the start bytes say; 2016 or 2025 = of that edition, for terminals that changed their start bytes only.",
  ),
  dialectAnnexBTypes: key(
    "decode",
    "Types 08 and 09 of edition 2016: decode, or reserved = unknown bodies without a length, as the main body has them.",
  ),
  dialectCountSentinels: key(
    "noList",
    "Counts of FE or FF in reports: noList = nothing follows; malformed = the report is refused.",
  ),
  dialectFirstCell: key(
    1,
    "Number of the first cell of a pack in edition 2016: 1, or 0 for terminals that count from 0.",
  ),
  dialectHydrogenMax: key(
    60_000,
    "Largest hydrogen concentration of edition 2016 in mg/kg: 60000 (table) or 50000 (text); shown in frames.",
  ),
  dialectAlarmBit22: key(
    "supercapacitorOverVoltage",
    "Name of alarm bit 22 in frames: supercapacitorOverVoltage or supercapacitorOverPressure.",
  ),
  gatewayRsaKey: key("", "PEM file with the private RSA key that peers encrypt for, or secret:NAME; empty = none."),
  gatewaySm2Key: key(
    "",
    "File with the private SM2 key (64 hex digits) that peers encrypt for, or secret:NAME; empty = none.",
  ),
  cipherAes: key("cbc/pkcs7/prefix", "AES-128: mode/padding/vector; see docs/gateway.md."),
  cipherSm4: key("cbc/pkcs7/prefix", "SM4: mode/padding/vector."),
  cipherRsaPadding: key("pkcs1", "Padding of RSA data units: pkcs1 or oaep."),
  cipherSm2Order: key("C1C3C2", "Order of SM2 cipher texts: C1C3C2 or C1C2C3."),
  cipherSm2Point: key("prefixed", "Whether the point of SM2 cipher texts begins with 04: prefixed or bare."),
  gatewayTimeInHeartbeat: key(false, "Answer heartbeats and time syncs with the platform's time."),
  commandTries: key(3, "A command to a vehicle is sent so often before it is given up (GB/T 32960.3 annex B: 3)."),
  commandRetrySeconds: key(10, "A query or setting without an answer is sent again after so long."),
  commandControlRetrySeconds: key(60, "The same for a control command (GB/T 32960.3 annex B: one minute)."),
  commandExpirySeconds: key(
    3_600,
    "A command that is not on its way by then is never sent, unless it asks for another time.",
  ),
  clockAheadSeconds: key(300, "An event time further ahead of the receive time is quarantined."),
  journalBlockMs: key(50, "A block is made durable at the latest so long after its first row."),
  journalSegmentRows: key(131_072, "A segment is closed at so many rows."),
  journalSegmentMs: key(2_000, "A segment is closed at the latest so long after its first row."),
  journalMinFreeMb: key(256, "Intake pauses when the disk has less free space, and goes on when there is more again."),
  checkpointSeconds: key(30, "Interval of supervision checkpoints."),
  packs: key(
    "gbt32960-alarms",
    "Rule packs (folders below packs/) that supervise every vehicle that sends, separated by commas.",
  ),
  filesPort: key(
    0,
    "Port of the listener that hands attachments out, an origin of its own; 0 takes a free one.",
    "files-port",
  ),
  filesUrl: key("", "Address under which browsers reach that listener; empty = its own host and port."),
  attachmentMaxMb: key(25, "Largest attachment."),
  attachmentScanner: key("", "host:port of a clamd that scans attachments before they are kept; empty = none."),
  objectsUrl: key(
    "",
    "Bucket of an S3-compatible store for documents and attachments (https://host/bucket); empty = the data folder.",
  ),
  objectsRegion: key("us-east-1", "Region of that store."),
  objectsAccessKey: key("", "Access key of that store."),
  objectsSecretKey: key("", "Secret key of that store, or secret:NAME; see docs/ledger.md."),
  workCalendar: key(
    "",
    "JSON file with years of the work calendar that add to the built-in ones or replace them; see docs/work-calendar.md.",
  ),
  smtpUrl: key(
    "",
    "Mail server for notifications, smtp://user:password@host:port or smtps://…, or secret:NAME; empty = no mail is sent.",
  ),
  smtpFrom: key("sandglass@localhost", "Sender of notifications by mail."),
  webhookAllow: key(
    "",
    "Addresses and subnets that webhooks may call beside public ones, separated by commas, e.g. 10.1.0.0/16; only these by plain http.",
  ),
  backupFolder: key(
    "",
    "Folder for backups that the running server makes, outside of the data folder and better on another disk; see docs/backup.md. Empty = beside the data folder, its name with -backups.",
  ),
  ledgerPassphrase: key(
    "",
    "Passphrase of the ledger's signing key; better in the environment than in a file. A first key is made under it. Empty = see ledgerPassphraseFile.",
  ),
  ledgerPassphraseFile: key(
    "",
    "File whose first line is that passphrase, outside of the data folder; see docs/ledger.md.",
  ),
  ledgerSigner: key(
    "",
    "Where the ledger's key is when it never comes here (HSM, KMS): exec:COMMAND ARG … or an https address; see docs/ledger.md. Empty = a file.",
  ),
  ledgerSignerKey: key("ledger", "Label of the first key in ledgerSigner."),
  secretsSignerKey: key(
    "",
    "Label of the key in ledgerSigner that wraps the other secrets of the data folder; empty = the passphrase does, where there is one.",
  ),
  ledgerSignerTokenFile: key("", "File whose first line is sent to an https signer as a bearer token."),
  ledgerWitnesses: key(
    "",
    "Witnesses that cosign the ledger's checkpoints: address and verifier key, several separated by commas; see docs/ledger.md.",
  ),
  ledgerWitnessSeconds: key(60, "Interval at which they are asked."),
  ledgerTimestampUrl: key("", "Time-stamp authority (RFC 3161) that stamps the ledger's checkpoints; empty = none."),
  ledgerTimestampSeconds: key(3_600, "Interval at which it is asked."),
  ledgerTimestampCa: key(
    "",
    "PEM file with the authorities to which its certificate must lead; empty = tokens are kept without that check.",
  ),
  logLevel: key("info", "Lowest level written to log/server.ndjson: trace, debug, info, warn, error."),
} as const;

type Widen<T> = T extends boolean ? boolean : T extends number ? number : string;
export type Config = { readonly [K in keyof typeof CONFIG_KEYS]: Widen<(typeof CONFIG_KEYS)[K]["fallback"]> };

/** SANDGLASS_GATEWAY_PORT for gatewayPort. DATABASE_URL keeps the name that everybody uses. */
export function environmentName(name: keyof typeof CONFIG_KEYS): string {
  if (name === "databaseUrl") return "DATABASE_URL";
  if (name === "data") return "SANDGLASS_DATA_FOLDER"; // SANDGLASS_DATA is the folder of test data
  return `SANDGLASS_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

function parse(
  name: string,
  value: unknown,
  fallback: string | number | boolean,
  source: string,
): string | number | boolean {
  if (typeof fallback === "string") return String(value);
  if (typeof fallback === "boolean") {
    if (value === true || value === "true" || value === "1" || value === "") return true;
    if (value === false || value === "false" || value === "0") return false;
  } else {
    const number = typeof value === "number" ? value : Number(value);
    if (value !== "" && Number.isFinite(number) && number >= 0) return number;
  }
  throw new SandglassError(ERRORS.CONFIG_VALUE, { key: name, value: String(value), source, expected: typeof fallback });
}

function fromCommandLine(args: readonly string[]): Record<string, unknown> {
  const flags = new Map(
    Object.entries(CONFIG_KEYS).flatMap(([name, { flag, fallback }]) =>
      flag === undefined ? [] : [[flag, { name, fallback }] as const],
    ),
  );
  const values: Record<string, unknown> = {};
  for (let i = 0; i < args.length; i++) {
    const [spelled, inline] = args[i].split(/=(.*)/s);
    const known = spelled.startsWith("--") ? flags.get(spelled.slice(2)) : undefined;
    if (known === undefined) {
      throw new SandglassError(ERRORS.CONFIG_FLAG, {
        flag: args[i],
        possible: [...flags.keys()].map((flag) => `--${flag}`),
      });
    }
    if (typeof known.fallback === "boolean") values[known.name] = inline ?? true;
    else {
      const value = inline ?? args[++i];
      if (value === undefined)
        throw new SandglassError(ERRORS.CONFIG_VALUE, {
          key: known.name,
          value: "",
          source: spelled,
          expected: typeof known.fallback,
        });
      values[known.name] = value;
    }
  }
  return values;
}

/** Reads the configuration. `cwd` resolves a relative data folder. */
export function loadConfig(args: readonly string[], env: NodeJS.ProcessEnv, cwd: string): Config {
  const line = fromCommandLine(args);
  const data = resolve(cwd, String(line["data"] ?? env[environmentName("data")] ?? CONFIG_KEYS.data.fallback));
  const path = join(data, "sandglass.config.json");
  const file: Record<string, unknown> = existsSync(path)
    ? (JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>)
    : {};
  const unknown = Object.keys(file).find((name) => !(name in CONFIG_KEYS));
  if (unknown !== undefined)
    throw new SandglassError(ERRORS.CONFIG_FLAG, { flag: `${path}: ${unknown}`, possible: Object.keys(CONFIG_KEYS) });
  const config: Record<string, unknown> = {};
  for (const [name, { fallback }] of Object.entries(CONFIG_KEYS)) {
    const variable = environmentName(name as keyof typeof CONFIG_KEYS);
    if (name in line) config[name] = parse(name, line[name], fallback, "command line");
    else if (name !== "data" && env[variable] !== undefined)
      config[name] = parse(name, env[variable], fallback, variable);
    else if (name in file) config[name] = parse(name, file[name], fallback, path);
    else config[name] = fallback;
  }
  return { ...(config as unknown as Config), data };
}
