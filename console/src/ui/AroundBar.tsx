/** Above a list of what was received around an instant: which instant, back to the newest, and the list as a file. */
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { formatInstant } from "../lib/format.ts";
import { ExportMenu } from "./ExportMenu.tsx";
import page from "./page.module.css";
import type { InstantRange } from "./use-instant.ts";

interface AroundBarProps {
  /** UTC ms. */
  readonly middle: number;
  readonly range: InstantRange;
  /** Address of the list. */
  readonly list: string;
  readonly onNewest: () => void;
}

export function AroundBar({ middle, range, list, onNewest }: AroundBarProps) {
  const { t } = useTranslation("common");
  return (
    <div className={page.around}>
      <span>{t("around.instant", { time: formatInstant(middle) })}</span>
      <Button variant="subtle" size="compact-xs" onClick={onNewest}>
        {t("around.newest")}
      </Button>
      <ExportMenu list={list} filter={{ ...range }} isSmall />
    </div>
  );
}
