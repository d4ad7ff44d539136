/** Small readings of a project as the API gives it. */
interface CountedProject {
  readonly vehicleCount?: number;
  readonly vehicles?: number | readonly unknown[];
}

export function projectVehicleCount(project: CountedProject): number | undefined {
  if (project.vehicleCount !== undefined) return project.vehicleCount;
  return typeof project.vehicles === "number" ? project.vehicles : project.vehicles?.length;
}

/** Ids of a project's vehicles, whether they come as ids or as objects. */
export function projectVehicleIds(vehicles: CountedProject["vehicles"]): string[] {
  if (vehicles === undefined || typeof vehicles === "number") return [];
  return vehicles.flatMap((entry) => {
    if (typeof entry === "string") return [entry];
    const id = (entry as { id?: unknown } | null)?.id;
    return typeof id === "string" ? [id] : [];
  });
}
