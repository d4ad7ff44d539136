/** Configuration → how the codec reads what the sources of GB/T 32960.3 contradict each other about. */
import { DIALECT_VALUES, type Dialect } from "@sandglass/gbt32960";
import type { Config } from "../config.ts";
import { oneOf } from "./gateway-options.ts";

/** @throws SG_CONFIG_VALUE for a value that is none of its list */
export function dialectOptions(config: Config): Dialect {
  const choice = <K extends keyof Dialect>(setting: keyof Config, name: K): Dialect[K] => {
    const values: readonly Dialect[K][] = DIALECT_VALUES[name];
    const given = oneOf(config, setting, values.map(String));
    return values.find((each) => String(each) === given)!;
  };
  return {
    parameterWidths: choice("dialectParameterWidths", "parameterWidths"),
    annexBTypes: choice("dialectAnnexBTypes", "annexBTypes"),
    countSentinels: choice("dialectCountSentinels", "countSentinels"),
    firstCell: choice("dialectFirstCell", "firstCell"),
    hydrogenConcentrationMax: choice("dialectHydrogenMax", "hydrogenConcentrationMax"),
    activationInfoBase: choice("activationInfoBase", "activationInfoBase"),
    alarmBit22: choice("dialectAlarmBit22", "alarmBit22"),
  };
}
