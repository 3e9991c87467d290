import type { ReactNode } from "react";
import { MenuIcon } from "./icons";

interface PlaceHeaderProps {
  title: ReactNode;
  detail?: string;
  openDrawer: () => void;
  children?: ReactNode;
}

export function PlaceHeader({ title, detail, openDrawer, children }: PlaceHeaderProps) {
  return (
    <header className="place-header">
      <div className="place-title">
        <button type="button" className="icon-button drawer-open" aria-label="Open sidebar" onClick={openDrawer}>
          <MenuIcon />
        </button>
        <h1>{title}</h1>
        {detail && <p className="place-detail">{detail}</p>}
      </div>
      {children}
    </header>
  );
}
