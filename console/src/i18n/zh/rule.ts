export const rule = {
  title: "规则",
  empty: "没有已发布的规则",
  emptyNext: "内置规则包在服务启动时载入。",
  unnamedPack: "未命名规则包",
  findings: "相关告警",
  basis: "依据",
  certainty: "确定性",
  effective: "生效",
  inputs: "信号",
  hash: "版本哈希",
  drafts: "草案与回测",
};
