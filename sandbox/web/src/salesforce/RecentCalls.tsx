import type { Call, DeskState } from "./desk";

const OPERATIONS: Record<string, string> = {
  token: "Log in",
  describe: "Which fields?",
  query: "What changed?",
  query_more: "And the rest?",
  batch: "Search",
};

/** What the bot asked lately, newest first. */
export function RecentCalls({ calls }: { calls: DeskState["calls"] }) {
  return (
    <section className="calls" aria-label="What gapbot asked">
      <h2>What gapbot asked</h2>
      <p className="beside-count">
        {calls.used.toLocaleString("en")} of {calls.allowed.toLocaleString("en")} calls of the day
      </p>
      {calls.last.length === 0 && <p>Nothing yet.</p>}
      <ol>
        {calls.last.map((call, at) => (
          <li key={`${call.at} ${at}`} data-bad={isBad(call) || undefined}>
            <span className="calls-time">{call.at ? new Date(call.at).toLocaleTimeString("en-GB") : ""}</span>
            <span>{OPERATIONS[call.operation] ?? call.operation}</span>
            <span className="calls-end">{ending(call)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function isBad({ status }: Call): boolean {
  return status === null || status >= 400;
}

function ending({ status, code }: Call): string {
  if (status === null) return "no answer";
  return status < 400 ? "answered" : `${status} ${code === "html" ? "maintenance" : code}`.trim();
}
