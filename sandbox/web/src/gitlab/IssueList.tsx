import type { IssueLine } from "./desk";

interface IssueListProps {
  issues: IssueLine[];
  total: number;
  open: (id: number) => void;
}

export function IssueList({ issues, total, open }: IssueListProps) {
  return (
    <div className="beside-scroll" tabIndex={0} role="region" aria-label="List of issues">
      <p className="beside-count" role="status">
        {issues.length < total ? `The ${issues.length} latest of ${total} issues` : `${total} ${total === 1 ? "issue" : "issues"}`}
      </p>
      <ul className="issues">
        {issues.map((issue) => (
          <li key={issue.id}>
            <button type="button" className="issue-line" onClick={() => open(issue.id)}>
              <span className="issue-title">{issue.title}</span>
              <span className="issue-facts">
                <State issue={issue} />
                <span>{issue.reference}</span>
                {issue.milestone_title && <span>{issue.milestone_title}</span>}
              </span>
              <Labels labels={issue.labels} />
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

export function State({ issue }: { issue: IssueLine }) {
  const word = issue.moved_to ? "Moved" : issue.state === "closed" ? "Closed" : "Open";
  return (
    <>
      <span className="issue-state" data-state={word.toLowerCase()}>
        {word}
      </span>
      {issue.confidential && <span className="records-tag">confidential</span>}
    </>
  );
}

export function Labels({ labels }: { labels: string[] }) {
  return labels.length === 0 ? null : (
    <span className="issue-labels">
      {labels.map((label) => (
        <span key={label} className="issue-label">
          {label}
        </span>
      ))}
    </span>
  );
}
