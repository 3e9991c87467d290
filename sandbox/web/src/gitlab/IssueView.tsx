import { useState } from "react";
import type { Issue, Note, Seen } from "./desk";
import { Labels, State } from "./IssueList";

const MARKER = /\n*\[gapbot\]: # \(\w+\)\s*$/;

type Eyes = "public" | "members";

/** One issue, as strangers read it and as the company does. */
export function IssueView({ seen }: { seen: Seen }) {
  const [eyes, setEyes] = useState<Eyes>("public");
  const issue = seen[eyes];
  return (
    <>
      <div className="issue-eyes" role="group" aria-label="Who looks">
        <Choice eyes="public" chosen={eyes} choose={setEyes} label="As the public sees it" />
        <Choice eyes="members" chosen={eyes} choose={setEyes} label="As members see it" />
      </div>
      {issue ? <Shown issue={issue} /> : <p className="issue-nothing">404. The issue is confidential: for the public it does not exist.</p>}
    </>
  );
}

function Choice({ eyes, chosen, choose, label }: { eyes: Eyes; chosen: Eyes; choose: (eyes: Eyes) => void; label: string }) {
  return (
    <button type="button" className="btn btn-small" aria-pressed={eyes === chosen} onClick={() => choose(eyes)}>
      {label}
    </button>
  );
}

function Shown({ issue }: { issue: Issue }) {
  return (
    <article className="issue" aria-label={issue.reference}>
      <h2>{issue.title}</h2>
      <p className="issue-facts">
        <State issue={issue} />
        <span>
          {issue.reference} by {issue.author}
        </span>
        {issue.moved_to && <span>moved to {issue.moved_to}</span>}
      </p>
      <Text text={issue.description} />
      <Labels labels={issue.labels} />
      <dl className="issue-details">
        <Detail name="Milestone" value={issue.milestone_title} />
        <Detail name="Weight" value={issue.weight} />
        <Detail name="Health" value={issue.health?.replaceAll("_", " ") ?? null} />
        <Detail name="Assignee" value={issue.assignees.join(", ") || null} />
      </dl>
      <ol className="issue-notes" aria-label="Comments">
        {issue.notes.map((note) => (
          <Comment key={note.id} note={note} />
        ))}
      </ol>
      {issue.notes.length === 0 && <p className="issue-nothing">No comments.</p>}
    </article>
  );
}

/** Markdown as it was written. The bot's marker is invisible in GitLab, and so it is here. */
function Text({ text }: { text: string }) {
  const shown = text.replace(MARKER, "");
  return shown ? <p className="issue-text">{shown}</p> : null;
}

function Detail({ name, value }: { name: string; value: string | number | null }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value ?? "–"}</dd>
    </div>
  );
}

function Comment({ note }: { note: Note }) {
  return (
    <li data-internal={note.internal || undefined}>
      <p className="issue-facts">
        <strong>{note.author}</strong>
        {note.internal && <span className="issue-internal">Internal note</span>}
        <time dateTime={note.at}>{new Date(note.at).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" })}</time>
      </p>
      <Text text={note.body} />
    </li>
  );
}
