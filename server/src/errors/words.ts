/**
 * Codes that a parameter of an error may hold, in the reader's words. A parameter stays the code in the answer of the API; only
 * the texts name what it stands for. Other values, such as numbers of cases, are not in here and are shown as they are.
 */
import { OBJECTS, PURPOSES, ROLES, type Right, type Text } from "@sandglass/casework";
import { SUBJECT_NAMES } from "@sandglass/signals";

/** What may be missing, apart from what has a number of its own. `{name}` is another parameter of the same error. */
export const THINGS = {
  action: { en: "action {id}", zh: "操作 {id}" },
  backtest: { en: "the backtest", zh: "该回测" },
  backup: { en: "backup {id}", zh: "备份 {id}" },
  checkpoints: { en: "checkpoint {from} or {to}", zh: "检查点 {from} 或 {to}" },
  complaint: { en: "a complaint with this code", zh: "与该查询码对应的投诉" },
  console: { en: "the console", zh: "控制台" },
  document: { en: "document {id}", zh: "文书 {id}" },
  event: { en: "event {id}", zh: "事件 {id}" },
  file: { en: "the file of this link, which opens for a limited time,", zh: "该链接（限时有效）所指文件" },
  frame: { en: "frame {id}", zh: "报文 {id}" },
  key: { en: "a key of vehicle {id}", zh: "车辆 {id} 的密钥" },
  rehearsals: { en: "the rehearsal of plans", zh: "方案预演功能" },
  report: { en: "report {id}", zh: "报告 {id}" },
  rule: { en: "rule {id}", zh: "规则 {id}" },
  segment: { en: "refused segment {id}", zh: "未入库日志段 {id}" },
  suspension: { en: "a suspension of this project", zh: "该项目的中止决定" },
  triggerSet: { en: "the trigger set of this plan", zh: "该方案的触发规则集" },
  version: { en: "version {version} of {id}", zh: "{id} 的版本 {version}" },
} as const satisfies Record<string, Text>;

/** Rights of the matrix, and what else may be refused to a role. */
const RIGHT_WORDS = {
  read: { en: "read", zh: "查看" },
  write: { en: "write", zh: "填报" },
  decide: { en: "decide", zh: "决定" },
  supervise: { en: "supervise", zh: "监督" },
  propose: { en: "propose", zh: "提议" },
  advise: { en: "advise", zh: "提供意见" },
  repair: { en: "repair", zh: "维修登记" },
  confirm: { en: "confirm", zh: "确认" },
  comment: { en: "comment", zh: "评论" },
  cancel: { en: "cancel", zh: "取消" },
  publish: { en: "publish", zh: "发布" },
  token: { en: "use a token", zh: "使用令牌" },
} as const satisfies Record<Right, Text> & Record<string, Text>;

const ROLE_TITLES = titles(ROLES);

/** By the name of the parameter. */
const WORDS: Readonly<Record<string, Readonly<Record<string, Text>>>> = {
  what: THINGS,
  role: ROLE_TITLES,
  roles: ROLE_TITLES,
  object: OBJECTS,
  right: RIGHT_WORDS,
  kinds: SUBJECT_NAMES,
  purpose: titles(PURPOSES),
};

/** Undefined for a value that is no code of that parameter. */
export function findWords(parameter: string, value: string): Text | undefined {
  if (!Object.hasOwn(WORDS, parameter)) return undefined;
  const table = WORDS[parameter];
  return Object.hasOwn(table, value) ? table[value] : undefined;
}

function titles(table: Readonly<Record<string, { readonly title: Text }>>): Readonly<Record<string, Text>> {
  return Object.fromEntries(Object.entries(table).map(([code, { title }]) => [code, title]));
}
