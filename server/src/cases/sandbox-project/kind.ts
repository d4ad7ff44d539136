/** The sandbox project, as the server discovers it. */
import type { CaseServices } from "../engine/discover.ts";
import type { CaseType } from "../engine/case-type.ts";
import { sandboxProjectType } from "./actions.ts";

export const caseType = (services: CaseServices): CaseType => sandboxProjectType(services);
