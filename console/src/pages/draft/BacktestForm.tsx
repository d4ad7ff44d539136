/** What a backtest shall cover: the time, the vehicles, and what to compare with. */
import { Button, SegmentedControl, Select, TextInput } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { request } from "../../api/client.ts";
import { triggersQuery } from "../../api/queries.ts";
import { publicationsQuery, type BacktestDetail, type Draft } from "../../api/rules.ts";
import { isOtherSubject } from "../../api/subjects.ts";
import { useErrorText } from "../../i18n/use-error-text.ts";
import { dayOf, dayStart } from "../../lib/backtest-figures.ts";
import { formatInstant } from "../../lib/format.ts";
import { triggerIds } from "../../lib/trigger-words.ts";
import { findVehicle } from "./find-vehicle.ts";
import type { DraftEditing } from "./use-draft-text.ts";
import { Problem } from "../../ui/Problem.tsx";
import styles from "./draft.module.css";

const PERIODS = ["d7", "d30", "d90", "all", "days"] as const;
type Period = (typeof PERIODS)[number];
const LENGTHS = { d7: 7, d30: 30, d90: 90 } as const;
const DAY = 86_400_000;
/** Nothing was received before. */
const BEGINNING = "2000-01-01T00:00:00Z";

interface BacktestFormProps {
  readonly draft: Draft;
  readonly editing: DraftEditing;
  readonly editable: boolean;
  onStarted(id: string): void;
}

export function BacktestForm({ draft, editing, editable, onStarted }: BacktestFormProps) {
  const { t } = useTranslation(["draft", "common"]);
  const client = useQueryClient();
  const [period, setPeriod] = useState<Period>("d90");
  const [days, setDays] = useState(() => ({ from: dayOf(Date.now() - 30 * DAY), to: dayOf(Date.now()) }));
  const [one, setOne] = useState("");
  const [baseline, setBaseline] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [error, setError] = useState<unknown>();
  const errorText = useErrorText(error);
  const baselines = useBaselines(editing.text);

  const range = (): readonly [string, string] | undefined => {
    // A full second ahead of the newest row.
    const now = new Date(Date.now() + 1000).toISOString();
    if (period === "all") return [BEGINNING, now];
    if (period !== "days") return [new Date(Date.now() - LENGTHS[period] * DAY).toISOString(), now];
    const [from, to] = [dayStart(days.from), dayStart(days.to)];
    if (from === undefined || to === undefined || to < from) return undefined;
    return [new Date(from).toISOString(), new Date(to + DAY).toISOString()];
  };
  const start = async (): Promise<void> => {
    const wanted = range();
    if (wanted === undefined) return setProblem(t("backtest.badDays"));
    const vehicle = one.trim() === "" ? undefined : await findSubject(one.trim());
    if (vehicle === null) return setProblem(t("backtest.noVehicle", { text: one.trim() }));
    if (editing.isDirty && !(await editing.save())) return;
    const { id } = await request<BacktestDetail>("/backtests", {
      method: "POST",
      body: {
        draft: draft.id,
        from: wanted[0],
        to: wanted[1],
        ...(vehicle === undefined ? {} : { vehicles: [vehicle] }),
        ...(baseline === "" ? {} : { baseline: baselines.find(({ value }) => value === baseline)?.text }),
      },
    });
    void client.invalidateQueries({ queryKey: ["rules", "backtests"] });
    onStarted(id);
  };
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setProblem(undefined);
    setError(undefined);
    setBusy(true);
    try {
      await start();
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className={styles.ask} onSubmit={(event) => void submit(event)} noValidate>
      <SegmentedControl
        aria-label={t("backtest.period")}
        value={period}
        data={PERIODS.map((value) => ({ value, label: t(`backtest.periods.${value}`) }))}
        onChange={(value) => setPeriod(PERIODS.find((each) => each === value) ?? "d90")}
      />
      {period === "days" && (
        <>
          <TextInput
            type="date"
            label={t("backtest.from")}
            value={days.from}
            onChange={(event) => setDays({ ...days, from: event.currentTarget.value })}
          />
          <TextInput
            type="date"
            label={t("backtest.to")}
            value={days.to}
            onChange={(event) => setDays({ ...days, to: event.currentTarget.value })}
          />
        </>
      )}
      <TextInput
        label={t("backtest.vehicle")}
        placeholder={t("backtest.vehicleAll")}
        w={210}
        maxLength={40}
        autoComplete="off"
        value={one}
        onChange={(event) => setOne(event.currentTarget.value)}
      />
      <Select
        label={t("backtest.baseline")}
        w={250}
        allowDeselect={false}
        value={baseline}
        data={[{ value: "", label: t("common:none") }, ...baselines.map(({ value, label }) => ({ value, label }))]}
        onChange={(value) => setBaseline(value ?? "")}
      />
      <Button
        type="submit"
        variant="filled"
        loading={busy}
        leftSection={<IconPlayerPlay size={13} aria-hidden />}
        disabled={!editable && draft.state === "withdrawn"}
      >
        {editing.isDirty ? t("backtest.saveAndStart") : t("backtest.start")}
      </Button>
      <Problem text={problem ?? (error === undefined ? undefined : errorText)} />
    </form>
  );
}

/** A service that sends events goes by its id. */
async function findSubject(text: string): Promise<string | null> {
  return isOtherSubject(text) ? text : await findVehicle(text);
}

interface Baseline {
  readonly value: string;
  readonly label: string;
  readonly text: string;
}

/** Versions in force of the triggers of a text: of publications and of packs. */
function useBaselines(text: string): readonly Baseline[] {
  const { t } = useTranslation("draft");
  const { data: published } = useQuery(publicationsQuery);
  const { data: packs } = useQuery(triggersQuery);
  const ids = new Set(triggerIds(text));
  return [
    ...(published?.items ?? [])
      .filter((publication) => triggerIds(publication.text).some((id) => ids.has(id)))
      .map((publication) => ({
        value: publication.id,
        label: t("backtest.published", { time: formatInstant(Date.parse(publication.publishedAt)) }),
        text: publication.text,
      })),
    ...(packs?.items ?? []).flatMap(({ id, version, pack, text: packText }) =>
      ids.has(id) && packText !== undefined
        ? [{ value: `pack/${id}`, label: `${id} v${version} (${pack ?? ""})`, text: packText }]
        : [],
    ),
  ];
}
