export const casework = {
  now: "现在可以做", nothingPossible: "以您的角色，当前状态下没有可执行的操作。", leadsTo: "之后状态：{{state}}", staysInState: "状态不变",
  fourEyes: "需第二人批准", fourEyesLong: "需两人：本次为提议，第二人确认后生效。", secondPerson: "已有人提议，您确认后生效",
  condition: "须满足：{{text}}", issues: "将出具：{{documents}}", opens: "将开始计时：{{obligations}}", basis: "依据：{{source}}（{{certainty}}）", recorded: "此操作连同理由写入账本，不可更改。",
  required: "必填", wordsHint: "输入后按回车添加", addRow: "添加一行", removeRow: "删除", confirm: "确认{{action}}", done: "已完成：{{action}}", possibleNow: "现在可以做：{{actions}}",
  obligations: "义务与时限", noObligations: "没有进行中的义务。", overdueBy: "逾期 {{duration}}", left: "剩余 {{duration}}", due: "到期 {{time}}",
  timeline: "经过", noActions: "还没有操作", openFinding: "查看告警", flags: "标记", proposed: "提议", repeats: "展开另外 {{count}} 条相同操作", more: "其他操作（{{count}}）", fewer: "收起其他操作",
};
