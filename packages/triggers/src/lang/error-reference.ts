/** What every code of the language means, for the reference of errors. Messages of single errors say more. */
import type { TriggerErrorCode } from "./source.ts";

interface Explained {
  readonly en: string;
  readonly zh: string;
}

/** Codes of compile errors and warnings; E1 to E9 are the language's compile-time checks. */
export const TRIGGER_ERRORS: Readonly<Record<TriggerErrorCode, Explained>> = {
  SG_TRIGGER_SYNTAX: {
    en: "the text does not follow the grammar at this place",
    zh: "该处文本不符合语法",
  },
  SG_TRIGGER_TYPE: {
    en: "E1: a condition, number or text stands where another kind is needed, or clauses contradict each other",
    zh: "E1：条件、数值或文字用在了需要另一种类型的位置，或子句相互矛盾",
  },
  SG_TRIGGER_UNIT: {
    en: "E1: a number lacks its unit, the unit is unknown or measures something else",
    zh: "E1：数值缺少单位、单位未知或量纲不符",
  },
  SG_TRIGGER_UNKNOWN_NAME: {
    en: "E2: no signal, event, function, region, attribute, kind of subject or trigger has this name",
    zh: "E2：没有该名称的信号、事件、函数、区域、属性、对象种类或触发器",
  },
  SG_TRIGGER_UNOBSERVABLE: {
    en: "E3: the reporting period can never show this; a warning where the rest of the condition can still become true",
    zh: "E3：以其上报周期永远无法观测到；若条件的其余部分仍可能成立则为警告",
  },
  SG_TRIGGER_BUDGET: {
    en: "E4: the worst case of the state of one subject exceeds the budget",
    zh: "E4：单个对象的最坏状态大小超出预算",
  },
  SG_TRIGGER_NEVER_TRUE: {
    en: "E5: never true within the ranges of the signals; always true is a warning",
    zh: "E5：在信号量程内永不成立；恒成立为警告",
  },
  SG_TRIGGER_SEVERITY: {
    en: "E6: a severity is not 1 to 4, or can never apply because a higher one always does",
    zh: "E6：等级不在 1 至 4 之间，或因更高等级总成立而永不生效",
  },
  SG_TRIGGER_UNBOUNDED: {
    en: "E7: an operator over time without an upper bound",
    zh: "E7：时间算子没有上界",
  },
  SG_TRIGGER_WINDOW: {
    en: "E8: the window of a fleet condition is longer than 90 days",
    zh: "E8：车队条件的窗口超过 90 天",
  },
  SG_TRIGGER_HOLD: {
    en: "E9 (warning): a value holds longer than the duration asked for, so one stuck value could fire alone",
    zh: "E9（警告）：取值保持时间长于所要求的时长，单个卡滞值即可触发",
  },
  SG_TRIGGER_WHERE: {
    en: "warning: a condition on signals stands in “where” and is read as part of “when”",
    zh: "警告：“其中”里出现了信号条件，按“当”的一部分处理",
  },
  SG_TRIGGER_CLOCK: {
    en: "warning: the clock looks at samples or on a grid only, and a deadline or silence falls between them",
    zh: "警告：时钟只在样本时刻或网格点判断，期限或静默落在其间而不被发现",
  },
  SG_TRIGGER_UNTOLD: {
    en: "warning: nothing that is received says what the condition asks for, so it is never judged",
    zh: "警告：收到的数据中没有该条件所需的内容，因此永远不会判断",
  },
  SG_TRIGGER_DUPLICATE: {
    en: "a trigger, clause or severity stands twice",
    zh: "触发器、子句或等级重复",
  },
  SG_TRIGGER_UNSUPPORTED: {
    en: "the text declares a signal that the catalogue does not have, or uses a region that cannot be used",
    zh: "文本声明了目录中没有的信号，或使用了无法使用的区域",
  },
  SG_TRIGGER_TOO_LARGE: {
    en: "the text, its nesting or the number of its parts is beyond the limits",
    zh: "文本、嵌套深度或组成部分数量超出限制",
  },
};

/** Codes of everything around the language. */
export const TRIGGER_TOOL_ERRORS: Readonly<Record<string, Explained>> = {
  SG_TRIGGER_EMPTY: { en: "the text holds no trigger", zh: "文本中没有触发器" },
  SG_TRIGGER_PACK: { en: "a rule pack lacks a file or does not compile", zh: "规则包缺少文件或无法编译" },
  SG_TRIGGER_REGION: { en: "the geometry of a region cannot be used", zh: "区域的几何形状无法使用" },
  SG_TRIGGER_RIBBON: { en: "the set has no trigger of that name", zh: "集合中没有该名称的触发器" },
  SG_TRIGGER_ROBUSTNESS: { en: "an operator has no margin over time", zh: "该算子没有随时间变化的裕度" },
  SG_TRIGGER_STATE: { en: "a saved state is damaged or belongs to another set", zh: "保存的状态已损坏或属于其他集合" },
  SG_TRIGGER_TEST: { en: "a test case cannot be read", zh: "测试用例无法读取" },
  SG_TRIGGER_VECTOR: { en: "a conformance case cannot be evaluated", zh: "一致性用例无法求值" },
};
