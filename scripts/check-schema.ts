import "./node-version";
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";

// Generates what is missing in a copy of migrations/: anything new there means that db/schema.ts and
// the migrations have drifted apart.
const KIT = ["node_modules/drizzle-kit/bin.cjs"];
const copy = mkdtempSync(join(tmpdir(), "canvass-schema-"));
try {
  cpSync("migrations", copy, { recursive: true });
  const sqlFiles = () => readdirSync(copy).filter((name) => name.endsWith(".sql"));
  const before = new Set(sqlFiles());
  const options = ["--dialect=postgresql", "--schema=./db/schema.ts", "--casing=snake_case"];
  const said = execFileSync(
    process.execPath,
    [...KIT, "generate", ...options, `--out=${relative(process.cwd(), copy)}`, "--name=drift"],
    {
      encoding: "utf8",
    },
  );
  const drift = sqlFiles().find((name) => !before.has(name));
  // drizzle-kit ends with 0 whatever happens: only its own words tell that it looked.
  if (!drift && !said.includes("No schema changes")) {
    console.error(said);
    process.exitCode = 1;
  }
  if (drift) {
    console.error(
      `db/schema.ts says more than migrations/: run npm run db:generate -- --name <what_it_does>\n${readFileSync(join(copy, drift), "utf8")}`,
    );
    process.exitCode = 1;
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
