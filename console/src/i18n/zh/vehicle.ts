export const vehicle = {
  views: "车辆视图", tabs: { signals: "信号", frames: "报文", findings: "告警" },
  freshness: "数据", state: "登记", organisation: "单位", region: "地区", powertrain: "动力", edition: "协议版本", assurance: "来源可信度",
  cursor: "游标处读数", latest: "最新值",
  unmask: { button: "查看完整 VIN", title: "查看完整 VIN", note: "VIN 属于个人信息。请写明理由；查看人、时间与理由会被记录。", confirm: "查看" },
  range: { label: "时间范围", follow: "回到最新", "15m": "15 分", "1h": "1 小时", "6h": "6 小时", "24h": "24 小时", "7d": "7 天" },
  signals: {
    choose: "选择信号", legend: "─ 实时  ○ 补发  ▨ 缺数", none: "未选择信号", noneNext: "请在上方选择 1 至 8 个信号。",
    empty: "此时段没有数据", emptyNext: "换一个时间范围，或查看接收计数中的最早与最新时间。", truncated: "数据过多，仅显示前 20,000 个采样；请缩小时间范围。",
  },
  counts: { title: "接收计数", received: "接收", realtime: "实时", reissued: "补发", late: "迟到", duplicates: "重复", quarantined: "隔离", first: "最早", last: "最新" },
  findings: { title: "告警", none: "没有告警" },
  frames: {
    time: "采集时间", delay: "延迟", command: "命令", disposition: "处置", around: "{{time}} 前后 5 分钟", newest: "看最新", empty: "没有报文", emptyNext: "换一个时间，或等待车辆上报。",
    choose: "请选择一条报文", bytes: "原始字节", fields: "解码字段", length: "{{count}} 字节", fieldCount: "{{count}} 项", offset: "偏移 {{offset}}，{{count}} 字节", hint: "指向字节或字段，查看对应关系与条款", badHex: "报文字节无法读取",
  },
  list: {
    title: "车辆", worst: "最严重", freshness: "数据", seen: "最近收到", maker: "企业", model: "车型", region: "地区", powertrain: "动力", edition: "协议", state: "登记",
    search: "按企业、车型或 VIN 片段查找", empty: "没有符合条件的车辆", emptyNext: "放宽筛选；未登记但在上报的车辆也会列出。",
  },
};
