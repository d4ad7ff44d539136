import { Outlet, useRouterState } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { applyLanguage } from "../i18n/index.ts";

/** Follows `?lang=` of the address, so that a link can carry the language. */
export function Root() {
  const { i18n } = useTranslation();
  const asked = useRouterState({ select: (state) => (state.location.search as { lang?: string }).lang });
  useEffect(() => {
    if ((asked === "zh" || asked === "en") && asked !== i18n.language) applyLanguage(asked);
  }, [asked, i18n]);
  return <Outlet />;
}
