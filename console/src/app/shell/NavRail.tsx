import { isRoleCode } from "@sandglass/casework";
import { useQuery } from "@tanstack/react-query";
import { Link, useLocation } from "@tanstack/react-router";
import {
  IconBell,
  IconCalendarDue,
  IconCar,
  IconClipboardList,
  IconChecklist,
  IconCode,
  IconFlask2,
  IconLayoutDashboard,
  IconLink,
  IconScan,
  IconSend,
  IconShieldCheck,
  type Icon,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { sessionQuery, situationQuery } from "../../api/queries.ts";
import { pagesOf } from "../../lib/pages-of-role.ts";
import { PAGE_PATHS, PAGES, type PageName } from "../../lib/shortcuts.ts";
import { label, LEVELS } from "../../lib/vocabulary.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import styles from "./shell.module.css";

const ICONS: Readonly<Record<PageName, Icon>> = {
  situation: IconLayoutDashboard,
  findings: IconBell,
  vehicles: IconCar,
  projects: IconFlask2,
  cases: IconClipboardList,
  duties: IconCalendarDue,
  rules: IconCode,
  quality: IconChecklist,
  commands: IconSend,
  links: IconLink,
  inspector: IconScan,
  ledger: IconShieldCheck,
};

export function NavRail() {
  const { t } = useTranslation("shell");
  const language = useLanguage();
  const path = useLocation({ select: (location) => location.pathname });
  const { data } = useQuery(situationQuery);
  const { data: actor } = useQuery(sessionQuery);
  const pages = actor && isRoleCode(actor.role) ? pagesOf(actor.role) : PAGES;
  const open = data?.findings.open ?? {};
  const worst = [4, 3].find((level) => (open[level] ?? 0) > 0);

  return (
    <nav className={styles.rail} aria-label={t("nav.label")}>
      {pages.map((page) => {
        const Icon = ICONS[page];
        const target = PAGE_PATHS[page];
        const active = target === "/" ? path === "/" : path === target || path.startsWith(`${target}/`);
        return (
          <Link
            key={page}
            to={target}
            className={styles.item}
            data-active={active || undefined}
            aria-current={active ? "page" : undefined}
          >
            <Icon size={20} stroke={1.5} aria-hidden />
            <span>{t(`nav.${page}`)}</span>
            {page === "findings" && worst !== undefined && (
              <span className={styles.badge} data-level={worst} title={label(LEVELS, worst, language)}>
                {Math.min(999, open[worst] ?? 0)}
                <span className="sr-only"> {label(LEVELS, worst, language)}</span>
              </span>
            )}
          </Link>
        );
      })}
    </nav>
  );
}
