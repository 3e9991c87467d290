import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { useOutside, usePopover } from "./popover";

export interface MenuItem {
  key: string;
  label: string;
  detail?: ReactNode;
  before?: ReactNode;
  /** Set on menus that choose one of many. */
  checked?: boolean;
  href?: string;
  onChoose: () => void;
}

interface MenuProps {
  label: string;
  className: string;
  trigger: ReactNode;
  /** The trigger's own words name the button; else `label` does. */
  selfNamed?: boolean;
  items: MenuItem[];
  heading?: string;
  wide?: boolean;
}

/** A button that opens a menu: arrows move, Escape returns to the button. */
export function Menu({ label, className, trigger, selfNamed, items, heading, wide }: MenuProps) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const id = useId();
  usePopover({ open, anchor: button, panel });
  useOutside(open, [button, panel], () => setOpen(false));

  useEffect(() => {
    if (open) (panel.current?.querySelector<HTMLElement>("[aria-checked=true]") ?? itemsOf(panel.current)[0])?.focus();
  }, [open]);

  function close() {
    setOpen(false);
    button.current?.focus();
  }

  return (
    <>
      <button
        ref={button}
        type="button"
        className={className}
        aria-label={selfNamed ? undefined : label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
        onKeyDown={(event) => {
          if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
          event.preventDefault();
          setOpen(true);
        }}
      >
        {trigger}
      </button>
      {open && (
        <div ref={panel} popover="manual" className={wide ? "menu menu-wide" : "menu"} onKeyDown={(event) => move(event, panel.current, close)}>
          {heading && <p className="menu-heading">{heading}</p>}
          <div role="menu" id={id} aria-label={label}>
            {items.map((item) => (
              <Item key={item.key} item={item} done={close} />
            ))}
          </div>
        </div>
      )}
    </>
  );
}

function Item({ item, done }: { item: MenuItem; done: () => void }) {
  const shared = {
    role: item.checked === undefined ? "menuitem" : "menuitemradio",
    "aria-checked": item.checked,
    tabIndex: -1,
    className: "menu-item",
    onClick: () => {
      done();
      item.onChoose();
    },
  };
  const content = (
    <>
      {item.before}
      <span className="menu-words">
        <span className="menu-label">{item.label}</span>
        {item.detail && <span className="menu-detail">{item.detail}</span>}
      </span>
    </>
  );
  if (item.href) {
    return (
      <a {...shared} href={item.href} target="_blank" rel="noopener noreferrer">
        {content}
      </a>
    );
  }
  return (
    <button type="button" {...shared}>
      {content}
    </button>
  );
}

function itemsOf(panel: HTMLElement | null): HTMLElement[] {
  return [...(panel?.querySelectorAll<HTMLElement>("[role^=menuitem]") ?? [])];
}

function move(event: KeyboardEvent, panel: HTMLElement | null, close: () => void) {
  const items = itemsOf(panel);
  const at = items.indexOf(document.activeElement as HTMLElement);
  const to: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1 + items.length, Home: 0, End: items.length - 1 };
  const next = to[event.key];
  if (next !== undefined) {
    event.preventDefault();
    items[next % items.length]?.focus();
  } else if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    event.stopPropagation();
    close();
  }
}
