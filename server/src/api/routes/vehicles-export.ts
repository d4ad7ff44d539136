/** The list of vehicles as rows of a file: VINs masked, as everywhere. */
import { instant, PAGE_ROWS, type Column, type ExportableList, type Row } from "../../exports/mod.ts";
import type { FleetMonitor } from "../live/fleet-monitor.ts";
import type { ListVehiclePage, VehicleFilter, VehiclePlace } from "../vehicle-list.ts";

const COLUMNS: readonly Column[] = [
  { title: { en: "VIN (masked)", zh: "车辆识别代号（脱敏）" }, width: 22 },
  { title: { en: "Id", zh: "编号" }, width: 22 },
  { title: { en: "Registered", zh: "已登记" }, width: 10 },
  { title: { en: "Organisation", zh: "所属单位" } },
  { title: { en: "Maker", zh: "制造商" }, width: 26 },
  { title: { en: "Model", zh: "车型" }, width: 26 },
  { title: { en: "Region", zh: "地区" }, width: 10 },
  { title: { en: "Powertrain", zh: "动力类型" } },
  { title: { en: "Edition", zh: "协议版本" }, width: 10 },
  { title: { en: "Worst open finding", zh: "最严重未解除告警" }, width: 10 },
  { title: { en: "Online", zh: "在线" }, width: 8 },
  { title: { en: "Registered at", zh: "登记时间" }, isTime: true },
  { title: { en: "First seen", zh: "首次接收" }, isTime: true },
  { title: { en: "Last seen", zh: "最近接收" }, isTime: true },
];

export function vehiclesExport(list: ListVehiclePage, fleet: FleetMonitor): ExportableList<VehicleFilter> {
  return {
    list: "vehicles",
    title: { en: "Vehicles", zh: "车辆" },
    columns: COLUMNS,
    async *read({ actor, query }) {
      for (let after: VehiclePlace | undefined; ;) {
        const found = await list(actor, query, { after, limit: PAGE_ROWS });
        yield found.map(({ vehicle }): Row => {
          const presence = fleet.find(vehicle.key);
          return [
            vehicle.vinMasked,
            vehicle.id,
            vehicle.registered,
            vehicle.organisation,
            vehicle.maker,
            vehicle.model,
            vehicle.region,
            vehicle.powertrain,
            vehicle.edition,
            vehicle.openLevel === undefined || vehicle.openLevel === 0 ? undefined : vehicle.openLevel,
            presence?.online ?? false,
            instant(vehicle.registeredAt),
            instant(vehicle.firstSeen),
            instant(presence?.lastReceived),
          ];
        });
        const last = found.at(-1);
        if (found.length < PAGE_ROWS || last === undefined) return;
        after = last.place;
      }
    },
  };
}
