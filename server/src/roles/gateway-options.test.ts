import assert from "node:assert/strict";
import { test } from "node:test";
import { terminalParameters } from "@sandglass/gbt32960";
import { loadConfig } from "../config.ts";
import { SandglassError } from "../errors/mod.ts";
import { gatewayOptions } from "./gateway-options.ts";

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
    assert.throws(
      () => optionsOf({ ...env, SANDGLASS_GATEWAY_TLS_CLIENT_REQUIRED: "true" }),
      (error) => error instanceof SandglassError && error.code === "SG_CONFIG_VALUE" && error.message.includes(missing),
    );
  assert.equal(optionsOf().tls, undefined);
});
