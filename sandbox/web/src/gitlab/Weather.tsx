import type { Call, DeskState, Milestone, Role } from "./desk";

const ROLES: Record<Role, string> = {
  guest: "Guest: may not hide notes nor set labels",
  planner: "Planner: what gapbot needs",
  maintainer: "Maintainer: sees webhooks too",
};

interface WeatherProps {
  state: DeskState;
  feel: (mood: string) => void;
  giveRole: (role: Role) => void;
  turnHooks: (on: boolean) => void;
  reschedule: (milestone: number, due: string) => void;
}

/** How GitLab treats the bot from now on. */
export function Weather({ state, feel, giveRole, turnHooks, reschedule }: WeatherProps) {
  return (
    <>
      <fieldset className="moods">
        <legend>GitLab today</legend>
        {state.moods.map(({ key, label, detail }) => (
          <label key={key} className="mood">
            <input type="radio" name="gitlab-mood" checked={state.mood === key} onChange={() => feel(key)} aria-describedby={`gitlab-mood-${key}`} />
            <span>{label}</span>
            <span className="mood-detail" id={`gitlab-mood-${key}`}>
              {detail}
            </span>
          </label>
        ))}
        <label className="mood">
          <input type="checkbox" checked={state.hooks} onChange={({ target }) => turnHooks(target.checked)} aria-describedby="gitlab-hooks" />
          <span>Webhooks</span>
          <span className="mood-detail" id="gitlab-hooks">
            Without them, gapbot finds changes when it looks.
          </span>
        </label>
      </fieldset>
      <fieldset className="moods">
        <legend>gapbot’s role</legend>
        <select className="field" aria-label="gapbot’s role" value={state.role} onChange={({ target }) => giveRole(target.value as Role)}>
          {Object.entries(ROLES).map(([role, label]) => (
            <option key={role} value={role}>
              {label}
            </option>
          ))}
        </select>
      </fieldset>
      <fieldset className="moods">
        <legend>Milestones</legend>
        {state.milestones.map((one) => (
          <Due key={one.id} milestone={one} change={(due) => reschedule(one.id, due)} />
        ))}
      </fieldset>
      <Calls calls={state.calls} />
    </>
  );
}

function Due({ milestone, change }: { milestone: Milestone; change: (due: string) => void }) {
  return (
    <label className="issue-due">
      <span>{milestone.title}</span>
      <input className="field" type="date" value={milestone.due} onChange={({ target }) => target.value && change(target.value)} />
    </label>
  );
}

function Calls({ calls }: { calls: Call[] }) {
  return (
    <section className="calls" aria-label="What gapbot asked">
      <h2>What gapbot asked</h2>
      {calls.length === 0 && <p>Nothing yet.</p>}
      <ol>
        {calls.map((call, at) => (
          <li key={`${call.at} ${at}`} data-bad={call.status === null || call.status >= 400 || undefined}>
            <span className="calls-time">{new Date(call.at).toLocaleTimeString("en-GB")}</span>
            <span>{call.operation}</span>
            <span className="calls-end">{call.status ?? "no answer"}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
