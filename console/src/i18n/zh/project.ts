export const project = {
  stages: "项目阶段", since: "自", findings: "告警", openFindings: "查看项目告警", byTrigger: "触发器自动执行", openCause: "查看触发告警",
  limits: { title: "测试边界与实时余量", hint: "取最接近边界的车辆", none: "尚未设定边界。", loading: "正在读取各车最新值…", noMargins: "暂无实时余量：车辆上报后显示。", unknown: "未知", distance: "余量 {{value}}（归一）", vehicle: "车辆", state: { inside: "边界内", near: "接近", over: "越界", unknown: "未知" } },
  triggers: { title: "触发规则集", none: "尚未设定触发规则。" },
  vehicles: { title: "参与车辆" },
  list: {
    title: "沙盒项目", name: "项目", stage: "阶段", state: "状态", applicant: "申请单位", vehicles: "车辆", findings: "未解除告警", due: "最近到期", updated: "更新时间",
    empty: "没有沙盒项目", emptyNext: "企业提交申请后显示在这里。",
  },
};
