import { ENTERPRISE_ROLES } from "@sandglass/casework";
import { ActionIcon, Menu } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import {
  IconContrast2,
  IconEye,
  IconKeyboard,
  IconLogout,
  IconMoon,
  IconSun,
  IconUserCircle,
  IconUsers,
} from "@tabler/icons-react";
import type { RefObject } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "../../access/use-may.ts";
import { request } from "../../api/client.ts";
import type { Actor } from "../../api/shapes/common.ts";
import { Logo } from "../../brand/Logo.tsx";
import { applyLanguage } from "../../i18n/index.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import type { Language } from "../../lib/format.ts";
import { regionName } from "../../lib/regions.ts";
import { label, ROLE_NAMES } from "../../lib/vocabulary.ts";
import { applyTheme, THEMES, useTheme } from "../../theme/use-theme.ts";
import { Bell } from "./Bell.tsx";
import { Clock } from "./Clock.tsx";
import { LiveChip } from "./LiveChip.tsx";
import { SearchBox } from "./SearchBox.tsx";
import styles from "./shell.module.css";

interface TopBarProps {
  readonly actor: Actor | undefined;
  readonly searchBox: RefObject<HTMLInputElement | null>;
  openHelp(): void;
}

/** Whose vehicles somebody sees: a territory, an organisation, or all (undefined). */
function jurisdictionOf(actor: Actor | undefined, language: Language): string | undefined {
  if (actor?.region) return regionName(actor.region, language);
  const enterprise = actor !== undefined && ENTERPRISE_ROLES.some((role) => role === actor.role);
  return enterprise ? (actor.organisationNames?.[language] ?? actor.organisation ?? undefined) : undefined;
}

const THEME_ICONS = { dark: IconMoon, light: IconSun, contrast: IconContrast2 } as const;

export function TopBar({ actor, searchBox, openHelp }: TopBarProps) {
  const { t } = useTranslation("shell");
  const language = useLanguage();
  const theme = useTheme();
  const ThemeIcon = THEME_ICONS[theme];
  return (
    <header className={styles.top}>
      <Link to="/" className={styles.brand} aria-label="沙漏 Sandglass">
        <Logo size={28} />
        <span className={styles.brandZh}>沙漏</span>
        <span className={styles.brandEn}>Sandglass</span>
      </Link>
      <span className={styles.chip}>
        {t("jurisdiction")} <b>{jurisdictionOf(actor, language) ?? t("nationwide")}</b>
      </span>
      <SearchBox inputRef={searchBox} />
      <span className={styles.grow} />
      <LiveChip />
      <Clock />
      <Bell />
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon aria-label={t("theme.label")} title={t("theme.label")}>
            <ThemeIcon size={17} stroke={1.5} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {THEMES.map((name) => {
            const Icon = THEME_ICONS[name];
            return (
              <Menu.Item
                key={name}
                leftSection={<Icon size={15} stroke={1.5} aria-hidden />}
                onClick={() => applyTheme(name)}
                aria-current={name === theme || undefined}
              >
                {t(`theme.${name}`)}
              </Menu.Item>
            );
          })}
        </Menu.Dropdown>
      </Menu>
      <LanguageButton />
      {actor && <AccountMenu actor={actor} name={label(ROLE_NAMES, actor.role, language)} openHelp={openHelp} />}
    </header>
  );
}

function LanguageButton() {
  const { t } = useTranslation("shell");
  const language = useLanguage();
  const navigate = useNavigate();
  const change = (): void => {
    applyLanguage(language === "zh" ? "en" : "zh");
    // A language in the address would win over the button at once.
    void navigate({ to: ".", search: (previous) => ({ ...previous, lang: undefined }), replace: true });
  };
  return (
    <button
      type="button"
      className={styles.language}
      onClick={change}
      aria-label={`中 / EN, ${t("language")}`}
      title={t("language")}
    >
      {language === "zh" ? (
        <>
          <b>中</b> / EN
        </>
      ) : (
        <>
          中 / <b>EN</b>
        </>
      )}
    </button>
  );
}

function AccountMenu({ actor, name, openHelp }: { actor: Actor; name: string; openHelp: () => void }) {
  const { t } = useTranslation("shell");
  const language = useLanguage();
  const client = useQueryClient();
  const navigate = useNavigate();
  const signOut = async (): Promise<void> => {
    // First leave the pages that keep asking, then end the session they ask with.
    await navigate({ to: "/sign-in", search: {} });
    try {
      await request("/session", { method: "DELETE" });
    } finally {
      client.clear();
    }
  };
  const account = actor.account ?? actor.id;
  const mayAdminister = useMay("identity", "read");
  const mayAudit = useMay("log", "read");
  return (
    <Menu position="bottom-end" withinPortal width={220}>
      <Menu.Target>
        <button type="button" className={styles.avatar} aria-label={`${t("account.menu")}: ${account}`}>
          {(actor.name ?? account).slice(0, 1).toUpperCase()}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {actor.name ?? account} · {name}
          {actor.organisation ? (
            <>
              <br />
              {actor.organisationNames?.[language] ?? actor.organisation}
            </>
          ) : null}
        </Menu.Label>
        {actor.kind === "person" && (
          <Menu.Item
            leftSection={<IconUserCircle size={15} stroke={1.5} aria-hidden />}
            onClick={() => void navigate({ to: "/account", search: {} })}
          >
            {t("account.own")}
          </Menu.Item>
        )}
        {mayAdminister && (
          <Menu.Item
            leftSection={<IconUsers size={15} stroke={1.5} aria-hidden />}
            onClick={() => void navigate({ to: "/admin", search: {} })}
          >
            {t("account.admin")}
          </Menu.Item>
        )}
        {mayAudit && (
          <Menu.Item
            leftSection={<IconEye size={15} stroke={1.5} aria-hidden />}
            onClick={() => void navigate({ to: "/audit", search: {} })}
          >
            {t("account.audit")}
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconKeyboard size={15} stroke={1.5} aria-hidden />} onClick={openHelp}>
          {t("account.shortcuts")}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={15} stroke={1.5} aria-hidden />} onClick={() => void signOut()}>
          {t("account.signOut")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
