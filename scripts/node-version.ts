// Imported first by every script: says what is wrong before something else fails in an unclear way.
const LEAST_MAJOR = 22;

if (Number(process.versions.node.split(".")[0]) < LEAST_MAJOR) {
  console.error(
    `Canvass needs Node ${LEAST_MAJOR} or later, and this is ${process.versions.node}. Its own Node 24 comes with "npm install" and is used by "npm run …"; if it is missing, npm may have left out the install script of the package "node": run "npm rebuild node".`,
  );
  process.exit(1);
}
