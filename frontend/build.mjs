// Builds what the pages load into infinitypro/static/dist: one sprite of the icons in use, the font files, the styles, the scripts.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, "node_modules");
const dist = join(root, "infinitypro/static/dist");

/** Every file below a folder whose name ends so. */
function filesBelow(folder, ending) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name))
    .sort();
}

/** The names of the icons that templates and template tags ask for: `{% icon "inbox" %}` and `icon="inbox"`. */
function iconsInUse() {
  const asked = /\bicon(?:_name)?(?:\s+|=)["']([a-z][a-z0-9-]*)["']/g;
  const files = [...filesBelow(join(root, "infinitypro"), ".html"), ...filesBelow(join(root, "infinitypro"), "context.py")];
  const names = files.flatMap((file) => [...readFileSync(file, "utf8").matchAll(asked)].map((match) => match[1]));
  return [...new Set(names)].sort();
}

/** One <symbol>, with lucide's 24-pixel grid and without its own stroke, which the style sheet gives. */
function symbol(name) {
  let svg;
  try {
    svg = readFileSync(join(modules, "lucide-static/icons", `${name}.svg`), "utf8");
  } catch {
    throw new Error(`No icon is called "${name}". See node_modules/lucide-static/icons.`);
  }
  const drawing = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>")).replace(/\s+/g, " ").trim();
  return `<symbol id="${name}" viewBox="0 0 24 24">${drawing}</symbol>`;
}

function buildSprite() {
  const symbols = iconsInUse().map(symbol).join("\n");
  writeFileSync(join(dist, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols}\n</svg>\n`);
}

function copyFonts() {
  for (const subset of ["latin", "latin-ext"]) {
    const name = `inter-${subset}-wght-normal.woff2`;
    copyFileSync(join(modules, "@fontsource-variable/inter/files", name), join(dist, name));
  }
}

/** The table of countries by network, which pages never load, so it lies outside what is served. */
function copyCountries() {
  const table = join(modules, "@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb");
  mkdirSync(join(root, ".build"), { recursive: true });
  copyFileSync(table, join(root, ".build/country.mmdb"));
}

function buildStyles() {
  const cli = join(modules, "@tailwindcss/cli/dist/index.mjs");
  const words = [cli, "--input", "frontend/css/app.css", "--output", join(dist, "app.css"), "--minify"];
  const run = spawnSync(process.execPath, words, { cwd: root, encoding: "utf8" });
  if (run.status !== 0) throw new Error(`Tailwind stopped:\n${run.stderr}`);
}

/** One output for each file in frontend/js/entry. Workers are classic scripts, everything else is a module. */
async function buildScripts() {
  const entries = filesBelow(join(root, "frontend/js/entry"), ".js");
  const common = { bundle: true, minify: true, target: "es2022", outdir: dist, legalComments: "none", external: ["*.woff2"], logLevel: "warning" };
  const workers = entries.filter((file) => file.endsWith("-worker.js"));
  const pages = entries.filter((file) => !workers.includes(file));
  await build({ ...common, entryPoints: pages, format: "esm" });
  await build({ ...common, entryPoints: workers, format: "iife" });
}

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
buildSprite();
copyFonts();
copyCountries();
buildStyles();
await buildScripts();
