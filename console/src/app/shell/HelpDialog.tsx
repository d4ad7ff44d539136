import { Modal } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { SHORTCUTS, type Command, type Shortcut } from "../../lib/shortcuts.ts";
import styles from "./shell.module.css";

const GROUPS = ["global", "list"] as const;

export function HelpDialog({ opened, close }: { opened: boolean; close: () => void }) {
  const { t } = useTranslation(["shell", "common"]);
  const describe = (command: Command): string =>
    command.kind === "go"
      ? t("shell:help.go", { page: t(`shell:nav.${command.page}`) })
      : t(`shell:help.${command.kind}`);
  const rows = (group: Shortcut["group"]) => SHORTCUTS.filter((shortcut) => shortcut.group === group);
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={t("shell:help.title")}
      size="lg"
      closeButtonProps={{ "aria-label": t("common:close") }}
    >
      <div className={styles.helpGrid}>
        {GROUPS.map((group) => (
          <section key={group}>
            <h3>{t(`shell:help.${group}`)}</h3>
            <table className={styles.help}>
              <tbody>
                {rows(group).map((shortcut) => (
                  <tr key={shortcut.keys.join(" ")}>
                    <td>{describe(shortcut.command)}</td>
                    <td>
                      {shortcut.keys.map((key) => (
                        <kbd key={key} className={styles.kbd}>
                          {key}
                        </kbd>
                      ))}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        ))}
      </div>
      <p className="faint">{t("shell:help.note")}</p>
    </Modal>
  );
}
