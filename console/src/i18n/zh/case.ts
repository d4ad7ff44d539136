export const caseNs = {
  findings: "相关告警", why: "原因", project: "沙盒项目", openProject: "打开项目", anyState: "全部状态", overdueBy: "逾期 {{duration}}", left: "剩余 {{duration}}",
  empty: "还没有记录", emptyNext: "工单的每一步操作都会显示在这里。",
  list: {
    title: "隐患工单", type: "类型", level: "级别", state: "状态", flags: "标记", vehicle: "车辆", maker: "企业", due: "时限", opened: "建单时间",
    empty: "没有工单", emptyNext: "3 级及以上告警会自动建单。",
  },
};
