/** Input schemas of an OTA filing's actions. */
import { caseOf, choiceOf, flag, instant, integer, list, named, object, pattern, text } from "../schema.ts";

export { NOTHING, WITH_REASONS } from "../common-inputs.ts";

const COUNT = (en: string, zh: string) => integer(0, 100_000_000, { en, zh });

const PLANNED = {
  title: text({ en: "Title", zh: "名称" }, 200),
  purpose: text({ en: "What it changes and why", zh: "升级内容与目的" }),
  models: list(text(undefined, 120), { en: "Models", zh: "车型" }, 1, 100),
  component: text({ en: "System or component", zh: "系统或部件" }, 200),
  fromVersions: list(text(undefined, 120), { en: "Present versions", zh: "升级前版本" }, 1, 100),
  toVersion: text({ en: "New version", zh: "升级后版本" }, 120),
  targeted: COUNT("Vehicles", "升级车辆数"),
  releaseAt: instant({ en: "Planned release", zh: "计划实施时间" }),
};
const SERVED = {
  project: caseOf(["sandbox-project"], { en: "Sandbox project", zh: "沙盒项目" }),
  recall: caseOf(["recall"], { en: "Recall that it serves", zh: "所服务的召回" }),
};
export const CAMPAIGN = object(PLANNED, {
  organisation: named("organisation", text({ en: "Maker (entered by others)", zh: "企业（由他人填写）" }, 120)),
  ...SERVED,
});
/** The same campaign, corrected: its maker stays. */
export const REVISION = object(PLANNED, SERVED);

/** The questions that decide what is needed before the release. */
export const ANSWERS = object({
  removesDefect: flag({ en: "Does it remove a defect?", zh: "是否用于消除缺陷？" }),
  changesParameters: flag({ en: "Does it change main technical parameters?", zh: "是否涉及主要技术参数变更？" }),
  touchesAutomatedDriving: flag({
    en: "Does it touch automated driving (L3 and above)?",
    zh: "是否涉及自动驾驶功能（L3及以上）？",
  }),
  touchesDriverAssistance: flag({
    en: "Does it touch combined driver assistance (L2)?",
    zh: "是否涉及组合驾驶辅助功能（L2）？",
  }),
  grounds: text({ en: "Grounds for the answers", zh: "判断理由" }),
});

/**
 * Safety assessment. The items of the official form were not seen: these follow GB 44496, GB 44495 and, for
 * driver assistance, the draft notice of 2025-08.
 */
export const ASSESSMENT = object(
  {
    userNotice: text({ en: "How users are told and agree", zh: "用户告知与确认方式" }),
    versionReadable: flag({ en: "The version can be read out", zh: "软件版本可读取" }),
    protection: text({ en: "Protection of the package and its way", zh: "升级包及传输的安全防护" }),
    preconditions: text({ en: "Preconditions of the vehicle", zh: "升级先决条件" }),
    powerReserve: text({ en: "Power reserve", zh: "电量保障" }),
    failureHandling: text({ en: "What happens when it fails", zh: "升级失败处置" }),
    test: text({ en: "Test and its result", zh: "测试验证情况" }),
    notDirectlyAbroad: flag({ en: "No data goes straight abroad", zh: "车辆不直接向境外传输数据" }),
  },
  {
    hints: text({
      en: "Safety hints in app, head unit, manual (draft rule)",
      zh: "应用、车机、说明书中的安全提示（征求意见稿）",
    }),
    monitoringStaysOn: flag({
      en: "Driver monitoring cannot be switched off (draft rule)",
      zh: "驾驶员监测不可关闭（征求意见稿）",
    }),
  },
);
export const FILING = object({
  packageName: text({ en: "Package", zh: "升级包" }, 200),
  packageSha256: pattern("^[0-9a-f]{64}$", { en: "SHA-256 of the package", zh: "升级包 SHA-256" }),
});
export const EVALUATION = object({ evaluation: text({ en: "Evaluation of the package", zh: "升级包评估意见" }) });
export const PERMIT = object({
  permit: text({ en: "Reference of the permit", zh: "许可编号" }, 200),
  kind: choiceOf(
    {
      change: { en: "Change of main parameters", zh: "主要技术参数变更许可" },
      access: { en: "Automated driving", zh: "自动驾驶准入许可" },
    },
    { en: "Kind", zh: "类别" },
  ),
});
export const STAGE = object({
  stage: text({ en: "Stage: who gets it", zh: "推送批次：对象" }, 400),
  vehicles: COUNT("Vehicles", "车辆数"),
});
export const RESULTS = object({
  succeeded: COUNT("Updated", "升级成功"),
  failed: COUNT("Failed", "升级失败"),
  refused: COUNT("Refused by the user", "用户拒绝"),
});
