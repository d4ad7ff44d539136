export const search = {
  title: "查找",
  label: "标题、填报内容、意见中的词语",
  hint: "可用中文或英文，多个词须同时出现。车辆请按制造商、车型查找；完整 VIN 请在页面顶部输入。",
  cases: "案件与项目",
  findings: "触发结果",
  vehicles: "车辆",
  all: "在清单中查看全部",
  none: "没有找到",
};
