/** Bases and limits of OTA filings. */
import { basis, proposal, type LegalBasis } from "../basis.ts";
import type { DeadlineRule } from "../time/deadline.ts";
import type { Text } from "../text.ts";

const NOTICE_2020 = "SAMR 市监质〔2020〕123号 and supplementary notice 2021-06";
const NOTICE_2025 = "MIIT and SAMR [2025] no. 45";

export const OTA_BASES = {
  lifecycle: basis("9.7", "Sandglass OTA filing lifecycle", "P"),
  filing: basis("R-4.37", NOTICE_2020, "F"),
  recall: basis("R-4.38", `${NOTICE_2020}; ${NOTICE_2025}`, "S"),
  noParameter: basis("R-4.39", NOTICE_2025, "S"),
  parameters: basis("R-4.40", NOTICE_2025, "S"),
  automated: basis("R-4.41", NOTICE_2025, "S"),
  stop: basis("R-4.42", NOTICE_2025, "S"),
  hints: basis("R-4.44", "Draft notice of SAMR and MIIT, 2025-08-13", "D"),
  management: basis("R-5.21", "GB 44496-2024", "S"),
  abroad: basis("R-5.22", "GB 44495-2024", "S"),
} as const satisfies Record<string, LegalBasis>;

/** Filings of one maker within 12 months from which on its updates are looked at more closely; the draft names no number. */
export const FREQUENT_FILINGS = { amount: 6, basis: proposal("R-4.44") } as const;
/** Share of failed updates, percent, from which on the campaign is flagged. */
export const FAILURE_SHARE = { percent: 2, basis: proposal("R-5.21") } as const;

const at = (en: string, zh: string): Text => ({ en, zh });

export const OTA_DEADLINES = {
  otaTerm: { unit: "workingDay", amount: 5, from: at("the filing", "备案之日"), basis: OTA_BASES.filing },
  otaComplete: { unit: "workingDay", amount: 10, from: at("the return", "退回之日"), basis: OTA_BASES.lifecycle },
  otaReport: {
    unit: "month",
    amount: 1,
    from: at("the release or the last report", "实施或者上次报告之日"),
    basis: OTA_BASES.lifecycle,
  },
  otaMonitor: {
    unit: "month",
    amount: 1,
    from: at("the end of the rollout", "推送完成之日"),
    basis: OTA_BASES.lifecycle,
  },
} as const satisfies Record<string, DeadlineRule>;
