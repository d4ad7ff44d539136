import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { join } from "node:path";
import { test } from "node:test";
import { terminalParameters } from "@sandglass/gbt32960";
import { loadConfig } from "../config.ts";
import { SandglassError } from "../errors/mod.ts";
import type { VehicleKeys } from "../access/mod.ts";
import { gatewayOptions } from "./gateway-options.ts";
import { securityOptions } from "./security-options.ts";

const optionsOf = (env: Readonly<Record<string, string>> = {}) =>
  gatewayOptions(loadConfig([], env, import.meta.dirname));

test("a link whose heartbeats are as far apart as the standard allows is not closed as idle", () => {
  const longest = Math.max(...([2016, 2025] as const).map((edition) => terminalParameters(edition)[0x09 - 1].max));
  assert.equal(longest, 240);
  const { limits, rules } = optionsOf();
  for (const ms of [limits?.idleMs, rules?.terminal?.idleMs, rules?.platform?.idleMs])
    assert.ok((ms ?? 0) > longest * 1000, `${ms} ms`);
});

test("required client certificates without an authority, or without TLS, stop the start instead of asking nobody", () => {
  for (const [env, missing] of [
    [{}, "gatewayTlsCert"],
    [{ SANDGLASS_GATEWAY_TLS_CERT: "server.crt", SANDGLASS_GATEWAY_TLS_KEY: "server.key" }, "gatewayTlsCa"],
    [{ SANDGLASS_GATEWAY_TLS_CA: "ca.crt" }, "gatewayTlsCert"],
  ] as const)
    for (const [setting, value] of [
      ["TLS_CLIENT_REQUIRED", "true"],
      ["CERTIFICATE_VIN", "require"],
    ])
      assert.throws(
        () => optionsOf({ ...env, [`SANDGLASS_GATEWAY_${setting}`]: value }),
        (error) =>
          error instanceof SandglassError && error.code === "SG_CONFIG_VALUE" && error.message.includes(missing),
      );
  assert.equal(optionsOf().rules?.terminal?.certificateVin, "check");
  assert.equal(optionsOf().tls, undefined);
});

test("TLS files that are not there or are no certificates stop the start by the name of the setting", () => {
  const here = join(import.meta.dirname, "gateway-options.ts");
  for (const [cert, key, setting] of [
    ["no.crt", here, "gatewayTlsCert"],
    [here, "no.key", "gatewayTlsKey"],
    [here, here, "gatewayTlsCert"],
  ] as const)
    assert.throws(
      () => optionsOf({ SANDGLASS_GATEWAY_TLS_CERT: cert, SANDGLASS_GATEWAY_TLS_KEY: key }),
      (error) =>
        error instanceof SandglassError && error.code === "SG_CONFIG_VALUE" && error.message.startsWith(setting),
    );
});

test("keys that are none stop the start by the name of the setting, and are not repeated", async () => {
  const keys = { all: async () => [], onEntered: () => undefined, keepActivation: async () => undefined };
  const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ type: "pkcs8", format: "pem" });
  for (const [name, setting, value] of [
    ["SANDGLASS_GATEWAY_RSA_KEY", "gatewayRsaKey", "no.pem"],
    ["SANDGLASS_GATEWAY_RSA_KEY", "gatewayRsaKey", "a".repeat(64)],
    ["SANDGLASS_GATEWAY_RSA_KEY", "gatewayRsaKey", String(ec)],
    ["SANDGLASS_GATEWAY_SM2_KEY", "gatewaySm2Key", String(ec)],
  ] as const)
    await assert.rejects(
      securityOptions(loadConfig([], { [name]: value }, import.meta.dirname), keys as unknown as VehicleKeys),
      (error) =>
        error instanceof SandglassError &&
        error.code === "SG_CONFIG_VALUE" &&
        error.message.startsWith(setting) &&
        (value === "no.pem" || !error.message.includes(value)),
    );
});
