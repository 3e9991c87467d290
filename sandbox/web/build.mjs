// Bundle the page into dist/, which the sandbox's server hands out as it is.
import { build } from "esbuild";
import { copyFile, mkdir, readFile, rm } from "node:fs/promises";

const out = new URL("dist/", import.meta.url).pathname;

// The renderer scopes its styles by an id that it repeats on every message. A class of the same name is on the same
// element: scoping by that instead lets ids be unique (see Rendered.tsx). Doubled, it still outweighs the renderer's reset.
const scopeByClass = {
  name: "scope-by-class",
  setup(bundle) {
    bundle.onLoad({ filter: /slack-blocks-to-jsx\/dist\/style\.css$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8")).replaceAll("#slack_blocks_to_jsx", ".slack_blocks_to_jsx.slack_blocks_to_jsx"),
      loader: "css",
    }));
  },
};

await rm(out, { recursive: true, force: true });
await mkdir(`${out}assets`, { recursive: true });
await build({
  entryPoints: { main: "src/main.tsx" },
  absWorkingDir: new URL(".", import.meta.url).pathname,
  outdir: `${out}assets`,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  define: { "process.env.NODE_ENV": '"production"' },
  legalComments: "linked",
  loader: { ".woff2": "file", ".woff": "empty" },
  assetNames: "[name]",
  logLevel: "info",
  plugins: [scopeByClass],
});
await copyFile(new URL("src/index.html", import.meta.url), `${out}index.html`);
