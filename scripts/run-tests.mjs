/**
 * Runs test files in the order in which they are given, which `node --test` would sort, and prints its report with the
 * summary at the end. Arguments: how many files at once, then the files. Needs the pinned Node.
 */
import { run } from "node:test";
import { spec } from "node:test/reporters";

const TIMEOUT_MS = 300_000;
/** The report of a file waits for those before it: meanwhile this shows that something happens. */
const PROGRESS_MS = 30_000;

const [concurrency, ...files] = process.argv.slice(2);
const tests = run({ files, concurrency: Number(concurrency), timeout: TIMEOUT_MS });
const left = new Set(files);
process.exitCode = 1;
const progress = setInterval(
  () => process.stderr.write(`  ${files.length - left.size} of ${files.length} files done\n`),
  PROGRESS_MS,
);
tests.on("test:summary", ({ file, success }) => {
  if (file !== undefined) return void left.delete(file);
  clearInterval(progress);
  if (success) process.exitCode = 0;
});
tests.compose(spec).pipe(process.stdout);
