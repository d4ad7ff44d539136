/** Regions of the demonstration: rough boxes around the cities of its fleet, so that its limits are enforced. */
import { SYSTEM_SETUP } from "../records/mod.ts";
import type { RegionRegistry } from "../regions/mod.ts";

const CITIES = [
  { code: "110000", en: "Beijing", zh: "北京市", box: [115.4, 39.4, 117.5, 41.1] },
  { code: "310000", en: "Shanghai", zh: "上海市", box: [120.8, 30.6, 122.3, 31.9] },
  { code: "440300", en: "Shenzhen", zh: "深圳市", box: [113.4, 22.1, 114.8, 23.1] },
  { code: "510100", en: "Chengdu", zh: "成都市", box: [102.9, 30.0, 105.1, 31.5] },
  { code: "340100", en: "Hefei", zh: "合肥市", box: [116.6, 30.9, 118.0, 32.6] },
  { code: "330100", en: "Hangzhou", zh: "杭州市", box: [118.3, 29.1, 120.8, 30.7] },
  { code: "420100", en: "Wuhan", zh: "武汉市", box: [113.6, 29.9, 115.1, 31.4] },
  { code: "500000", en: "Chongqing", zh: "重庆市", box: [105.2, 28.1, 110.2, 32.3] },
] as const;

/** GB/T 2260 codes of the plan. */
export const DEMO_REGIONS: readonly string[] = CITIES.map(({ code }) => code);

/** Registered once; a code that somebody gave to another region is left alone. */
export async function ensureDemoRegions(regions: RegionRegistry): Promise<void> {
  for (const { code, en, zh, box } of CITIES) {
    if ([code, en, zh].some((name) => regions.find(name) !== undefined)) continue;
    const [west, south, east, north] = box;
    await regions.create(SYSTEM_SETUP, "area", {
      names: { en, zh },
      areaCode: code,
      coordinateSystem: "WGS-84",
      source: "Demonstration: rough outline",
      geometry: {
        type: "Polygon",
        coordinates: [
          [
            [west, south],
            [east, south],
            [east, north],
            [west, north],
            [west, south],
          ],
        ],
      },
    });
  }
}
