import { TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { IconSearch } from "@tabler/icons-react";
import { useState, type FormEvent, type RefObject } from "react";
import { useTranslation } from "react-i18next";
import { ApiError, request } from "../../api/client.ts";
import type { Page } from "../../api/shapes/common.ts";
import type { Vehicle } from "../../api/shapes/telemetry.ts";
import { useErrorText } from "../../i18n/use-error-text.ts";
import { readSearchText } from "../../lib/search-text.ts";
import styles from "./shell.module.css";

/** Takes a VIN (looked up by POST, so that it stays out of addresses and logs), an id, or words. */
export function SearchBox({ inputRef }: { inputRef: RefObject<HTMLInputElement | null> }) {
  const { t } = useTranslation("shell");
  const navigate = useNavigate();
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<{ kind: "text"; text: string } | { kind: "error"; error: unknown }>();
  const errorText = useErrorText(problem?.kind === "error" ? problem.error : undefined);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const target = readSearchText(text);
    setProblem(undefined);
    try {
      switch (target.kind) {
        case "vin": {
          const found = await request<Vehicle | Page<Vehicle>>("/vehicles/search", {
            method: "POST",
            body: { vin: target.vin },
          });
          const vehicle = "items" in found ? found.items[0] : found;
          if (!vehicle) {
            setProblem({ kind: "text", text: t("search.notFound", { text: target.vin }) });
            return;
          }
          await navigate({ to: "/vehicles/$vehicleId", params: { vehicleId: vehicle.id }, search: {} });
          break;
        }
        case "vehicle":
          await navigate({ to: "/vehicles/$vehicleId", params: { vehicleId: target.id }, search: {} });
          break;
        case "finding":
          await navigate({ to: "/findings/$findingId", params: { findingId: target.id }, search: {} });
          break;
        case "project":
          await navigate({ to: "/projects/$projectId", params: { projectId: target.id }, search: {} });
          break;
        case "case":
          await navigate({ to: "/cases/$caseId", params: { caseId: target.id }, search: {} });
          break;
        case "words":
          await navigate({ to: "/search", search: { q: target.text } });
          break;
        case "empty":
          return;
      }
      setText("");
      inputRef.current?.blur();
    } catch (error) {
      if (error instanceof ApiError && error.status === 404)
        setProblem({ kind: "text", text: t("search.notFound", { text: text.trim() }) });
      else setProblem({ kind: "error", error });
    }
  };

  return (
    <form className={styles.search} role="search" onSubmit={(event) => void submit(event)}>
      <TextInput
        ref={inputRef}
        value={text}
        type="search"
        autoComplete="off"
        spellCheck={false}
        maxLength={80}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setProblem(undefined);
        }}
        onKeyDown={(event) => {
          if (event.key === "Escape") event.currentTarget.blur();
        }}
        placeholder={t("search.placeholder")}
        aria-label={t("search.label")}
        title={t("search.hint")}
        leftSection={<IconSearch size={14} stroke={1.5} aria-hidden />}
        rightSection={
          <kbd className={styles.kbd} aria-hidden>
            /
          </kbd>
        }
        error={problem !== undefined}
        aria-describedby={problem ? "search-problem" : undefined}
      />
      {problem && (
        <div id="search-problem" role="alert" className={styles.problem}>
          {problem.kind === "text" ? problem.text : errorText}
        </div>
      )}
    </form>
  );
}
