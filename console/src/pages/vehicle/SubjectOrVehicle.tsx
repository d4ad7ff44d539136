import { getRouteApi } from "@tanstack/react-router";
import { isOtherSubject } from "../../api/subjects.ts";
import { SubjectPage } from "../subject/SubjectPage.tsx";
import { VehiclePage } from "./VehiclePage.tsx";

const route = getRouteApi("/inside/vehicles/$vehicleId");

/** One address for whatever is supervised: its id says whether it is a vehicle. */
export function SubjectOrVehicle() {
  const { vehicleId } = route.useParams();
  return isOtherSubject(vehicleId) ? <SubjectPage /> : <VehiclePage />;
}
