// Builds static/dist from src: hashed bundles, the icon sprite, manifest.json and LICENSES.txt.
// The result is committed, so the product runs without Node; check.mjs proves it is fresh.
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const ICONS = path.join(here, "node_modules/@tabler/icons/icons/outline");

/** What a browser may be asked to load, in bytes after gzip. */
const BUDGETS = {
  "core.css": 25_000,
  "public.css": 10_000,
  "core.js": 45_000,
  "public.js": 10_000,
  "tip.js": 4_000,
  "reader-worker.js": 5_000,
  "pocket.js": 12_000,
  "pocket-worker.js": 2_000,
  "editor.js": 135_000,
  "upload.js": 14_000,
  "calendar.js": 5_000,
  "film.js": 5_000,
  "board.js": 20_000,
  "grid.js": 5_000,
  "cropper.js": 4_000,
  "sprite.svg": 10_000,
};

const ENTRIES = ["core.js", "public.js", "tip.js", "editor.js", "upload.js", "calendar.js", "film.js", "board.js", "grid.js", "cropper.js"].map((name) => `src/${name}`)
  .concat(["core.css", "public.css", "wall.css", "print.css"].map((name) => `src/css/${name}`));

/**
 * What stands alone: workers, for one that imports is not understood by every browser above, and the
 * phone's script, which is kept for offline by its one name.
 */
const ALONE = ["src/reader-worker.js", "src/pocket-worker.js", "src/pocket.js"];

/** Bundles scripts and styles; returns esbuild's account of what went where. */
async function bundle(target) {
  const common = {
    absWorkingDir: here,
    outdir: target,
    outbase: "src",
    entryNames: "[name].[hash]",
    bundle: true,
    minify: true,
    target: ["chrome109", "firefox115", "safari15.4"],
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
  };
  const pages = await esbuild.build({ ...common, entryPoints: ENTRIES, chunkNames: "part.[hash]", splitting: true, format: "esm" });
  const alone = await esbuild.build({ ...common, entryPoints: ALONE, format: "iife" });
  return {
    inputs: { ...pages.metafile.inputs, ...alone.metafile.inputs },
    outputs: { ...pages.metafile.outputs, ...alone.metafile.outputs },
  };
}

/** Name as written in the source -> name as built, for everything a template may ask for. */
function builtNames(metafile) {
  const outputs = Object.entries(metafile.outputs).filter(([, made]) => made.entryPoint);
  return Object.fromEntries(outputs.map(([file, made]) => [path.basename(made.entryPoint), path.basename(file)]));
}

async function writeHashed(target, name, text) {
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 8);
  const { name: stem, ext } = path.parse(name);
  const built = `${stem}.${hash}${ext}`;
  await writeFile(path.join(target, built), text);
  return { [name]: built };
}

const shapesOf = (svg) => svg.replace(/\s+/g, " ").replace(/^.*?<svg[^>]*>/, "").replace(/<\/svg>.*$/, "")
  .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none" \/>/, "").replace(/> </g, "><").replace(/ \/>/g, "/>").trim();

/** One SVG with a symbol for each line of icons.txt, and the product's own mark. */
async function sprite() {
  const listed = await readFile(path.join(here, "src/icons.txt"), "utf8");
  const names = listed.split("\n").filter((line) => line && !line.startsWith("#"));
  const symbols = await Promise.all(names.map(async (name) => {
    const svg = await readFile(path.join(ICONS, `${name}.svg`), "utf8");
    return `<symbol id="${name}" viewBox="0 0 24 24">${shapesOf(svg)}</symbol>`;
  }));
  const mark = shapesOf(await readFile(path.join(here, "src/mark.svg"), "utf8")).replaceAll('fill="#B3261E"', 'fill="currentColor"');
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}<symbol id="mark" viewBox="0 0 24 24">${mark}</symbol></svg>\n`;
}

/** The licences of every package whose code or drawings are in the output. */
async function licences(metafile) {
  const found = Object.keys(metafile.inputs).map((file) => file.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1]);
  const names = [...new Set([...found.filter(Boolean), "@tabler/icons"])].sort();
  const texts = await Promise.all(names.map(async (name) => {
    const folder = path.join(here, "node_modules", name);
    const { version, license } = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file ? (await readFile(path.join(folder, file), "utf8")).trim() : "";
    return `${name} ${version} (${license})\n\n${text}\n`;
  }));
  return texts.join(`\n${"-".repeat(72)}\n\n`);
}

/** Everything the browser fetches before a bundle runs: itself and what it imports statically. */
function closure(metafile, built, seen = new Set()) {
  const file = Object.keys(metafile.outputs).find((name) => path.basename(name) === built);
  if (!file || seen.has(file)) return seen;
  seen.add(file);
  for (const use of metafile.outputs[file].imports) {
    if (use.kind === "import-statement") closure(metafile, path.basename(use.path), seen);
  }
  return seen;
}

async function weigh(target, metafile, manifest) {
  const weights = {};
  for (const name of Object.keys(BUDGETS)) {
    const files = [...closure(metafile, manifest[name])].map((file) => path.basename(file));
    const bytes = await Promise.all((files.length ? files : [manifest[name]]).map((file) => readFile(path.join(target, file))));
    weights[name] = bytes.reduce((sum, one) => sum + gzipSync(one, { level: 9 }).length, 0);
  }
  return weights;
}

/**
 * Builds into `target`, emptied first.
 * @returns {Promise<Record<string, number>>} gzipped bytes for each budgeted name
 * @throws {Error} when a bundle is heavier than its budget
 */
export async function build(target) {
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  const metafile = await bundle(target);
  const manifest = {
    ...builtNames(metafile),
    ...(await writeHashed(target, "sprite.svg", await sprite())),
    ...(await writeHashed(target, "mark.svg", await readFile(path.join(here, "src/mark.svg"), "utf8"))),
  };
  const sorted = Object.fromEntries(Object.entries(manifest).sort());
  await writeFile(path.join(target, "manifest.json"), `${JSON.stringify(sorted, null, 2)}\n`);
  await writeFile(path.join(target, "LICENSES.txt"), await licences(metafile));
  const weights = await weigh(target, metafile, manifest);
  const heavy = Object.entries(weights).filter(([name, bytes]) => bytes > BUDGETS[name]);
  if (heavy.length) throw new Error(heavy.map(([name, bytes]) => `${name}: ${bytes} bytes gzipped, at most ${BUDGETS[name]}`).join("\n"));
  return weights;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const weights = await build(path.join(here, "../static/dist"));
  for (const [name, bytes] of Object.entries(weights)) console.log(`${name.padEnd(12)} ${(bytes / 1000).toFixed(1)} of ${BUDGETS[name] / 1000} KB`);
}
