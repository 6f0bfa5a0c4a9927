package angae;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts the built binary for one test: own port, own folder, waits for {@code Ready.}. */
final class Server implements AutoCloseable {
  private static final String BINARY = System.getenv("ANGAE_BIN");

  private final Path folder;
  private final List<String> command;
  private Process process;
  private URI endpoint;

  /** Runs angae with the given flags until it is closed. */
  Server(String... flags) throws IOException {
    folder = Files.createTempDirectory("angae-test-");
    command = new ArrayList<>(List.of(BINARY, "--port", "0", "--data-dir", folder.toString(), "--log", "warn"));
    command.addAll(List.of(flags));
    open();
  }

  /** Runs angae on the folder and waits until it is ready. */
  void open() throws IOException {
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    var output = process.inputReader(StandardCharsets.UTF_8);
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      String[] words = line.strip().split("\\s+");
      if (words[0].equals("endpoint")) {
        endpoint = URI.create(words[1]);
      }
      if (words[0].equals("Ready.")) {
        return;
      }
    }
    throw new IOException("angae ended before it was ready");
  }

  /** {@code kill -9}: the folder stays. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  URI endpoint() {
    return endpoint;
  }

  /** The endpoint by a name that buckets can stand before, in the given scheme. */
  URI named(String scheme) {
    return URI.create(scheme + "://localhost:" + endpoint.getPort());
  }

  /** The certificate to trust, as {@code angae tls ca} prints it. */
  byte[] authority() throws IOException {
    var asked = new ProcessBuilder(BINARY, "--data-dir", folder.toString(), "tls", "ca").start();
    return asked.getInputStream().readAllBytes();
  }

  @Override
  public void close() throws IOException {
    kill();
    try (var left = Files.walk(folder)) {
      for (Path path : left.sorted((one, other) -> other.compareTo(one)).toList()) {
        Files.delete(path);
      }
    }
  }
}
