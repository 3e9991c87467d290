import { type MouseEvent, memo, type ReactNode, useEffect, useMemo, useRef } from "react";
import { type Block as ShownBlock, Message as Renderer } from "slack-blocks-to-jsx";
import type { Block, Element } from "../blockkit";
import { type Directory, personOf, useDirectory } from "../directory";
import { buttonAction, type Surface } from "../surface";
import { slackDate } from "../time";

interface RenderedProps {
  block: Block;
  id?: string;
  /** Given where the block may hold buttons that only the renderer draws (cards, carousels, containers). */
  press?: Surface["press"];
}

/** One block, drawn by slack-blocks-to-jsx. */
export const Rendered = memo(function Rendered({ block, id, press }: RenderedProps) {
  const directory = useDirectory();
  const place = useRef<HTMLDivElement>(null);
  const shown = useMemo(() => [prepared(block)], [block]);
  const names = useMemo(() => namesOf(directory), [directory]);

  // The renderer gives every message's root the same id, and the button that folds an image no name.
  useEffect(() => {
    place.current?.querySelector("#slack_blocks_to_jsx")?.removeAttribute("id");
    place.current?.querySelector(".slack_blocks_to_jsx__image_media_trigger button")?.setAttribute("aria-label", "Fold image");
  }, []);

  return (
    <div ref={place} id={id} className="rendered" onClick={(event) => press && pressed(event, block, press)}>
      <Renderer blocks={shown} name="" logo="" theme={directory.theme} withoutWrapper {...names} />
    </div>
  );
});

/** Without an id, which need not be unique in the page, and with headings one level under the place's own. */
function prepared(block: Block): ShownBlock {
  const level = block.type === "header" ? { level: 2 } : {};
  return cleaned({ ...level, ...block, block_id: undefined }) as unknown as ShownBlock;
}

function namesOf(directory: Directory) {
  const channelName = (id: string) => directory.channels.find((channel) => channel.id === id)?.name ?? id;
  return {
    data: {
      users: directory.users.map(({ id, real_name }) => ({ id, name: real_name })),
      channels: directory.channels.map(({ id, name }) => ({ id, name })),
    },
    hooks: {
      user: ({ id }: { id: string }) => <span className="mention">@{personOf(directory, id).real_name}</span>,
      channel: ({ id }: { id: string }) => <span className="mention">#{channelName(id)}</span>,
      link: ({ href, children }: { href: string; children: ReactNode }) =>
        /^(https?|mailto):/i.test(href) ? (
          <a href={href} target="_blank" rel="noopener noreferrer">
            {children}
          </a>
        ) : (
          <span>{children}</span>
        ),
      date: ({ timestamp, format }: { timestamp: string; format: string }) => (
        <time dateTime={new Date(Number(timestamp) * 1000).toISOString()}>{slackDate(Number(timestamp), format)}</time>
      ),
    },
  };
}

function pressed(event: MouseEvent, block: Block, press: Surface["press"]) {
  const id = (event.target as HTMLElement).closest("button[id]")?.id;
  const element = id ? find(block, id) : null;
  if (element) press({ ref: { block: block.block_id ?? "", action: element.action_id }, element: { ...element, confirm: undefined }, action: buttonAction(element) });
}

function find(node: unknown, action: string): Element | null {
  if (typeof node !== "object" || node === null) return null;
  if ((node as Element).action_id === action) return node as Element;
  for (const child of Object.values(node)) {
    const found = find(child, action);
    if (found) return found;
  }
  return null;
}

const PLACEHOLDER =
  "data:image/svg+xml," +
  encodeURIComponent(
    "<svg xmlns='http://www.w3.org/2000/svg' width='240' height='160' viewBox='0 0 48 32'><rect width='48' height='32' rx='2' fill='#8a8f98' fill-opacity='.2'/><path d='M12 25l8-11 6 7 4-5 6 9z' fill='#8a8f98'/><circle cx='33' cy='9' r='3' fill='#8a8f98'/></svg>",
  );

/**
 * The page asks no other host for anything, so an image from elsewhere becomes a placeholder with its alt text.
 * `verbatim` goes: to Slack it only means that plain text is not made into links, to the renderer that nothing is formatted.
 */
function cleaned(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(cleaned);
  if (typeof node !== "object" || node === null) return node;
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key]) => key !== "verbatim")
      .map(([key, value]) => [key, IMAGES.has(key) && isForeign(String(value)) ? PLACEHOLDER : cleaned(value)]),
  );
}

const IMAGES = new Set(["image_url", "thumbnail_url"]);

function isForeign(url: string): boolean {
  return !/^(\/(?!\/)|data:)/.test(url);
}
