/** GB/T 2260 codes of provinces and of the larger cities, for reading; unknown codes are shown as they are. */
import { label, type Terms } from "./vocabulary.ts";
import type { Language } from "./format.ts";

const r = (zh: string, en: string) => ({ zh, en });

export const REGIONS: Terms = {
  110000: r("北京", "Beijing"),
  120000: r("天津", "Tianjin"),
  130000: r("河北", "Hebei"),
  140000: r("山西", "Shanxi"),
  150000: r("内蒙古", "Inner Mongolia"),
  210000: r("辽宁", "Liaoning"),
  220000: r("吉林", "Jilin"),
  230000: r("黑龙江", "Heilongjiang"),
  310000: r("上海", "Shanghai"),
  320000: r("江苏", "Jiangsu"),
  330000: r("浙江", "Zhejiang"),
  340000: r("安徽", "Anhui"),
  350000: r("福建", "Fujian"),
  360000: r("江西", "Jiangxi"),
  370000: r("山东", "Shandong"),
  410000: r("河南", "Henan"),
  420000: r("湖北", "Hubei"),
  430000: r("湖南", "Hunan"),
  440000: r("广东", "Guangdong"),
  450000: r("广西", "Guangxi"),
  460000: r("海南", "Hainan"),
  500000: r("重庆", "Chongqing"),
  510000: r("四川", "Sichuan"),
  520000: r("贵州", "Guizhou"),
  530000: r("云南", "Yunnan"),
  540000: r("西藏", "Tibet"),
  610000: r("陕西", "Shaanxi"),
  620000: r("甘肃", "Gansu"),
  630000: r("青海", "Qinghai"),
  640000: r("宁夏", "Ningxia"),
  650000: r("新疆", "Xinjiang"),
  710000: r("台湾", "Taiwan"),
  810000: r("香港", "Hong Kong"),
  820000: r("澳门", "Macao"),
  210100: r("沈阳", "Shenyang"),
  220100: r("长春", "Changchun"),
  320100: r("南京", "Nanjing"),
  320500: r("苏州", "Suzhou"),
  330100: r("杭州", "Hangzhou"),
  330200: r("宁波", "Ningbo"),
  340100: r("合肥", "Hefei"),
  350200: r("厦门", "Xiamen"),
  370200: r("青岛", "Qingdao"),
  410100: r("郑州", "Zhengzhou"),
  420100: r("武汉", "Wuhan"),
  430100: r("长沙", "Changsha"),
  440100: r("广州", "Guangzhou"),
  440300: r("深圳", "Shenzhen"),
  510100: r("成都", "Chengdu"),
  530100: r("昆明", "Kunming"),
  610100: r("西安", "Xi'an"),
  620100: r("兰州", "Lanzhou"),
};

export function regionName(code: string | null | undefined, language: Language): string {
  if (code === null || code === undefined) return "";
  if (Object.hasOwn(REGIONS, code)) return REGIONS[code][language];
  const province = `${code.slice(0, 2)}0000`;
  return /^\d{6}$/.test(code) && Object.hasOwn(REGIONS, province)
    ? `${label(REGIONS, province, language)} ${code}`
    : code;
}
