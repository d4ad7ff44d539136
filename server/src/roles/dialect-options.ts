/** Configuration → how the codec reads what the sources of GB/T 32960.3 contradict each other about. */
import type { Dialect } from "@sandglass/gbt32960";
import type { Config } from "../config.ts";
import { oneOf } from "./gateway-options.ts";

/** @throws SG_CONFIG_VALUE for a value that is none of its list */
export function dialectOptions(config: Config): Dialect {
  const widths = oneOf(config, "dialectParameterWidths", ["edition", "2016", "2025"]);
  return {
    parameterWidths: widths === "edition" ? widths : widths === "2016" ? 2016 : 2025,
    annexBTypes: oneOf(config, "dialectAnnexBTypes", ["decode", "reserved"]),
    countSentinels: oneOf(config, "dialectCountSentinels", ["noList", "malformed"]),
    firstCell: oneOf(config, "dialectFirstCell", ["0", "1"]) === "0" ? 0 : 1,
    hydrogenConcentrationMax: oneOf(config, "dialectHydrogenMax", ["60000", "50000"]) === "50000" ? 50_000 : 60_000,
    activationInfoBase: oneOf(config, "activationInfoBase", ["0", "1"]) === "1" ? 1 : 0,
    alarmBit22: oneOf(config, "dialectAlarmBit22", ["supercapacitorOverVoltage", "supercapacitorOverPressure"]),
  };
}
