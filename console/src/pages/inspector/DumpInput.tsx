import { Button, Textarea } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { exampleDump } from "../../lib/dump-examples.ts";
import styles from "./inspector.module.css";

/** Where a dump is pasted. @param open undefined, or why there is nothing to explain */
export function DumpInput({ open }: { open(text: string): string | undefined }) {
  const { t } = useTranslation("inspector");
  const [text, setText] = useState("");
  const [refusal, setRefusal] = useState<string>();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setRefusal(open(text));
  };
  return (
    <form className={styles.input} onSubmit={submit}>
      <div className={styles.lead}>
        <h2>{t("empty")}</h2>
        <p className={styles.note}>{t("emptyNext")}</p>
      </div>
      <Textarea
        name="dump"
        label={t("input")}
        placeholder={t("placeholder")}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setRefusal(undefined);
        }}
        autosize
        minRows={12}
        maxRows={24}
        spellCheck={false}
        autoComplete="off"
        error={refusal}
        data-autofocus
      />
      <div className={styles.buttons}>
        <Button type="submit" variant="filled" disabled={text.trim() === ""}>
          {t("explain")}
        </Button>
        {([2016, 2025] as const).map((edition) => (
          <Button key={edition} onClick={() => setRefusal(open(exampleDump(edition)))}>
            {t("example", { edition })}
          </Button>
        ))}
      </div>
      <p className={styles.note}>
        {t("local")} {t("address")}
      </p>
    </form>
  );
}
