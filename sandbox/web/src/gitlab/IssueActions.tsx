import type { Outcome } from "../model";
import { closeIssue, deleteIssue, type DeskState, type Issue, mergeIssue, moveIssue, planIssue, reopenIssue } from "./desk";

interface IssueActionsProps {
  issue: Issue;
  state: DeskState;
  /** Runs it, and says so. */
  act: (outcome: Promise<Outcome>, said: string) => void;
  leave: () => void;
}

/** What the company's engineers do to an issue. */
export function IssueActions({ issue, state, act, leave }: IssueActionsProps) {
  const { id } = issue;
  return (
    <div className="beside-bar" role="group" aria-label="Change the issue">
      {issue.state === "opened" ? (
        <>
          <button type="button" className="btn btn-small btn-primary" onClick={() => act(mergeIssue(id), "Closed by a merged change.")}>
            Close by merge
          </button>
          <button type="button" className="btn btn-small" onClick={() => act(closeIssue(id), "Closed by hand.")}>
            Close
          </button>
        </>
      ) : (
        <button type="button" className="btn btn-small" onClick={() => act(reopenIssue(id), "Reopened.")}>
          Reopen
        </button>
      )}
      <select
        className="field"
        aria-label="Milestone"
        value={issue.milestone ?? ""}
        onChange={({ target }) => act(planIssue(id, target.value ? Number(target.value) : null), "Planned.")}
      >
        <option value="">No milestone</option>
        {state.milestones.map((one) => (
          <option key={one.id} value={one.id}>
            {one.title}, due {one.due}
          </option>
        ))}
      </select>
      {!issue.is_epic && !issue.moved_to && (
        <select className="field" aria-label="Move to another project" value="" onChange={({ target }) => act(moveIssue(id, target.value), `Moved to ${target.value}.`)}>
          <option value="">Move to…</option>
          {state.projects
            .filter(({ path }) => !issue.reference.startsWith(`${path}#`))
            .map(({ path }) => (
              <option key={path}>{path}</option>
            ))}
        </select>
      )}
      <button
        type="button"
        className="btn btn-small btn-quiet"
        onClick={() => {
          act(deleteIssue(id), "Deleted. GitLab tells nobody about that.");
          leave();
        }}
      >
        Delete
      </button>
    </div>
  );
}
