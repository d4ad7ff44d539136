/** What makes a programme that fits its schema still wrong: weights, order of thresholds, windows, roles. */
import { reachesOf } from "../access/permissions.ts";
import { isRoleCode } from "../access/roles.ts";
import type { Text } from "../text.ts";
import type { Programme } from "./schema.ts";
import { departmentsOf } from "./terms.ts";

export interface ProgrammeFault {
  readonly path: string;
  readonly text: Text;
}

/** Whether the matrix lets a role decide the programme's projects alone, or together with who leads it. */
function mayBe(role: string, reach: "led" | "joint"): boolean {
  return isRoleCode(role) && reachesOf(role, "sandboxApplication", "decide").includes(reach);
}

/** Empty when the programme can be published. */
export function programmeFaults(programme: Programme): readonly ProgrammeFault[] {
  const faults: ProgrammeFault[] = [];
  const fault = (path: string, en: string, zh: string): void => void faults.push({ path, text: { en, zh } });
  const weights = programme.criteria.reduce((sum, each) => sum + each.weight, 0);
  if (weights !== 100)
    fault("criteria", `The weights add up to ${weights}, not 100`, `权重之和为 ${weights}，应为 100`);
  for (const [path, items] of [
    ["catalogue", programme.catalogue],
    ["criteria", programme.criteria],
    ["exclusions", programme.exclusions],
    ["documents", programme.documents],
    ["grading.factors", programme.grading.factors],
    ["businessModels", programme.businessModels],
  ] as const) {
    const codes = items.map((each) => each.code);
    const twice = codes.find((code, index) => codes.indexOf(code) !== index);
    if (twice !== undefined) fault(path, `The code ${twice} stands twice`, `代码 ${twice} 重复`);
  }
  if (programme.grading.highFrom <= programme.grading.mediumFrom)
    fault("grading", "The high tier must begin above the medium tier", "高风险阈值须高于中风险阈值");
  for (const { from, to } of programme.windows)
    if (!(Date.parse(from) < Date.parse(to)))
      fault("windows", `The window ends before it begins: ${from}`, `受理窗口结束早于开始：${from}`);
  const { leads, coIssuers } = departmentsOf(programme);
  for (const role of leads)
    if (!mayBe(role, "led")) fault("leads", `${role} leads no programme by the matrix`, `依权限矩阵，${role} 不能主管`);
  for (const role of coIssuers)
    if (!mayBe(role, "joint"))
      fault("coIssuers", `${role} issues no programme by the matrix`, `依权限矩阵，${role} 不能联合发文`);
  const { low, medium, high } = programme.tiers;
  if (low.panelSize > medium.panelSize || medium.panelSize > high.panelSize)
    fault("tiers", "A higher tier needs at least as large a panel", "风险等级越高，专家人数不得越少");
  if (low.reportMonths < medium.reportMonths || medium.reportMonths < high.reportMonths)
    fault("tiers", "A higher tier reports at least as often", "风险等级越高，报告频次不得越低");
  return faults;
}
