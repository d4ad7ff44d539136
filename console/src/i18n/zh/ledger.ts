export const ledger = {
  title: "账本", lead: "每项操作、决定与数据段的签名默克尔日志（RFC 6962）", leaves: "叶", index: "序号", kind: "内容", subject: "对象", hash: "叶哈希", time: "时间",
  checkpoint: "最新检查点", size: "叶数", signed: "签名时间", root: "根", keyId: "密钥", noCheckpoint: "还没有检查点。", pendingShort: "待入账", pending: "待入账：约 1 秒内编号并签名", sequenced: "已入账 #{{index}}", recorded: "已写入账本",
  showLeaf: "证明", noLeaf: "没有账本记录", proof: "包含证明", proofOk: "✓ 已在本浏览器验证：该叶包含于检查点", proofBad: "✗ 验证失败：证明与检查点不符", proofUnread: "证明已取得，未能在浏览器中验证", pathLength: "路径长度",
  verify: "离线验证", verifyNote: "导出文件与公钥即可在另一台机器上验证，无需连接本服务；任何一个字节被改动都能发现并定位。", download: "导出账本", downloadKey: "下载公钥", history: "检查点",
  empty: "账本为空", emptyNext: "第一项操作或数据段写入后显示。",
};
