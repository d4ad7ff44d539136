/** Input schemas of the access and on-road pilot. */
import { caseOf, choiceOf, flag, instant, integer, list, named, object, pattern, text } from "../schema.ts";

export { NOTHING, WITH_REASONS } from "../common-inputs.ts";

export const FILING = object(
  {
    title: text({ en: "Title", zh: "名称" }, 200),
    model: text({ en: "Model", zh: "产品型号" }, 80),
    level: choiceOf(
      {
        L3: { en: "Conditionally automated (L3)", zh: "有条件自动驾驶（L3）" },
        L4: { en: "Highly automated (L4)", zh: "高度自动驾驶（L4）" },
      },
      { en: "Level", zh: "自动驾驶等级" },
    ),
    userEntity: named("organisation", text({ en: "User entity of the consortium", zh: "联合体使用主体" }, 120)),
    region: named("region", pattern("^[0-9]{6}$", { en: "City", zh: "城市" })),
    cityConsent: text({ en: "Consent of the city government, sealed", zh: "城市人民政府同意文件（盖章）" }, 400),
    accessTestPlan: text({ en: "Access-test plan", zh: "准入测试方案" }),
    safetyAssessmentPlan: text({ en: "Safety-assessment plan", zh: "安全评估方案" }),
  },
  { organisation: named("organisation", text({ en: "Maker", zh: "企业" }, 120)) },
);
export const FORWARDING = object({
  departments: text(
    {
      en: "Departments of the province that reviewed: police, housing, transport, communications",
      zh: "参与审核的省级部门（公安、住建、交通、通信管理）",
    },
    400,
  ),
  opinion: text({ en: "Opinion of the province", zh: "省级审核意见" }),
});
export const CONFIRMATION = object({ opinion: text({ en: "Opinion on the plan", zh: "对方案的意见" }) });
export const VISIT = object({ found: text({ en: "What was seen at the test", zh: "测试监督情况" }) });
export const RESULT = object({ result: text({ en: "Results of test and assessment", zh: "测试与评估结果" }) });
export const EVALUATION = object({
  plan: flag({ en: "The plan suffices", zh: "方案符合要求" }),
  execution: flag({ en: "It was carried out as planned", zh: "按方案实施" }),
  result: flag({ en: "The result bears the access", zh: "结果支持准入" }),
  opinion: text({ en: "Evaluation", zh: "技术评估意见" }),
});
export const PERMIT = object({
  permit: text({ en: "Permit", zh: "准入许可编号" }, 120),
  scenario: text({ en: "Scenario", zh: "场景" }, 400),
  roads: list(named("road", text({ en: "Road", zh: "道路" }, 200)), { en: "Roads", zh: "路段" }, 1, 200),
  lanes: text({ en: "Lanes in which it may drive", zh: "车道模式" }, 200),
  maxSpeed: integer(1, 150, { en: "Speed at most (km/h)", zh: "最高车速（km/h）" }),
  maxVehicles: integer(1, 100_000, { en: "Vehicles at most", zh: "车辆数量上限" }),
  restrictions: text({ en: "Further restrictive measures", zh: "其他限制性措施" }),
});
export const CONNECTION = object({
  vehicles: list(named("vehicle", text({ en: "Vehicle", zh: "车辆" }, 60)), { en: "Vehicles", zh: "车辆" }, 1, 1000),
  plates: text({ en: "Plates", zh: "号牌" }),
  reference: text({ en: "Reference in the pilot management system", zh: "试点管理系统接入编号" }, 120),
});
export const OPERATION = object({ insurance: text({ en: "Insurance", zh: "保险" }, 400) });
export const EVENT = object(
  {
    kind: choiceOf(
      {
        accident: { en: "Accident", zh: "交通事故" },
        failure: { en: "System failure", zh: "系统失效" },
        networkSecurity: { en: "Network security", zh: "网络安全事件" },
        dataSecurity: { en: "Data security", zh: "数据安全事件" },
      },
      { en: "Kind", zh: "类型" },
    ),
    happenedAt: instant({ en: "Happened at", zh: "发生时间" }),
    what: text({ en: "What happened", zh: "经过" }),
  },
  { relatedCase: caseOf([], { en: "Case of it", zh: "关联案件" }) },
);
export const RESPONSIBILITY = object({
  what: text({ en: "Which event", zh: "所涉事件" }, 400),
  responsibility: text({ en: "Cause and responsibility", zh: "原因与责任认定" }),
});
