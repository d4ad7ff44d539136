/** The parameters of a terminal control (command 82) field by field, for the frame inspector. */
import type { Edition } from "./frame.ts";
import type { TracedField } from "./interpret/reader.ts";
import { code } from "./layout/element.ts";
import { highestAlarmLevel, TERMINAL_CONTROLS } from "./terminal-commands.ts";
import { decodeText } from "./text.ts";
import { findUpgradeOrder, findUpgradeParts, upgradeValue, type UpgradeParameters } from "./upgrade.ts";

const UPGRADE_TITLES: Readonly<Record<keyof UpgradeParameters, string>> = {
  url: "URL地址",
  accessPoint: "拨号点名称",
  user: "拨号用户名",
  password: "拨号密码",
  address: "地址",
  port: "端口",
  manufacturer: "车载终端制造商代码",
  hardwareVersion: "硬件版本",
  firmwareVersion: "固件版本",
  timeLimit: "连接到升级服务器时限",
};
const TIME_LIMIT = code("timeLimit", 2, 60_000, UPGRADE_TITLES.timeLimit, { unit: "min" });

/**
 * What the parameters of a control stand for. @param whole the parameters as one field
 * @returns that field alone, where the control has no parameters that are known
 */
export function controlFields(
  frame: Uint8Array,
  control: number,
  edition: Edition,
  whole: TracedField,
): readonly TracedField[] {
  const found: TracedField[] = [];
  const add = (
    from: number,
    to: number,
    name: string,
    field: Pick<TracedField, "title" | "value" | "clause">,
  ): void => {
    if (to > from) found.push({ ...field, offset: from, length: to - from, name: `${whole.name}.${name}` });
  };
  const start = whole.offset;
  const end = start + whole.length;
  if (control === TERMINAL_CONTROLS.alarm.id) {
    const clause = edition === 2016 ? "2016 表B.17" : "2025 表B.13";
    const element = code("level", 1, highestAlarmLevel(edition), "报警/预警等级");
    const level = { title: element.title, value: frame[start], number: frame[start], element, clause };
    add(start, start + 1, "level", level);
    add(start + 1, end, "text", {
      title: "报警/预警信息",
      value: decodeText(frame, start + 1, end, "gb18030"),
      clause,
    });
    return found;
  }
  if (control !== TERMINAL_CONTROLS.upgrade.id) return [whole];
  const clause = edition === 2016 ? "2016 表B.16" : "2025 表B.12";
  const bytes = frame.subarray(start, end);
  for (const { name, from, to } of findUpgradeParts(bytes, findUpgradeOrder(bytes)) ?? []) {
    const value = upgradeValue(bytes, name, from, to);
    const title = UPGRADE_TITLES[name];
    const number = name === "timeLimit" ? { number: value as number, element: TIME_LIMIT } : {};
    add(start + from, start + to, name, { title, value, clause, ...number });
    add(start + to, Math.min(start + to + 1, end), "separator", { title: "分隔符", value: ";", clause });
  }
  return found.length === 0 ? [whole] : found;
}
