/** What the pages of the complaint channel say. */
import type { Text } from "@sandglass/casework";

export const COMPLAINT_WORDS = {
  title: { en: "File a complaint", zh: "提交投诉" },
  lead: {
    en: "About a sandbox project, a vehicle or a service under test, or how it is supervised. No account is needed. You get a query code with which you alone can read the answer.",
    zh: "对沙盒项目、测试车辆或服务及其监管的投诉。无需账号。提交后您将获得查询码，凭码查看答复。",
  },
  danger: {
    en: "In danger call 119 (fire) or 110 (police) first: nobody watches this form around the clock.",
    zh: "如遇危险，请先拨打 119（火警）或 110（报警）；本表单非实时值守。",
  },
  project: { en: "Project (optional)", zh: "所涉项目（可不选）" },
  noProject: { en: "None, or not in the list", zh: "无，或不在列表中" },
  subject: { en: "Subject", zh: "标题" },
  subjectHint: { en: "3 to 200 characters", zh: "3 至 200 字" },
  text: { en: "What happened, where and when", zh: "发生了什么、何时何地" },
  textHint: { en: "10 to 8,000 characters", zh: "10 至 8000 字" },
  contact: { en: "How to reach you (optional)", zh: "联系方式（可不填）" },
  contactHint: {
    en: "Only the officers who answer complaints read it. It is not published and not written into the ledger.",
    zh: "仅负责答复的工作人员可见，不公开，也不写入存证账本。",
  },
  trap: { en: "Leave this field empty", zh: "此栏请留空" },
  send: { en: "Send the complaint", zh: "提交投诉" },
  lookUp: { en: "Look up a complaint", zh: "查询投诉" },
  code: { en: "Query code", zh: "查询码" },
  codeHint: { en: "20 characters, from the receipt", zh: "回执上的 20 位字符" },
  find: { en: "Look up", zh: "查询" },
  received: { en: "Complaint received", zh: "投诉已收到" },
  keep: {
    en: "Write down or print the query code now. It is shown only this once, and nobody can tell it to you again.",
    zh: "请立即抄录或打印查询码。查询码仅显示一次，任何人都无法再次提供。",
  },
  number: { en: "Receipt number", zh: "回执编号" },
  due: { en: "Answer by", zh: "答复期限" },
  dueHint: { en: "15 working days; our own rule, not law", zh: "15 个工作日；本平台规则，非法定期限" },
  receivedAt: { en: "Received", zh: "收到时间" },
  state: { en: "State", zh: "状态" },
  waiting: { en: "Being looked into", zh: "办理中" },
  late: { en: "Being looked into; the answer is late", zh: "办理中，已超过答复期限" },
  answered: { en: "Answered", zh: "已答复" },
  answeredAt: { en: "Answered at", zh: "答复时间" },
  answer: { en: "Answer", zh: "答复内容" },
  unknownCode: {
    en: "No complaint has this code. Check each character; upper and lower case differ.",
    zh: "没有对应该查询码的投诉。请逐字核对，注意区分大小写。",
  },
  problem: { en: "The complaint was not sent. What you wrote is still here:", zh: "投诉未提交，您填写的内容仍保留：" },
  subjectWrong: { en: "The subject needs 3 to 200 characters.", zh: "标题须为 3 至 200 字。" },
  textWrong: { en: "The description needs 10 to 8,000 characters.", zh: "描述须为 10 至 8000 字。" },
  contactWrong: { en: "The contact has more than 200 characters.", zh: "联系方式不得超过 200 字。" },
  projectWrong: { en: "This project is not in the public register.", zh: "公开名录中没有该项目。" },
  trapWrong: {
    en: "The field that must stay empty was filled; it has been emptied. Send it again.",
    zh: "须留空的字段被填写，现已清空，请重新提交。",
  },
  tooFast: { en: "That was very fast. Please send it again.", zh: "提交过快，请再次提交。" },
  stale: { en: "The form had been open for too long. Please send it again.", zh: "表单打开时间过长，请再次提交。" },
  used: {
    en: "This form was sent already, and the complaint was received. Its code was shown on the page before.",
    zh: "该表单已提交，投诉已收到，查询码已在上一页显示。",
  },
  busy: {
    en: "Too many complaints arrive at this moment. Please send it again in a minute.",
    zh: "当前投诉过多，请一分钟后再次提交。",
  },
} as const satisfies Record<string, Text>;
