export const link = {
  title: "链路与隔离", tabs: { links: "连接", quarantine: "隔离报文" },
  kind: "类型", who: "平台或车辆", remote: "远端", assurance: "可信度", frames: "报文", bytes: "流量", answered: "已应答", malformed: "错误", quarantined: "隔离", skipped: "跳过字节", last: "最近报文",
  empty: "没有连接", emptyNext: "终端或平台连接网关后显示在这里。",
  receivedAt: "接收时间", disposition: "原因", vehicle: "车辆", command: "命令", eventTime: "报文时间", link: "连接", seq: "序号",
  noQuarantine: "没有隔离报文", noQuarantineNext: "时钟超前、结构错误或车辆不符的报文会保存在这里，不参与判定。",
};
