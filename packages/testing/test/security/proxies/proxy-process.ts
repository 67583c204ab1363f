import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

/** The proxies for which docs/security.md has a recipe; each is a command of the Debian package of that name. */
export type ProxyName = "nginx" | "haproxy";

/** What a proxy of a test is started with. */
export interface ProxySetup {
  readonly name: ProxyName;
  /** Its configuration as the recipe has it, with ports of the test's own. */
  readonly recipe: string;
  /** The files that the recipe names. */
  readonly files: Readonly<Record<string, string>>;
  /** The port where it listens. */
  readonly port: number;
}

/** A proxy in a process and a folder of its own, both gone after the test. */
export class ProxyProcess implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), "openleadr-proxy-"));
  readonly #process: ChildProcess;
  #said = "";

  private constructor({ name, recipe, files }: ProxySetup) {
    for (const [file, content] of Object.entries(files)) writeFileSync(join(this.#folder, file), content);
    const { configuration, command } = launches[name](recipe, this.#folder);
    writeFileSync(join(this.#folder, "proxy.conf"), configuration);
    this.#process = spawn(name, command, { cwd: this.#folder, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.#process.stdout, this.#process.stderr])
      stream?.setEncoding("utf8").on("data", (text) => (this.#said += String(text)));
  }

  /** Resolves when it listens; rejects with what it said if it does not. */
  static async start(setup: ProxySetup): Promise<ProxyProcess> {
    const proxy = new ProxyProcess(setup);
    try {
      await proxy.#listens(setup.port);
      return proxy;
    } catch (error) {
      await proxy[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** What it has written to its standard output and error. */
  get said(): string {
    return this.#said;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { pid, exitCode, signalCode } = this.#process;
    if (pid !== undefined && exitCode === null && signalCode === null) {
      const exited = once(this.#process, "exit");
      this.#process.kill("SIGTERM");
      await exited;
    }
    rmSync(this.#folder, { recursive: true });
  }

  /** It does not say when it listens, so that there is nothing to do but to try. */
  async #listens(port: number): Promise<void> {
    let fault: Error | undefined;
    this.#process.once("error", (error) => (fault = error));
    for (const deadline = Date.now() + 20_000; Date.now() < deadline; await setTimeout(20)) {
      if (fault !== undefined) throw fault;
      if (this.#process.exitCode !== null) break;
      if (await isOpen(port)) return;
    }
    throw new Error(`expected a proxy that listens on port ${port}, got: ${this.#said}`);
  }
}

interface Launch {
  readonly configuration: string;
  readonly command: readonly string[];
}

const launches: Readonly<Record<ProxyName, (recipe: string, folder: string) => Launch>> = {
  nginx: (recipe, folder) => ({
    configuration: nginxConfiguration(recipe),
    command: ["-p", folder, "-e", "stderr", "-c", "proxy.conf"],
  }),
  haproxy: (recipe) => ({ configuration: recipe, command: ["-db", "-f", "proxy.conf"] }),
};

/** What stands around the recipe in a system's own configuration; with all that it writes in the folder. */
function nginxConfiguration(recipe: string): string {
  const isRoot = process.getuid?.() === 0;
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${name};`);
  return `${isRoot ? "user root;" : ""}
daemon off;
pid pid;
error_log stderr;
events {}
http {
access_log off;
${paths.join("\n")}
${recipe}
}
`;
}

async function isOpen(port: number): Promise<boolean> {
  const socket = connect({ host: "127.0.0.1", port });
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** A port of 127.0.0.1 on which nobody listens. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
