import { FileIcon } from "./icons";

/** A shared file, to download. */
export function FileCard({ name, title, url }: { name: string; title: string; url: string }) {
  return (
    <a className="file" href={url} download={name}>
      <FileIcon />
      {title}
    </a>
  );
}
