/** The data duties of vehicle makers as data: rules, classes, thresholds and keeping periods that several kinds of case share. */
import { basis, type LegalBasis } from "../basis.ts";
import { NETWORK_DATA, PERSONAL_DATA, VEHICLE_DATA } from "../sources.ts";
import type { Text } from "../text.ts";
import { addMonths, dateOf, dayOf } from "../time/shanghai.ts";

const named = (en: string, zh: string): Text => ({ en, zh });
export const DATA_BASES = {
  principles: basis(
    "R-5.40",
    VEHICLE_DATA("6", { en: "; article unverified", zh: "（条号未核实）" }),
    "S",
    "2021-10-01",
  ),
  classes: basis("R-5.41", VEHICLE_DATA("3"), "F", "2021-10-01"),
  sensitive: basis("R-5.42", VEHICLE_DATA("3, 9"), "S", "2021-10-01"),
  deletion: basis("R-5.43", VEHICLE_DATA("9"), "M", "2021-10-01"),
  yearly: basis("R-5.44", VEHICLE_DATA("10, 13"), "M", "2021-10-01"),
  home: basis("R-5.45", NETWORK_DATA("37"), "F", "2025-01-01"),
  export: basis(
    "R-5.46",
    named("CAC rule on cross-border data flows, 2024-03-22", "《促进和规范数据跨境流动规定》（2024-03-22）"),
    "S",
    "2024-03-22",
  ),
  lesserExport: basis(
    "R-5.47",
    named("CAC rule on cross-border data flows, 2024-03-22, Art. 7–8", "《促进和规范数据跨境流动规定》第七条、第八条"),
    "M",
    "2024-03-22",
  ),
  tenMillion: basis("R-5.48", NETWORK_DATA("28"), "F", "2025-01-01"),
  handover: basis("R-5.49", NETWORK_DATA("12, 30, 31, 33"), "F", "2025-01-01"),
  consent: basis("R-5.50", NETWORK_DATA("22"), "F", "2025-01-01"),
  assessment: basis("R-5.50", PERSONAL_DATA("55–56"), "F"),
  leak: basis("R-5.51", PERSONAL_DATA("57"), "F"),
} as const satisfies Record<string, LegalBasis>;

/** classes that are declared. The fifth, personal information of many persons, follows from their number. */
export const DECLARED_CLASSES = {
  sites: named(
    "1: geographic data, flows of persons and vehicles of military and defence-science sites, party and government organs",
    "1：军事管理区、国防科工单位、县级以上党政机关等的地理信息、人员流量、车辆流量",
  ),
  economy: named("2: vehicle flow and logistics that show the economy", "2：反映经济运行情况的车辆流量、物流等数据"),
  charging: named("3: operation of the charging network", "3：汽车充电网的运行数据"),
  outside: named(
    "4: video and images from outside the vehicle with faces or plates",
    "4：包含人脸、车牌信息的车外视频、图像数据",
  ),
  others: named("6: others that the departments determine", "6：有关部门确定的其他数据"),
} as const satisfies Record<string, Text>;
export type DeclaredClass = keyof typeof DECLARED_CLASSES;
const { others, ...DECLARED_BEFORE } = DECLARED_CLASSES;
/** All classes in the order of the rule. */
export const IMPORTANT_DATA = {
  ...DECLARED_BEFORE,
  persons: named("5: personal information of more than 100 000 persons", "5：涉及个人信息主体超过10万人的个人信息"),
  others,
} as const satisfies Record<string, Text>;
export type ImportantDataClass = keyof typeof IMPORTANT_DATA;

/** More persons than this make personal information important data. */
export const MANY_PERSONS = { amount: 100_000, basis: DATA_BASES.classes } as const;
/** From so many persons on a processor has the duties of one of important data. */
export const TEN_MILLION = { amount: 10_000_000, basis: DATA_BASES.tenMillion } as const;

/** The classes of important data that a processor has: those it declares, and what the number of persons makes of the rest. */
export function classesOf(declared: readonly DeclaredClass[], persons: number): readonly ImportantDataClass[] {
  return (Object.keys(IMPORTANT_DATA) as ImportantDataClass[]).filter((each) =>
    each === "persons" ? persons > MANY_PERSONS.amount : declared.includes(each),
  );
}

/** Months for which a record is kept, counted from the day on it. */
export const KEEPING = {
  /** Records of handing over personal information or important data. */
  handover: { months: 36, basis: DATA_BASES.handover },
  /** Reports of assessments of the effect on personal information. */
  assessment: { months: 36, basis: DATA_BASES.assessment },
} as const;

/** The last day, `YYYY-MM-DD`, on which a record must still be kept. */
export function keptUntil(record: keyof typeof KEEPING, at: string): string {
  return dateOf(addMonths(dayOf(Date.parse(at)), KEEPING[record].months));
}
