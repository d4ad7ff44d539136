/** The programmes the product ships with; an authority may publish newer versions and further programmes. */
import { AI_SERVICE } from "./ai-service.ts";
import { AUTOMOBILE_SAFETY } from "./automobile.ts";
import { EU_REAL_WORLD } from "./eu-real-world.ts";
import { ROAD_TEST } from "./road-test.ts";
import type { Programme } from "./schema.ts";

export const BUILT_IN_PROGRAMMES: readonly Programme[] = [AUTOMOBILE_SAFETY, AI_SERVICE, ROAD_TEST, EU_REAL_WORLD];
