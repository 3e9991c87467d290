import { type ReactNode, useCallback } from "react";
import { type Issue, readIssue } from "./desk";
import { IssueView } from "./IssueView";
import { useLive } from "./useLive";

interface OpenedProps {
  id: number;
  /** Counts what was done to it, to look again. */
  changes: number;
  actions: (issue: Issue) => ReactNode;
  children: ReactNode;
}

/** One issue with what can be done to it. */
export function Opened({ id, changes, actions, children }: OpenedProps) {
  const { found, error } = useLive(
    useCallback(() => readIssue(id), [id, changes]),
  );
  if (error) return <p className="issue-nothing">{error}</p>;
  return found ? (
    <div className="beside-scroll" tabIndex={0} role="region" aria-label="The issue">
      {actions(found.members)}
      <IssueView seen={found} />
      {children}
    </div>
  ) : null;
}

/** An issue's address in GitLab leads here. */
export function issueInAddress(): number | null {
  return Number(new URLSearchParams(window.location.search).get("issue")) || null;
}
