// Starts the built binary for one test: own port, own folder, waits for `Ready.`.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const BINARY = process.env.ANGAE_BIN;

/** One angae. `kill` is `kill -9`; `open` runs it again on the same folder. */
export class Server {
  /** Runs angae with the given flags until the test ends. */
  static async start(test, ...flags) {
    const server = new Server();
    server.flags = flags;
    server.folder = await mkdtemp(join(tmpdir(), "angae-test-"));
    test.after(async () => {
      await server.kill();
      await rm(server.folder, { recursive: true });
    });
    await server.open();
    return server;
  }

  async open() {
    const flags = ["--port", "0", "--data-dir", this.folder, "--log", "warn", ...this.flags];
    this.process = spawn(BINARY, flags, { stdio: ["ignore", "pipe", "inherit"] });
    this.ended = once(this.process, "exit");
    for await (const line of createInterface({ input: this.process.stdout })) {
      const [word, value] = line.trim().split(/\s+/);
      if (word === "endpoint") this.endpoint = value;
      if (word === "Ready.") return;
    }
    throw new Error(`angae ended before it was ready: ${await this.ended}`);
  }

  async kill() {
    this.process.kill("SIGKILL");
    await this.ended;
  }

  /** The endpoint by a name that buckets can stand before, in the given scheme. */
  named(scheme) {
    return this.endpoint.replace("http://127.0.0.1", `${scheme}://localhost`);
  }

  /** The certificate to trust, as `angae tls ca` prints it. */
  authority() {
    return execFileSync(BINARY, ["--data-dir", this.folder, "tls", "ca"], { encoding: "utf8" });
  }
}
