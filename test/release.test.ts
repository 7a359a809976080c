import { describe, expect, it } from "vitest";
import {
  provenanceProblems,
  releaseProblems,
  tarballProblems,
  withRepository,
} from "../scripts/release-rules.mjs";

describe("a release", () => {
  const clean = { branch: "main", baseBranch: "main", changedFiles: [] };

  it("begins on the base branch, with all committed", () => {
    expect(releaseProblems(clean)).toEqual([]);
  });

  it("is refused on another branch, and with changes that are not committed", () => {
    expect(releaseProblems({ ...clean, branch: "work" })).toEqual(["the branch is work, not main"]);
    expect(releaseProblems({ ...clean, branch: "" })).toEqual(["the branch is none, not main"]);
    expect(releaseProblems({ ...clean, changedFiles: ["M a.ts", "?? b.ts"] })).toEqual([
      "not committed: M a.ts, ?? b.ts",
    ]);
  });
});

describe("provenance", () => {
  const repository = { url: "git+https://example.org/storage.git" };
  const gitHub = { GITHUB_ACTIONS: "true", ACTIONS_ID_TOKEN_REQUEST_URL: "https://example.org/token" };

  it("is possible in a run of CI that may ask for a token, for a repository that is named", () => {
    expect(provenanceProblems({ repository, env: gitHub })).toEqual([]);
    expect(provenanceProblems({ repository, env: { GITLAB_CI: "true", SIGSTORE_ID_TOKEN: "x" } })).toEqual(
      [],
    );
  });

  it("is refused without a repository", () => {
    const problem = 'package.json has no "repository" with a "url", which a provenance statement must name';
    expect(provenanceProblems({ repository: undefined, env: gitHub })).toEqual([problem]);
    expect(provenanceProblems({ repository: { url: "" }, env: gitHub })).toEqual([problem]);
  });

  it("is refused on a person's machine, and in CI without the right to a token", () => {
    const problem = "this is no run of GitHub Actions or GitLab CI that may ask for an identity token";
    expect(provenanceProblems({ repository, env: {} })).toEqual([problem]);
    expect(provenanceProblems({ repository, env: { GITHUB_ACTIONS: "true" } })).toEqual([problem]);
    expect(provenanceProblems({ repository, env: { GITLAB_CI: "true" } })).toEqual([problem]);
  });
});

describe("the repository of a package", () => {
  const manifest = { name: "@x/a", version: "1.0.0", license: "MIT", type: "module" };
  const repository = { url: "git+https://example.org/storage.git" };

  it("is that of the workspace with the package's folder, after the license", () => {
    const written = withRepository(manifest, repository, "packages/a");
    expect(written).toEqual({ ...manifest, repository: { ...repository, directory: "packages/a" } });
    expect(Object.keys(written)).toEqual(["name", "version", "license", "repository", "type"]);
    expect(withRepository(written, repository, "packages/a")).toEqual(written);
  });

  it("is left as it is where the workspace names none", () => {
    expect(withRepository(manifest, undefined, "packages/a")).toEqual(manifest);
  });
});

describe("a tarball", () => {
  const versions = new Map([
    ["@x/a", "1.2.0"],
    ["@x/b", "0.3.1"],
  ]);
  const manifest = {
    name: "@x/a",
    version: "1.2.0",
    exports: {
      ".": { types: "./dist/index.d.ts", default: "./dist/index.js" },
      "./package.json": "./package.json",
    },
    dependencies: { "@x/b": "^0.3.1", zod: "^4.0.0" },
  };
  const good = {
    manifest,
    files: ["LICENSE", "README.md", "package.json", "dist/index.js", "dist/index.d.ts"],
    changelog: "# @x/a\n\n## 1.2.0\n\n### Minor Changes\n",
    versions,
  };
  const withManifest = (more: object) => tarballProblems({ ...good, manifest: { ...manifest, ...more } });

  it("is right with its license, its files, its changelog and versions that agree", () => {
    expect(tarballProblems(good)).toEqual([]);
  });

  it("is refused with a range of the workspace, or one that leaves out a sibling's version", () => {
    expect(withManifest({ dependencies: { "@x/b": "workspace:^" } })).toEqual([
      "dependencies has @x/b as workspace:^",
    ]);
    expect(withManifest({ peerDependencies: { "@x/b": "^0.2.0" } })).toEqual([
      "peerDependencies has @x/b as ^0.2.0, in the workspace it is 0.3.1",
    ]);
  });

  it("is refused where it is private or has another version than the workspace", () => {
    expect(withManifest({ private: true })).toEqual(["it is private"]);
    expect(withManifest({ version: "1.1.0" })).toContain("its version is 1.1.0, in the workspace 1.2.0");
  });

  it("is refused without its license, its README or a file that it exports", () => {
    expect(tarballProblems({ ...good, files: ["package.json", "dist/index.js"] })).toEqual([
      "it has no LICENSE",
      "it has no README.md",
      "it exports what is not in it: ./dist/index.d.ts",
    ]);
  });

  it("is refused where it exports a folder that is not in it", () => {
    const exports = { "./dist/*": "./dist/*" };
    expect(withManifest({ exports })).toEqual([]);
    expect(withManifest({ exports: { "./page/*": "./page/*" } })).toEqual([
      "it exports what is not in it: ./page/*",
    ]);
  });

  it("is refused where no changelog says about its version, or it never got one", () => {
    const problem = "its CHANGELOG.md does not tell about 1.2.0";
    expect(tarballProblems({ ...good, changelog: undefined })).toEqual([problem]);
    expect(tarballProblems({ ...good, changelog: "# @x/a\n\n## 1.2.0-beta\n" })).toEqual([problem]);
    expect(
      tarballProblems({
        ...good,
        manifest: { ...manifest, version: "0.0.0" },
        versions: new Map([...versions, ["@x/a", "0.0.0"]]),
      }),
    ).toEqual(["no changeset has given it a version"]);
  });
});
