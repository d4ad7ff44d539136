/** Configuration → options of the gateway. */
import { createSecureContext } from "node:tls";
import { SIGNATURE_BOUNDARIES } from "@sandglass/gbt32960";
import { AddressList } from "../access/address-list.ts";
import type { PlatformRules } from "../access/mod.ts";
import type { Config } from "../config.ts";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import {
  ANSWER_REALTIME,
  CERTIFICATE_RULES,
  COMMAND_ENCRYPTIONS,
  REPLY_STYLES,
  SIGNATURE_RULES,
  type CertificateRule,
  type GatewayLimits,
  type GatewayOptions,
  type LinkRules,
} from "../intake/gateway/mod.ts";
import { readKey, unusableKey } from "./secrets.ts";

export type ConfiguredOptions = Pick<
  GatewayOptions,
  "answerRealtime" | "clockAheadMs" | "limits" | "logins" | "rules" | "addresses" | "tls" | "tlsPort"
>;

/** @throws SG_CONFIG_VALUE for a value that is none of its list, and for files of TLS that cannot be used */
export function gatewayOptions(config: Config): ConfiguredOptions {
  const checked = oneOf(config, "gatewayCheckRegistry", ANSWER_REALTIME);
  const reply = {
    style: oneOf(config, "gatewayReplyStyle", REPLY_STYLES),
    timeInHeartbeat: config.gatewayTimeInHeartbeat,
  };
  const idleMs = (seconds: number) => (seconds === 0 ? config.gatewayIdleSeconds : seconds) * 1000;
  const signatures = oneOf(config, "gatewaySignatures", SIGNATURE_RULES);
  const signatureBoundary = oneOf(config, "signatureBoundary", SIGNATURE_BOUNDARIES);
  const commandEncryption = oneOf(config, "gatewayCommandEncryption", COMMAND_ENCRYPTIONS);
  const terminal: Partial<LinkRules> = {
    certificateVin: certificateRule(config),
    signatures,
    signatureBoundary,
    commandEncryption,
    idleMs: idleMs(config.gatewayTerminalIdleSeconds),
    checkRegistry: checked === "terminal" || checked === "both",
    reply,
    maxFramesPerSecond: config.gatewayMaxFramesPerSecond,
  };
  const platform: Partial<LinkRules> = {
    signatures,
    signatureBoundary,
    commandEncryption,
    idleMs: idleMs(config.gatewayPlatformIdleSeconds),
    checkRegistry: checked === "platform" || checked === "both",
    reply,
  };
  const limits: Partial<GatewayLimits> = {
    idleMs: config.gatewayIdleSeconds * 1000,
    firstFrameMs: config.gatewayFirstFrameSeconds * 1000,
    partialFrameMs: config.gatewayPartialFrameSeconds * 1000,
    maxConnections: config.gatewayMaxConnections,
    maxConnectionsPerAddress: config.gatewayMaxConnectionsPerAddress,
    maxDamagedInRow: config.gatewayMaxDamagedFrames,
    maxUnreadReplyBytes: config.gatewayMaxUnreadReplyKb * 1024,
    maxDataUnit: config.gatewayMaxDataUnitBytes,
  };
  return {
    answerRealtime: config.answerRealtime ? "both" : "platform",
    clockAheadMs: config.clockAheadSeconds * 1000,
    limits,
    logins: {
      attempts: config.gatewayLoginAttempts,
      lockoutMs: config.gatewayLoginLockoutMinutes * 60_000,
      checkMs: config.gatewayLoginCheckSeconds * 1000,
    },
    rules: { terminal, platform },
    addresses: AddressList.parse(config.gatewayAddresses),
    ...tlsOptions(config),
  };
}

/** @throws SG_CONFIG_VALUE where a certificate is demanded that nobody would be asked for */
function certificateRule(config: Config): CertificateRule {
  const rule = oneOf(config, "gatewayCertificateVin", CERTIFICATE_RULES);
  if (rule === "require") requireAuthority(config, "gatewayCertificateVin", rule);
  return rule;
}

/** What a platform's own entry says, over the configuration of all platform links. */
export function rulesOfPlatform(rules: PlatformRules, config: Config): Partial<LinkRules> {
  const { idleSeconds, replyStyle, timeInHeartbeat, ...same } = rules;
  return {
    ...same,
    ...(idleSeconds === undefined ? {} : { idleMs: idleSeconds * 1000 }),
    ...(replyStyle === undefined && timeInHeartbeat === undefined
      ? {}
      : {
          reply: {
            style: replyStyle ?? oneOf(config, "gatewayReplyStyle", REPLY_STYLES),
            timeInHeartbeat: timeInHeartbeat ?? config.gatewayTimeInHeartbeat,
          },
        }),
  };
}

/**
 * @throws SG_CONFIG_VALUE where certificates are required and nothing says which (nobody would be asked for one), for a file that
 * cannot be read, and for certificates that are none or do not fit the key
 */
function tlsOptions(config: Config): Pick<GatewayOptions, "tls" | "tlsPort"> {
  if (config.gatewayTlsClientRequired) requireAuthority(config, "gatewayTlsClientRequired", true);
  const asks = config.gatewayTlsCa !== "";
  if (config.gatewayTlsCert === "") return {};
  const files = {
    cert: readKey(config, "gatewayTlsCert"),
    key: readKey(config, "gatewayTlsKey"),
    ...(asks ? { ca: readKey(config, "gatewayTlsCa") } : {}),
  };
  try {
    createSecureContext(files);
  } catch (cause) {
    throw unusableKey(config, "gatewayTlsCert", "certificate in PEM that fits gatewayTlsKey", cause);
  }
  return {
    tlsPort: config.gatewayTlsPort,
    tls: { ...files, requestCert: asks, rejectUnauthorized: config.gatewayTlsClientRequired },
  };
}

/** Without a certificate of our own there is no TLS, and without an authority no client is asked for one. */
function requireAuthority(config: Config, key: keyof Config, value: string | boolean): void {
  const missing = (["gatewayTlsCert", "gatewayTlsCa"] as const).find((each) => config[each] === "");
  if (missing === undefined) return;
  throw new SandglassError(ERRORS.CONFIG_VALUE, {
    key,
    value,
    source: "configuration",
    expected: `value of ${missing} beside it`,
  });
}

export function oneOf<const T extends string>(config: Config, key: keyof Config, values: readonly T[]): T {
  const value = String(config[key]);
  const found = values.find((each) => each === value);
  if (found === undefined)
    throw new SandglassError(ERRORS.CONFIG_VALUE, { key, value, source: "configuration", expected: values.join(", ") });
  return found;
}
