/** Whether anything that is received says what a condition asks for. What nobody tells is compiled but judged nowhere. */
import { isSubjectKind } from "@sandglass/signals";
import { namedIn, SUBJECTS } from "./attributes.ts";
import { signalsOf, type Cond, type CoreFleet } from "./core.ts";
import type { Names } from "./names.ts";
import { TRIGGER_ERROR_CODES as CODES, TriggerProblem, type SourceRange } from "./source.ts";

interface Asked {
  readonly subject: string;
  readonly fleet: CoreFleet | undefined;
  readonly condition: Cond;
  /** Of the condition over many, or of `applies to`. */
  readonly range: SourceRange;
}

/** A warning, or undefined. */
export function untoldWarning({ subject, fleet, condition, range }: Asked, names: Names): TriggerProblem | undefined {
  const warning = (en: string, zh: string, suggestion: string, suggestionZh: string): TriggerProblem =>
    new TriggerProblem(CODES.untold, range, en, zh, { severity: "warning", suggestion, suggestionZh });
  const zh = namedIn(SUBJECTS, subject, "zh");
  if (!isSubjectKind(subject))
    return warning(
      `nothing is received from a subject of the kind ${subject}: this is never judged, neither live nor in a backtest`,
      `不会收到“${zh}”发送的数据：上线后和回测中都不会判断`,
      "applies to ai_service",
      "适用于 人工智能服务",
    );
  if (fleet?.nearM === undefined) return undefined;
  if (subject !== "vehicle")
    return warning(
      `events tell no places, so nobody knows where a subject of the kind ${subject} is: this is never judged, neither live nor in a backtest`,
      `事件不含位置，无从得知“${zh}”的地点：上线后和回测中都不会判断`,
      `of registered ${subject} in group region`,
      `的 登记 ${zh} 分组 地区`,
    );
  const ofEvents = [...signalsOf(condition)].find((id) => names.byId.get(id)?.ofEvents === true);
  if (ofEvents === undefined) return undefined;
  return warning(
    `${ofEvents} is told by events, which tell no places: a condition on places reads what frames of vehicles carry; this is never judged, neither live nor in a backtest`,
    `“${names.byId.get(ofEvents)?.names.zh ?? ofEvents}”来自事件，而事件不含位置：地点条件只能用车辆报文中的信号；上线后和回测中都不会判断`,
    "of active vehicle in group region",
    "的 活跃 车辆 分组 地区",
  );
}
