import type { Channel, Prompt } from "../model";
import type { Workspace } from "../useWorkspace";
import { SparkIcon } from "./icons";

/** What the app suggests to ask it. */
export function Prompts({ workspace, channel, prompts }: { workspace: Workspace; channel: Channel; prompts: Prompt[] }) {
  if (!prompts.length) return null;

  async function say(text: string) {
    const { error } = await workspace.client.say({ channel: channel.id, text });
    if (error) workspace.toast(error);
  }

  return (
    <ul className="prompts" aria-label="Suggested prompts">
      {prompts.map(({ title, message }) => (
        <li key={title}>
          <button type="button" className="prompt" onClick={() => void say(message)}>
            <SparkIcon />
            {title}
          </button>
        </li>
      ))}
    </ul>
  );
}
