// The reasons to refuse a release. Nothing here reads a file or runs a program.

/** Why a release may not begin from what is checked out; empty where it may. */
export function releaseProblems({ branch, baseBranch, changedFiles }) {
  const problems = [];
  if (branch !== baseBranch) problems.push(`the branch is ${branch || "none"}, not ${baseBranch}`);
  if (changedFiles.length > 0) problems.push(`not committed: ${changedFiles.join(", ")}`);
  return problems;
}

/** Why nothing can be published with provenance; empty where it can. */
export function provenanceProblems({ repository, env }) {
  const problems = [];
  if (typeof repository?.url !== "string" || repository.url === "") {
    problems.push('package.json has no "repository" with a "url", which a provenance statement must name');
  }
  // npm accepts signatures of these two, by a token that identifies the run of CI.
  const onGitHub = env.GITHUB_ACTIONS === "true" && Boolean(env.ACTIONS_ID_TOKEN_REQUEST_URL);
  const onGitLab = env.GITLAB_CI === "true" && Boolean(env.SIGSTORE_ID_TOKEN);
  if (!onGitHub && !onGitLab) {
    problems.push("this is no run of GitHub Actions or GitLab CI that may ask for an identity token");
  }
  return problems;
}

/** A manifest with the repository of the workspace, and where in it the package is. */
export function withRepository(manifest, repository, directory) {
  if (repository === undefined) return manifest;
  const entries = Object.entries({ ...manifest, repository: { ...repository, directory } });
  const isNew = manifest.repository === undefined;
  // A new field is placed as in npm's order of fields.
  if (isNew) entries.splice(entries.findIndex(([key]) => key === "license") + 1, 0, entries.pop());
  return Object.fromEntries(entries);
}

const DEPENDENCIES = ["dependencies", "peerDependencies", "optionalDependencies", "devDependencies"];

/** Whether `version` is in `range`, of the ranges that pnpm writes for "workspace:^", "workspace:~" and "workspace:*". */
function isIn(version, range) {
  const base = range.replace(/^[\^~]/, "");
  return base === version;
}

/** Whether a path of `exports` is among the files; one with a `*` where any file fits it. */
function isIncluded(path, files) {
  const [start, end] = path.split("*");
  if (end === undefined) return files.includes(path);
  return files.some((file) => file.startsWith(start) && file.endsWith(end));
}

/**
 * What is wrong with a packed package; empty where nothing is.
 *
 * - `manifest`: its package.json, from the tarball.
 * - `files`: the paths in the tarball.
 * - `changelog`: the text of its CHANGELOG.md, undefined where there is none.
 * - `versions`: the versions in the workspace, by package name.
 */
export function tarballProblems({ manifest, files, changelog, versions }) {
  const problems = [];
  const { name, version } = manifest;
  if (manifest.private === true) problems.push("it is private");
  if (version !== versions.get(name)) {
    problems.push(`its version is ${version}, in the workspace ${versions.get(name)}`);
  }
  for (const file of ["LICENSE", "README.md"]) {
    if (!files.includes(file)) problems.push(`it has no ${file}`);
  }
  const missing = Object.values(manifest.exports ?? {})
    .flatMap((target) => (typeof target === "string" ? [target] : Object.values(target)))
    .filter((path) => !isIncluded(path.replace("./", ""), files));
  if (missing.length > 0) problems.push(`it exports what is not in it: ${missing.join(", ")}`);
  for (const kind of DEPENDENCIES) {
    for (const [other, range] of Object.entries(manifest[kind] ?? {})) {
      if (range.startsWith("workspace:")) problems.push(`${kind} has ${other} as ${range}`);
      else if (versions.has(other) && !isIn(versions.get(other), range)) {
        problems.push(`${kind} has ${other} as ${range}, in the workspace it is ${versions.get(other)}`);
      }
    }
  }
  if (version === "0.0.0") problems.push("no changeset has given it a version");
  else if (!changelog?.split("\n").includes(`## ${version}`)) {
    problems.push(`its CHANGELOG.md does not tell about ${version}`);
  }
  return problems;
}
