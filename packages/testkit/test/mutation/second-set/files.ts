import type { Variant } from "../variant.js";

const ABSTRACT = "core/src/abstract-storage-manager.ts";
const MARKER = "testkit/src/memory/marker-file.ts";
const MEMORY = "testkit/src/memory/memory-storage-manager.ts";
const NAMES = "core/src/node-path.ts";
const QUEUE = "core/src/transaction-queue.ts";

/** Mistakes of names, of the file itself, of commits, and of several managers on one file. */
export const filesSet: readonly Variant[] = [
  {
    wrong: "creates a group called .. above a dataset",
    file: "core/src/transaction-nodes.ts",
    from: "pathParts(path).forEach(checkNewName);",
    to: "pathParts(path).slice(-1).forEach(checkNewName);",
    uses: /\.\.|name/,
  },
  {
    wrong: "takes the part . of a path for a name",
    file: NAMES,
    from: 'part !== "" && part !== "."',
    to: 'part !== ""',
    uses: /\/\.\/|"\.|name|where/,
  },
  {
    wrong: "ignores where for a name that begins with a separator",
    file: NAMES,
    from: `const path = \`/\${where ?? ""}`,
    to: `const path = \`/\${datasetName.startsWith("/") ? "" : (where ?? "")}`,
    uses: /where|"\/|name/,
  },
  {
    wrong: "refuses an empty datasetName, which is the node where itself",
    file: NAMES,
    from: 'if (path === "/")',
    to: 'if (path === "/" || datasetName === "")',
    uses: /where|""|empty|name/,
  },
  {
    wrong: "composes the letters of names, so that two of them become one",
    file: NAMES,
    from: `return \`/\${pathParts(path).join("/")}\`;`,
    to: `return \`/\${pathParts(path.normalize("NFC")).join("/")}\`;`,
    uses: /name/,
  },
  {
    wrong: "gives errors that do not name the node",
    file: ABSTRACT,
    from: `      return await work(pathOf(checked.where, datasetName, this.#options.pathStyle), checked);
    } catch (error) {
      throw nameInError(error, this.path, datasetName);`,
    to: `      return await work(pathOf(checked.where, datasetName, this.#options.pathStyle), checked);
    } catch (error) {
      throw nameInError(error, this.path);`,
    uses: /name|message/,
  },
  {
    wrong: "commits what was done before a call failed",
    file: QUEUE,
    from: `      } catch (error) {
        throw await open.abort(error);
      }
      await open.release();
      return result;`,
    to: `      } catch (error) {
        await open.release();
        throw error;
      }
      await open.release();
      return result;`,
    uses: /storeData|appendData|setMetadata|refused|leaves/,
  },
  {
    wrong: "keeps a state of its own for each manager of a file",
    file: MEMORY,
    from: "supports, space: fs }",
    to: "supports, space: given }",
    uses: /manager|open|appendData/,
  },
  {
    wrong: "changes what is committed before its own commit",
    file: "testkit/src/memory/memory-transaction.ts",
    from: "this.#nodes = new Map(committed);",
    to: "this.#nodes = committed as Map<string, MemoryNode>;",
    uses: /commit|fail|as before|atomic|disk|fault/i,
  },
  {
    wrong: "reads the file once, and does not see what other managers commit",
    file: MEMORY,
    from: `  protected _open(path: string): MemoryTransaction {
    const state = readMarker(this.#fs, path);
    const { id, content } = state ?? { id: undefined, content: new Map() };
    return new MemoryTransaction(content, (changed) => commitMarker(this.#fs, path, changed, id));
  }`,
    to: `  #known: ReturnType<typeof readMarker>;

  protected _open(path: string): MemoryTransaction {
    this.#known ??= readMarker(this.#fs, path);
    const { id, content } = this.#known ?? { id: undefined, content: new Map() };
    return new MemoryTransaction(content, (changed) => {
      this.#known = undefined;
      commitMarker(this.#fs, path, changed, id);
    });
  }`,
    uses: /manager|open|getData|removed|moved/,
  },
  {
    wrong: "gives a new file the mode 0644",
    file: MARKER,
    from: "fs.chmodSync(path, 0o744);",
    to: "fs.chmodSync(path, 0o644);",
    uses: /mode|744/,
  },
  {
    wrong: "writes a new file under its own name, so that a stop leaves a part of it",
    file: MARKER,
    from: "const temporary = temporaryName(path);",
    to: "const temporary = replaces === undefined ? path : temporaryName(path);",
    uses: /stop|fail|dies|fault|disk|atomic/i,
  },
  {
    wrong: "drops the old content before the new one has taken its name",
    file: MARKER,
    from: "  snapshots.set(id, content);\n",
    to: "  snapshots.set(id, content);\n  if (replaces !== undefined) snapshots.delete(replaces);\n",
    uses: /stop|fail|dies|fault|disk|atomic/i,
  },
  {
    wrong: "does not go on where the disk takes a part of a write",
    file: MARKER,
    from: "while (done < bytes.length) done +=",
    to: "done +=",
    uses: /write|truncate|cut|disk|fault|half/i,
  },
  {
    wrong: "throws from isValidTvbFile where the file may not be read",
    file: QUEUE,
    from: 'if (isTVBException(error) || systemErrorCode(error) !== undefined) return "closed";',
    to: 'if (isTVBException(error, "FILE_STORAGE")) return "closed";',
    uses: /isValidTvbFile/,
  },
  {
    wrong: "says that a file is valid which is none of its own",
    file: ABSTRACT,
    from: '(await this._fileState()) === "valid"',
    to: '(await this._fileState()) !== "missing"',
    uses: /isValidTvbFile/,
  },
  {
    wrong: "writes over a file of another format",
    file: MEMORY,
    from: `  protected _open(path: string): MemoryTransaction {
    const state = readMarker(this.#fs, path);`,
    to: `  protected _open(path: string, mode = "read"): MemoryTransaction {
    let state: ReturnType<typeof readMarker>;
    try {
      state = readMarker(this.#fs, path);
    } catch (error) {
      if (mode === "read") throw error;
    }`,
    uses: /foreign|format|another|storeData|appendData|setMetadata/,
  },
  {
    wrong: "reports a file of another format as incompatible in every call that reads",
    file: QUEUE,
    from: "return await this.#reading(slot, this.#open, (transaction, isThere) => {",
    to: "return await this.#reading(slot, this.options.open, (transaction, isThere) => {",
    uses: /foreign|format|another|getData|getMetadata|listNodes/,
  },
  {
    wrong: "takes a folder at its path for a missing file",
    file: MARKER,
    from: 'if (fs.statSync(path).isDirectory()) throw foreign("it is a folder");',
    to: "if (fs.statSync(path).isDirectory()) return undefined;",
    uses: /folder/,
  },
];
