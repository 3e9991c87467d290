import { type ReactNode, useCallback, useEffect, useState } from "react";
import { PlaceHeader } from "../components/PlaceHeader";
import type { Outcome } from "../model";
import type { Workspace } from "../useWorkspace";
import { AccountForm } from "./AccountForm";
import { AccountTable } from "./AccountTable";
import { type Account, addAccount, changeAccount, deleteAccount, type DeskState, feel, mergeAccounts, readState, undeleteAccount } from "./desk";
import { MergeBar } from "./MergeBar";
import { Moods } from "./Moods";
import { RecentCalls } from "./RecentCalls";
import { useAccounts } from "./useAccounts";

const STATE_EVERY = 2_000;

interface SalesforcePlaceProps {
  workspace: Workspace;
  openDrawer: () => void;
}

/** The company's CRM, as its own people work with it: what they change here, gapbot follows. */
export function SalesforcePlace({ workspace, openDrawer }: SalesforcePlaceProps) {
  const { toast } = workspace;
  const [text, setText] = useState("");
  const { found, reload } = useAccounts(text, toast);
  const [state, reloadState] = useDeskState();
  const [edited, setEdited] = useState<Account | "new" | null>(null);
  const [ticked, setTicked] = useState<Account[]>([]);

  async function done(outcome: Promise<Outcome>, said: string): Promise<string | null> {
    const { error } = await outcome;
    if (error) return error;
    toast(`${said} ${state?.note ?? ""}`, "info");
    reload();
    reloadState();
    return null;
  }

  async function act(outcome: Promise<Outcome>, said: string) {
    const error = await done(outcome, said);
    if (error) toast(error);
  }

  function tick(account: Account) {
    const kept = ticked.filter(({ id }) => id !== account.id);
    setTicked(kept.length < ticked.length ? kept : [...ticked, account]);
  }

  return (
    <main className="place" id="main" tabIndex={-1} aria-label="Salesforce">
      <PlaceHeader openDrawer={openDrawer} title="Salesforce" detail="The CRM that gapbot mirrors. Change something, and see it in Slack." />
      <div className="beside">
        <section className="beside-main" aria-label="Accounts">
          <div className="beside-tools">
            <input className="field" type="search" aria-label="Search accounts" placeholder="Search accounts" value={text} onChange={({ target }) => setText(target.value)} />
            <button type="button" className="btn" onClick={() => setEdited("new")}>
              New account
            </button>
          </div>
          {ticked.length > 1 && (
            <MergeBar
              accounts={ticked}
              cancel={() => setTicked([])}
              merge={(master, others) => {
                setTicked([]);
                void act(mergeAccounts(master, others), "Merged.");
              }}
            />
          )}
          {found && (
            <AccountTable
              found={found}
              ticked={ticked.map(({ id }) => id)}
              tick={tick}
              edit={setEdited}
              remove={(account) => {
                setTicked(ticked.filter(({ id }) => id !== account.id));
                void act(deleteAccount(account.id), `${account.name} is in the recycle bin.`);
              }}
              restore={(account) => void act(undeleteAccount(account.id), `${account.name} is back.`)}
            />
          )}
        </section>
        <Aside>
          {state && (
            <>
              <Moods moods={state.moods} mood={state.mood} choose={(mood) => void feel(mood).then(({ error }) => (error ? toast(error) : reloadState()))} />
              <RecentCalls calls={state.calls} />
            </>
          )}
        </Aside>
      </div>
      {edited && state && (
        <AccountForm
          account={edited === "new" ? null : edited}
          state={state}
          close={() => setEdited(null)}
          save={async (values) => {
            const outcome = edited === "new" ? addAccount(values) : changeAccount(edited.id, values);
            const error = await done(outcome, `${values.name.trim()} is saved.`);
            if (!error) setEdited(null);
            return error;
          }}
        />
      )}
    </main>
  );
}

function Aside({ children }: { children: ReactNode }) {
  return (
    <aside className="beside-aside" aria-label="How Salesforce is doing">
      {children}
    </aside>
  );
}

function useDeskState(): [DeskState | null, () => void] {
  const [state, setState] = useState<DeskState | null>(null);
  const reload = useCallback(() => void readState().then((answer) => answer.error || setState(answer)), []);

  useEffect(() => {
    reload();
    const timer = setInterval(reload, STATE_EVERY);
    return () => clearInterval(timer);
  }, [reload]);

  return [state, reload];
}
