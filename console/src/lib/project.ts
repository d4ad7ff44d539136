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

/** The fields of application and plan as their forms name them. */
export function presentOf(project: object): Readonly<Record<string, unknown>> {
  const { plan, title, applicationDocuments, ...fields } = project as {
    readonly plan?: object | null;
    readonly title?: string | { readonly zh?: string } | null;
    readonly applicationDocuments?: unknown;
  };
  return { ...fields, ...plan, title: typeof title === "string" ? title : title?.zh, documents: applicationDocuments };
}
