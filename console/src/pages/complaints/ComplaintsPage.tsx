import { Button, SegmentedControl, Textarea } from "@mantine/core";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answerComplaint, complaintsQuery, type Complaint } from "../../api/complaints.ts";
import { useErrorText } from "../../i18n/use-error-text.ts";
import { Empty } from "../../ui/Feedback.tsx";
import { ExportMenu } from "../../ui/ExportMenu.tsx";
import { FilterBar } from "../../ui/FilterBar.tsx";
import { ListBody } from "../../ui/ListBody.tsx";
import page from "../../ui/page.module.css";
import { Facts, Panel } from "../../ui/Panel.tsx";
import { Tag } from "../../ui/Tag.tsx";
import { at } from "../project/words.ts";
import styles from "./complaints.module.css";

const route = getRouteApi("/inside/complaints");
const LEAST_CHARACTERS = 3;

/** Complaints of anyone, newest first, and their answers; who may not answer them sees none. */
export function ComplaintsPage() {
  const { t } = useTranslation(["programme", "common"]);
  const { show } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useInfiniteQuery(complaintsQuery(show !== "all"));
  const rows = query.data?.pages.flatMap((each) => each.items) ?? [];
  return (
    <div className={page.page}>
      <FilterBar title={t("programme:complaints.title")} count={t("common:items", { count: rows.length })}>
        <SegmentedControl
          aria-label={t("programme:complaints.title")}
          value={show ?? "open"}
          data={[
            { value: "open", label: t("programme:complaints.open") },
            { value: "all", label: t("programme:complaints.all") },
          ]}
          onChange={(value) =>
            void navigate({
              search: (previous) => ({ ...previous, show: value === "all" ? "all" : undefined }),
              replace: true,
            })
          }
        />
        <ExportMenu list="/complaints" filter={show === "all" ? {} : { open: true }} />
      </FilterBar>
      <ListBody query={query}>
        {(more) =>
          rows.length === 0 ? (
            <Empty title={t("programme:complaints.none")} next={t("programme:complaints.noneNext")} />
          ) : (
            <div className={styles.list}>
              {rows.map((row) => (
                <One key={row.id} complaint={row} />
              ))}
              {more.hasMore && (
                <Button onClick={more.onMore} loading={more.loadingMore}>
                  {t("programme:complaints.more")}
                </Button>
              )}
            </div>
          )
        }
      </ListBody>
    </div>
  );
}

function One({ complaint }: { complaint: Complaint }) {
  const { t } = useTranslation("programme");
  return (
    <Panel
      title={complaint.subject}
      hint={<code>{complaint.id}</code>}
      aside={
        complaint.answeredAt === null ? (
          <Tag tone="warn">{t("complaints.due", { at: at(complaint.dueAt) })}</Tag>
        ) : (
          <Tag tone="ok">{t("complaints.answered", { at: at(complaint.answeredAt) })}</Tag>
        )
      }
    >
      <p className={styles.words}>{complaint.text}</p>
      <Facts
        facts={[
          { name: t("complaints.received"), value: at(complaint.receivedAt) },
          {
            name: t("complaints.project"),
            value: complaint.project && (
              <Link
                className="link mono"
                to="/projects/$projectId"
                params={{ projectId: complaint.project }}
                search={{}}
              >
                {complaint.project}
              </Link>
            ),
          },
          { name: t("complaints.contact"), value: complaint.contact },
          { name: t("complaints.answer"), value: complaint.answer },
        ]}
      />
      {complaint.answeredAt === null && <Answer id={complaint.id} />}
    </Panel>
  );
}

/** An answer is given once: who complained reads it with the code that only they have. */
function Answer({ id }: { id: string }) {
  const { t } = useTranslation("programme");
  const client = useQueryClient();
  const [text, setText] = useState("");
  const send = useMutation({
    mutationFn: () => answerComplaint(id, text.trim()),
    onSuccess: () => client.invalidateQueries({ queryKey: ["complaints"] }),
  });
  const refusal = useErrorText(send.error);
  return (
    <form
      className={styles.answer}
      onSubmit={(event) => {
        event.preventDefault();
        send.mutate();
      }}
    >
      <Textarea
        label={t("complaints.answer")}
        description={t("complaints.once")}
        autosize
        minRows={2}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        error={send.error === null ? undefined : refusal}
      />
      <Button type="submit" variant="filled" loading={send.isPending} disabled={text.trim().length < LEAST_CHARACTERS}>
        {t("complaints.send")}
      </Button>
    </form>
  );
}
