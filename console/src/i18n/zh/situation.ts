export const situation = {
  kpi: {
    online: "在线车辆", ofKnown: "/ {{count}} 已知", silent: "静默 {{count}}", unregistered: "未登记 {{count}}",
    frames: "接收报文", perSecond: "条/s", valid: "有效 {{share}} %", lastMinute: "近 1 分钟 {{count}}", total: "累计 {{count}}",
    lag: "接收滞后 p95", lagTarget: "目标 ≤ 5 s", lagOver: "超出目标 5 s", median: "中位 {{value}} ms",
    findings: "未解除告警", findingsNote: "点击级别查看清单",
    cases: "工单", casesUnit: "在办", overdue: "逾期 {{count}}", noOverdue: "无逾期",
    projects: "沙盒项目", projectsUnit: "个",
  },
  fleet: {
    title: "车队状态", count: "{{count}} 辆", partial: "仅显示前 2000 辆", groupBy: "分组方式",
    by: { maker: "企业", region: "地区", model: "车型" },
    unnamed: "未登记", online: "在线 {{online}} / {{count}}",
    fresh: { online: "在线", silent: "静默", never: "从未上线" },
    unregistered: "未登记", inProject: "沙盒内", seen: "{{age}}前收到", open: "点击打开车辆",
    empty: "还没有车辆", emptyNext: "车辆首次发来报文后会出现在这里；也可通过接口登记车辆。",
  },
  projects: { title: "沙盒项目", all: "全部项目", since: "自 {{time}}", findings: "{{count}} 条告警", vehicles: "{{count}} 辆", empty: "还没有沙盒项目。企业提交申请后会显示在这里。" },
  histogram: { title: "近 24 小时触发", step: "每 10 分钟", other: "警告与提示", peak: "{{from}}–{{to}} 高峰 {{count}} 条/10 min", none: "近 24 小时没有触发" },
  feed: {
    title: "告警", open: "{{count}} 条未解除", sort: "排序", by: { newest: "最新", level: "级别" },
    pause: "暂停更新", resume: "继续更新", paused: "已暂停更新", new: "{{count}} 条新告警", margin: "越限",
    empty: "没有告警", emptyNext: "规则持续监督所有上报车辆；一旦成立，告警会出现在这里。",
  },
};
