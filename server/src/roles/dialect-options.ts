/** Configuration → how the codec reads what the sources of GB/T 32960.3 contradict each other about. */
import { DIALECT_VALUES, dialectOf, findDialectChoice, type Dialect } from "@sandglass/gbt32960";
import type { Config } from "../config.ts";
import { oneOf } from "./gateway-options.ts";

const SETTINGS = {
  parameterWidths: "dialectParameterWidths",
  annexBTypes: "dialectAnnexBTypes",
  countSentinels: "dialectCountSentinels",
  firstCell: "dialectFirstCell",
  hydrogenConcentrationMax: "dialectHydrogenMax",
  activationInfoBase: "activationInfoBase",
  alarmBit22: "dialectAlarmBit22",
} as const satisfies { readonly [K in keyof Dialect]: keyof Config };

/** @throws SG_CONFIG_VALUE for a value that is none of its list */
export function dialectOptions(config: Config): Dialect {
  const names = Object.keys(SETTINGS) as (keyof Dialect)[];
  return dialectOf(
    names.reduce<Partial<Dialect>>((dialect, name) => {
      const given = oneOf(config, SETTINGS[name], DIALECT_VALUES[name].map(String));
      return { ...dialect, ...findDialectChoice(`${name}=${given}`) };
    }, {}),
  );
}
