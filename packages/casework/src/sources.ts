/**
 * Names of the rules behind our data, in both languages. A basis names its rule by the English words of this list, or by a `rule` with its
 * articles: one without a Chinese name does not compile. Names are those of REQUIREMENTS.md; what a name of ours says beyond it (a default, a
 * proposal, an unseen text) is said in both.
 */
import type { Text } from "./text.ts";

const GBT45688 = "GB/T 45688-2025";

/** English name → Chinese name. */
export const SOURCES = {
  "Sandglass proposal": "Sandglass 建议",
  "Sandglass proposal: tracking after the exit": "Sandglass 建议：出盒后跟踪",
  "Sandglass proposal: a trigger alone never ends a project": "Sandglass 建议：不得仅凭触发器终止项目",
  "Sandglass proposal: no definition was published": "Sandglass 建议：计算方法未公布",
  "Sandglass: four eyes for control commands": "Sandglass 建议：控制类指令须双人确认",
  "Sandglass: four eyes for settings that redirect data": "Sandglass 建议：改变数据去向的设置须双人确认",
  "Sandglass permission matrix: co-issuing departments read and co-decide":
    "Sandglass 权限矩阵：联合发文部门可查阅并参与决定",
  "Sandglass permission matrix: need to know by case": "Sandglass 权限矩阵：按案件知悉",
  "Sandglass permission matrix: public release needs four eyes": "Sandglass 权限矩阵：公开发布须双人确认",
  "Sandglass permission matrix: termination needs four eyes": "Sandglass 权限矩阵：终止须双人确认",
  "Sandglass sandbox lifecycle": "Sandglass 沙盒项目流程",
  "Sandglass hazard work order lifecycle": "Sandglass 隐患工单流程",
  "Sandglass accident lifecycle": "Sandglass 事故案件流程",
  "Sandglass recall lifecycle": "Sandglass 召回流程",
  "Sandglass OTA filing lifecycle": "Sandglass 远程升级备案流程",
  "Sandglass hazard check lifecycle": "Sandglass 隐患排查流程",
  "Sandglass access pilot lifecycle": "Sandglass 准入试点流程",
  "Sandglass real-name registration lifecycle": "Sandglass 实名登记流程",
  "Sandglass conformity test lifecycle": "Sandglass 符合性检测流程",
  "Sandglass supervisory measure lifecycle": "Sandglass 监管措施流程",

  "Automobile safety sandbox notice (SAMR, MIIT, MOT, MEM, GACC), 2022-04-01":
    "《关于试行汽车安全沙盒监管制度的通告》（市场监管总局、工业和信息化部、交通运输部、应急管理部、海关总署，2022-04-01）",
  '"similar frontier technology" of the notice, our reading': "通告所称“等前沿技术”，本产品的理解",
  "SAMR statements": "市场监管总局公开表述",
  "SAMR statements on sandbox supervision": "市场监管总局关于沙盒监管的公开表述",
  "SAMR statement on an expert committee; recall regulation Art. 15, 21 by analogy":
    "市场监管总局关于专家委员会的表述；参照召回条例第15、21条",
  "Application files of a sandbox project": "沙盒项目申请材料",
  "Outlook new era article on AI sandboxes, 2026-04-30": "关于人工智能沙盒监管的文章，2026-04-30",
  "15th Five-Year Plan outline: trigger-based regulation": "“十五五”规划纲要：触发式监管",
  "Research on AI sandboxes in China: a sandbox commissioner": "我国人工智能沙盒研究：沙盒专员",
  "MIIT and SAMR [2025] no. 45": "工信部联通装〔2025〕45号",
  "MIIT and SAMR [2025] no. 45, sandbox item": "工信部联通装〔2025〕45号沙盒监管内容",
  "MIIT and SAMR [2025] no. 45 say promptly; 30 days as proposal": "工信部联通装〔2025〕45号规定“及时”；30日为建议",
  "MIIT and SAMR [2025] no. 45; hours not found, proposed as for fires":
    "工信部联通装〔2025〕45号；未查到时限，参照起火事故建议",
  "Briefing on guidance [2022] no. 10, 2022-04-21": "工信厅联通装〔2022〕10号有关情况通报，2022-04-21",
  "MIIT order no. 39; MIIT [2016] no. 377": "工业和信息化部令第39号；工信部装〔2016〕377号",
  "MIIT [2016] no. 377": "工信部装〔2016〕377号",
  "MIIT [2021] no. 246": "工信部网安函〔2021〕246号",
  "MIIT [2023] no. 217": "工信部联通装〔2023〕217号",
  "MIIT [2023] no. 217 §3(1)": "工信部联通装〔2023〕217号第三部分（一）",
  "Secondary sources on MIIT [2023] no. 217": "工信部联通装〔2023〕217号的二手资料",
  "MIIT, MPS, MOT [2021] no. 97, draft text": "工信部联通装〔2021〕97号（征求意见稿）",
  "Q&A of the four ministries, 2024-06-04": "四部委答记者问，2024-06-04",
  "First L3 permits, 2025-12-15": "首批L3级准入许可，2025-12-15",
  "Guangdong [2022] no. 4 Art. 28": "粤工信规字〔2022〕4号第28条",
  "Guangdong [2022] no. 4 Art. 29–30": "粤工信规字〔2022〕4号第29–30条",
  "Guangdong [2022] no. 4 Art. 30: one month; 28 days as proposal": "粤工信规字〔2022〕4号第30条：一个月；28日为建议",
  "Wuhan guide following no. 97, draft": "武汉市实施指南（依据97号文，征求意见稿）",
  "Commission draft implementing act on AI sandboxes, consultation to 2025-12-30":
    "欧盟委员会人工智能沙盒实施条例草案（征求意见至2025-12-30）",
  "Shenzhen AI regulation Art. 44, 65, 66": "深圳人工智能条例第44、65、66条",
  "Spain RD 817/2023, by analogy": "西班牙第817/2023号皇家法令，参照",
  "UK ICO sandbox: early-exit strategy in the plan": "英国信息专员办公室沙盒：方案载明提前退出安排",

  [`${GBT45688} 6.2.1, Annex D.1`]: `${GBT45688} 第6.2.1条、附录D.1`,
  [`${GBT45688} Annex D.2`]: `${GBT45688} 附录D.2`,
  [`${GBT45688} C.11`]: `${GBT45688} 附录C.11`,
  [`${GBT45688} C.12`]: `${GBT45688} 附录C.12`,
  [`${GBT45688} Tables B.1, B.4`]: `${GBT45688} 表B.1、表B.4`,
  [`derived from ${GBT45688} D.1, D.2`]: `由 ${GBT45688} 附录D.1、D.2推导`,
  "industry practice on GB/T 32960.3-2025": "GB/T 32960.3-2025 行业实践",
  "National monitoring platform, published bulletins [NMP20]": "国家监测与管理平台公开通报[NMP20]",
  "Docking with local and national platforms [NMP-AH]": "与地方、国家平台对接要求[NMP-AH]",
  "Access review requirements for vehicle makers, published 2026-01-21":
    "《道路机动车辆生产企业准入审查要求》（2026-01-21发布）",
  "National monitoring platform, statement of 2018 [NMP18]": "国家监测与管理平台公开说明，2018年[NMP18]",
  "Catalogue of national standards: GB/T 32960-2025": "国家标准目录：GB/T 32960—2025",
  "EIDC yearly notices on hazard checks (2019, 2023, 2024)": "装备中心年度安全隐患排查通知（2019、2023、2024年）",
  "EIDC notice on hazard checks, 2019": "装备中心安全隐患排查通知，2019年",

  "SAMR 质函〔2019〕5号": "市场监管总局 质函〔2019〕5号",
  "SAMR 质函〔2019〕5号 item 1": "市场监管总局 质函〔2019〕5号第一项",
  "SAMR 质函〔2019〕5号 item 1 (市监质函〔2019〕531号)": "市场监管总局 质函〔2019〕5号第一项（市监质函〔2019〕531号）",
  "SAMR 质函〔2019〕5号 item 2": "市场监管总局 质函〔2019〕5号第二项",
  "SAMR 质函〔2019〕5号 item 3": "市场监管总局 质函〔2019〕5号第三项",
  "SAMR supplementary notice: late, missing or false reports": "市场监管总局补充通知：迟报、漏报、谎报",
  "EIDC accident information notice, 2024": "装备中心事故信息报送通知，2024年",
  "Draft notice of SAMR and MIIT, 2025-08-13": "市场监管总局、工业和信息化部通知（征求意见稿），2025-08-13",
  "SAMR 市监质〔2020〕123号 and supplementary notice 2021-06": "市监质〔2020〕123号及2021年6月补充通知",
  "SAMR 市监质〔2020〕123号 and supplementary notice 2021-06; MIIT and SAMR [2025] no. 45":
    "市监质〔2020〕123号及2021年6月补充通知；工信部联通装〔2025〕45号",
  "GB 44495-2024": "GB 44495-2024",
  "GB 44496-2024": "GB 44496-2024",
  "State Council General Office, holiday notice for 2025 (2024-11-12)":
    "国务院办公厅关于2025年部分节假日安排的通知（2024-11-12）",
  "State Council General Office, holiday notice for 2026 (2025-11-04)":
    "国务院办公厅关于2026年部分节假日安排的通知（2025-11-04）",
} as const satisfies Record<string, string>;
export type SourceName = keyof typeof SOURCES;

/** What may stand behind an article: `{ en: ", as a default", zh: "，作为默认值" }`. */
const NOTHING: Text = { en: "", zh: "" };
export const AS_DEFAULT: Text = { en: ", as a default", zh: "，作为默认值" };
export const BY_ANALOGY: Text = { en: ", by analogy", zh: "，参照" };
export const WHERE_ALLOWED: Text = { en: ", where national law allows", zh: "，以成员国法律允许为限" };
/** sources differ whether its days are calendar days. */
export const DAYS_UNVERIFIED: Text = { en: "; calendar days unverified (X-10)", zh: "；是否为自然日未核实（X-10）" };

/** A rule by its names; what it gives names articles of it: `AI_ACT("57(5)")` is "… Art. 57(5)", "…第57(5)条". */
const rule =
  (en: string, zh: string) =>
  (articles: string, note: Text = NOTHING): Text => ({
    en: `${en} Art. ${articles}${note.en}`,
    zh: `${zh}第${articles.replaceAll(", ", "、")}条${note.zh}`,
  });

export const AI_ACT = rule("Regulation (EU) 2024/1689", "欧盟《人工智能法》（(EU) 2024/1689）");
export const RECALL_REGULATION = rule(
  "Recall regulation (State Council order 626)",
  "《缺陷汽车产品召回管理条例》（国务院令第626号）",
);
export const ROAD_ACCIDENTS = rule("Road accident procedure rules", "《道路交通事故处理程序规定》");
export const BEIJING_AV = rule("Beijing autonomous vehicle regulation", "《北京市自动驾驶汽车条例》");
export const VEHICLE_DATA = rule(
  "Provisions on automobile data security (CAC order 7)",
  "《汽车数据安全管理若干规定（试行）》（国家网信办等令第7号）",
);
export const NETWORK_DATA = rule("Network data security regulation", "《网络数据安全管理条例》");
export const PERSONAL_DATA = rule("Personal information protection law", "《个人信息保护法》");
export const VULNERABILITIES = rule(
  "Provisions on vulnerabilities of network products (MIIT [2021] no. 66)",
  "《网络产品安全漏洞管理规定》（工信部联网安〔2021〕66号）",
);
export const CYBER_REPORTS = rule(
  "National measures for reporting cybersecurity incidents,",
  "《国家网络安全事件报告管理办法》",
);
/** The measures under the recall regulation; none of their text was seen but a draft. */
export const recallMeasures = (note: Text): Text => ({
  en: `Implementing measures of the recall regulation (AQSIQ order 176)${note.en}`,
  zh: `《缺陷汽车产品召回管理条例实施办法》（原质检总局令第176号）${note.zh}`,
});
