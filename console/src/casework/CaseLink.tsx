import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

interface CaseLinkProps {
  readonly id: string;
  /** What the link says; the id where there is nothing better. */
  readonly children?: ReactNode;
  readonly className?: string;
  onClick?(): void;
}

/** The way to a case of any kind: sandbox projects have a page of their own, which their ids tell. */
export function CaseLink({ id, children = id, className = "link", onClick }: CaseLinkProps) {
  return id.startsWith("prj_") ? (
    <Link className={className} to="/projects/$projectId" params={{ projectId: id }} search={{}} onClick={onClick}>
      {children}
    </Link>
  ) : (
    <Link className={className} to="/cases/$caseId" params={{ caseId: id }} search={{}} onClick={onClick}>
      {children}
    </Link>
  );
}
