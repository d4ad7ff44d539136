import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Outlet, useLocation, useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { sessionQuery } from "../../api/queries.ts";
import { startStream } from "../../api/stream.ts";
import { PAGE_PATHS, PAGES } from "../../lib/shortcuts.ts";
import { AlarmBanner } from "./AlarmBanner.tsx";
import { HelpDialog } from "./HelpDialog.tsx";
import { NavRail } from "./NavRail.tsx";
import styles from "./shell.module.css";
import { TopBar } from "./TopBar.tsx";
import { useShortcuts } from "./use-shortcuts.ts";

/** Top bar, rail, operator alarms, the page. One live stream as long as somebody is signed in. */
export function Shell() {
  const { t } = useTranslation("shell");
  const client = useQueryClient();
  const navigate = useNavigate();
  const location = useLocation();
  const searchBox = useRef<HTMLInputElement>(null);
  const [helpOpen, setHelpOpen] = useState(false);
  const session = useQuery({ ...sessionQuery, refetchInterval: 300_000 });

  useEffect(() => startStream(client), [client]);
  const page =
    PAGES.find(
      (name) =>
        PAGE_PATHS[name] !== "/" &&
        (location.pathname === PAGE_PATHS[name] || location.pathname.startsWith(`${PAGE_PATHS[name]}/`)),
    ) ?? "situation";
  useEffect(() => {
    document.title = `${t(`nav.${page}`)} · 沙漏 Sandglass`;
  }, [page, t]);
  useEffect(() => {
    // While the sign-in page loads, the shell is still shown under its address.
    if (session.data === null && location.pathname !== "/sign-in")
      void navigate({ to: "/sign-in", search: { next: location.href, refused: "SG_UNAUTHENTICATED" } });
  }, [session.data, navigate, location.href, location.pathname]);
  useShortcuts({ focusSearch: () => searchBox.current?.focus(), openHelp: () => setHelpOpen(true) });

  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#main">
        {t("skip")}
      </a>
      <TopBar actor={session.data ?? undefined} searchBox={searchBox} openHelp={() => setHelpOpen(true)} />
      <NavRail />
      <div className={styles.stage}>
        <AlarmBanner />
        <main id="main" className={styles.main} tabIndex={-1} aria-label={t("main")}>
          <Outlet />
        </main>
      </div>
      <HelpDialog opened={helpOpen} close={() => setHelpOpen(false)} />
    </div>
  );
}
