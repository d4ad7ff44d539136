/** The national work calendar as announced by the General Office of the State Council. Later years are imported each November. */
import { basis } from "../basis.ts";
import { createWorkCalendar, type WorkYear } from "./work-calendar.ts";

export const CN_WORK_YEARS: readonly WorkYear[] = [
  {
    year: 2025,
    basis: basis("C-2", "State Council General Office, holiday notice for 2025 (2024-11-12)", "S"),
    holidays: [
      "2025-01-01",
      "2025-01-28/2025-02-04",
      "2025-04-04/2025-04-06",
      "2025-05-01/2025-05-05",
      "2025-05-31/2025-06-02",
      "2025-10-01/2025-10-08",
    ],
    workedWeekends: ["2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"],
  },
  {
    year: 2026,
    basis: basis("C-2", "State Council General Office, holiday notice for 2026 (2025-11-04)", "F"),
    holidays: [
      "2026-01-01/2026-01-03",
      "2026-02-15/2026-02-23",
      "2026-04-04/2026-04-06",
      "2026-05-01/2026-05-05",
      "2026-06-19/2026-06-21",
      "2026-09-25/2026-09-27",
      "2026-10-01/2026-10-07",
    ],
    workedWeekends: ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"],
  },
];

export const CN_WORK_CALENDAR = createWorkCalendar("CN", "CN-2026.1", CN_WORK_YEARS);
