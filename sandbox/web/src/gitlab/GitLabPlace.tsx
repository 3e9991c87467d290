import { useCallback, useState } from "react";
import { PlaceHeader } from "../components/PlaceHeader";
import type { Outcome } from "../model";
import type { Workspace } from "../useWorkspace";
import { feel, findIssues, giveRole, readState, reschedule, turnHooks } from "./desk";
import { CommentForm } from "./CommentForm";
import { IssueActions } from "./IssueActions";
import { IssueList } from "./IssueList";
import { issueInAddress, Opened } from "./Opened";
import { useLive } from "./useLive";
import { Weather } from "./Weather";

interface GitLabPlaceProps {
  workspace: Workspace;
  openDrawer: () => void;
}

/** The company's GitLab: what the public reads there, what members do, and how it treats the bot. */
export function GitLabPlace({ workspace, openDrawer }: GitLabPlaceProps) {
  const { toast } = workspace;
  const [opened, setOpened] = useState<number | null>(issueInAddress);
  const { found: state, reload } = useLive(readState);
  const [changes, setChanges] = useState(0);

  async function act(outcome: Promise<Outcome>, said: string) {
    const { error } = await outcome;
    toast(error ?? said, error ? undefined : "info");
    reload();
    setChanges((count) => count + 1);
  }

  return (
    <main className="place" id="main" tabIndex={-1} aria-label="GitLab">
      <PlaceHeader openDrawer={openDrawer} title="GitLab" detail="Where the product’s issues live. Customers stay out of it." />
      <div className="beside">
        {opened === null ? (
          <Issues open={setOpened} />
        ) : (
          <section className="beside-main" aria-label="Issue">
            <div className="beside-tools">
              <button type="button" className="btn btn-small" onClick={() => setOpened(null)}>
                All issues
              </button>
            </div>
            <Opened
              key={opened}
              id={opened}
              changes={changes}
              actions={(issue) => state && <IssueActions issue={issue} state={state} act={act} leave={() => setOpened(null)} />}
            >
              <CommentForm id={opened} act={act} />
            </Opened>
          </section>
        )}
        <aside className="beside-aside" aria-label="How GitLab is doing">
          {state && (
            <Weather
              state={state}
              feel={(mood) => void act(feel(mood), "So it is from now on.")}
              giveRole={(role) => void act(giveRole(role), "gapbot has another role.")}
              turnHooks={(on) => void act(turnHooks(on), on ? "Webhooks are sent again." : "No webhooks any more.")}
              reschedule={(milestone, due) => void act(reschedule(milestone, due), "The milestone has another day.")}
            />
          )}
        </aside>
      </div>
    </main>
  );
}

function Issues({ open }: { open: (id: number) => void }) {
  const [text, setText] = useState("");
  const { found } = useLive(useCallback(() => findIssues(text), [text]));
  return (
    <section className="beside-main" aria-label="Issues">
      <div className="beside-tools">
        <input className="field" type="search" aria-label="Search issues" placeholder="Search issues" value={text} onChange={({ target }) => setText(target.value)} />
      </div>
      {found && <IssueList {...found} open={open} />}
    </section>
  );
}
