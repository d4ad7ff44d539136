import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Empty } from "../ui/Feedback.tsx";

export function NotFound() {
  const { t } = useTranslation("shell");
  return (
    <Empty
      title={t("notFound.title")}
      next={t("notFound.next")}
      action={
        <Link to="/" className="link">
          {t("notFound.home")}
        </Link>
      }
    />
  );
}
