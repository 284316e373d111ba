// Proves that static/dist is what src builds to: builds again beside it and compares byte for byte.
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "./build.mjs";

const committed = path.join(path.dirname(fileURLToPath(import.meta.url)), "../static/dist");

async function contents(folder) {
  const names = (await readdir(folder)).sort();
  return new Map(await Promise.all(names.map(async (name) => [name, await readFile(path.join(folder, name))])));
}

function differences(expected, found) {
  const names = new Set([...expected.keys(), ...found.keys()]);
  return [...names].filter((name) => !expected.get(name)?.equals(found.get(name) ?? Buffer.alloc(0)) || !found.has(name));
}

const fresh = await mkdtemp(path.join(tmpdir(), "frontend-"));
try {
  await build(fresh);
  const stale = differences(await contents(fresh), await contents(committed));
  if (stale.length) {
    console.error(`static/dist is not what frontend/src builds to; run "npm run build" in frontend/.\n  ${stale.join("\n  ")}`);
    process.exitCode = 1;
  } else {
    console.log("static/dist is fresh");
  }
} finally {
  await rm(fresh, { recursive: true, force: true });
}
