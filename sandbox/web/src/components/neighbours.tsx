// The services beside Slack that the server may have, by the name it gives them in `boot`.
import type { ComponentType } from "react";
import type { Workspace } from "../useWorkspace";
import { BranchIcon, CloudIcon } from "./icons";
import { GitLabPlace } from "../gitlab/GitLabPlace";
import { SalesforcePlace } from "../salesforce/SalesforcePlace";

interface Neighbour {
  label: string;
  Icon: ComponentType;
  View: ComponentType<{ workspace: Workspace; openDrawer: () => void }>;
}

export const NEIGHBOURS: Record<string, Neighbour | undefined> = {
  salesforce: { label: "Salesforce", Icon: CloudIcon, View: SalesforcePlace },
  gitlab: { label: "GitLab", Icon: BranchIcon, View: GitLabPlace },
};
