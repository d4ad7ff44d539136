/** Configuration and stored keys → what the gateway needs for signatures and encryption. */
import { createPrivateKey, type KeyObject } from "node:crypto";
import type { VehicleKeys } from "../access/mod.ts";
import type { Config } from "../config.ts";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import {
  BLOCK_MODES,
  BLOCK_PADDINGS,
  DEFAULT_SECURITY,
  VehicleKeyRing,
  type BlockSettings,
  type PrivateKeys,
  type SecurityOptions,
} from "../intake/security/mod.ts";
import { oneOf } from "./gateway-options.ts";
import { readKey, unusableKey } from "./secrets.ts";

export async function securityOptions(config: Config, keys: VehicleKeys): Promise<SecurityOptions> {
  const ring = new VehicleKeyRing({ keys: await keys.all(), save: (key) => keys.keepActivation(key) });
  keys.onEntered((key) => ring.put(key));
  return {
    vehicleKeys: ring,
    privateKeys: privateKeys(config),
    settings: {
      rsaSignature: { hash: "sha256", padding: oneOf(config, "signatureRsaPadding", ["pkcs1", "pss"]) },
      ecc: { ...DEFAULT_SECURITY.ecc, curve: oneOf(config, "signatureEccCurve", ["p256", "sm2p256v1"]) },
      sm2UserId: config.signatureSm2UserId,
      aes: block(config, "cipherAes"),
      sm4: block(config, "cipherSm4"),
      rsaCipher: { ...DEFAULT_SECURITY.rsaCipher, padding: oneOf(config, "cipherRsaPadding", ["pkcs1", "oaep"]) },
      sm2Cipher: {
        order: oneOf(config, "cipherSm2Order", ["C1C3C2", "C1C2C3"]),
        point: oneOf(config, "cipherSm2Point", ["prefixed", "bare"]),
      },
      activation: oneOf(config, "activation", ["first", "registered", "none"]),
      activationInfoBase: config.activationInfoBase === 1 ? 1 : 0,
    },
  };
}

/** `cbc/pkcs7/prefix`: mode, padding, and `prefix` or the hex of a fixed initialisation vector. */
function block(config: Config, key: "cipherAes" | "cipherSm4"): BlockSettings {
  const [modeText, paddingText, ivText, ...rest] = config[key].split("/");
  const mode = BLOCK_MODES.find((each) => each === modeText);
  const padding = BLOCK_PADDINGS.find((each) => each === paddingText);
  const iv = ivText === "prefix" ? "prefix" : Buffer.from(ivText ?? "", "hex");
  const ivBytes = mode === "gcm" ? 12 : 16;
  if (mode === undefined || padding === undefined || rest.length > 0 || (iv !== "prefix" && iv.length !== ivBytes))
    throw new SandglassError(ERRORS.CONFIG_VALUE, {
      key,
      value: config[key],
      source: "configuration",
      expected: `${BLOCK_MODES.join("|")}/${BLOCK_PADDINGS.join("|")}/prefix or ${ivBytes} bytes as hex`,
    });
  return { mode, padding, iv };
}

/** @throws SG_CONFIG_VALUE */
function privateKeys(config: Config): PrivateKeys {
  return {
    ...(config.gatewayRsaKey === "" ? {} : { rsa: rsaKey(config) }),
    ...(config.gatewaySm2Key === "" ? {} : { sm2: sm2Key(config) }),
  };
}

function rsaKey(config: Config): KeyObject {
  const text = readKey(config, "gatewayRsaKey");
  try {
    const key = createPrivateKey(text);
    if (key.asymmetricKeyType === "rsa") return key;
  } catch (cause) {
    throw unusableKey(config, "gatewayRsaKey", "private key of RSA in PEM", cause);
  }
  throw unusableKey(config, "gatewayRsaKey", "private key of RSA in PEM");
}

function sm2Key(config: Config): string {
  const text = readKey(config, "gatewaySm2Key").trim();
  if (!/^[0-9a-f]{64}$/i.test(text)) throw unusableKey(config, "gatewaySm2Key", "private key of SM2, 64 digits of hex");
  return text;
}
