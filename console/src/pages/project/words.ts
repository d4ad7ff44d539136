import { useTranslation } from "react-i18next";
import { review } from "../../i18n/zh/review.ts";
import { formatInstant, parseTime } from "../../lib/format.ts";

type Choice = keyof typeof review.choice;

/** Name of a code of the project's records; the code itself when it is none of ours. */
export function useChoice(): (code: string) => string {
  const { t } = useTranslation("review");
  return (code) => (Object.hasOwn(review.choice, code) ? t(`choice.${code as Choice}`) : code);
}

/** Wall-clock time of an instant of the API. */
export function at(text: string | null | undefined): string {
  const time = parseTime(text);
  return time === undefined ? "" : formatInstant(time);
}
