import { PlaceHeader } from "../components/PlaceHeader";
import type { Workspace } from "../useWorkspace";

/** The company's CRM, as its own users would look into it. */
export function SalesforcePlace({ openDrawer }: { workspace: Workspace; openDrawer: () => void }) {
  return (
    <main className="place" id="main" tabIndex={-1} aria-label="Salesforce">
      <PlaceHeader openDrawer={openDrawer} title="Salesforce" detail="The CRM that gapbot mirrors" />
    </main>
  );
}
