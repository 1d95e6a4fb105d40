package dev.mimic.demo;

import dev.mimic.MimicResolver;
import dev.mimic.PeerGoneException;
import dev.mimic.http.HttpClient;
import dev.mimic.http.HttpRequest;
import dev.mimic.http.HttpResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Fetches what a URL names. */
@Command(
    name = "get",
    description = {
      "Fetch what URL names, by HTTP/2 or HTTP/1.1, and print it.",
      "Redirections are followed; a status of 400 or more is a failure."
    })
final class GetCommand implements Callable<Integer> {
  private static final int FIRST_ERROR = 400;
  private static final int UNAUTHORIZED = 401;
  private static final int NOT_FOUND = 404;

  @Mixin private final DeploymentOptions options = new DeploymentOptions(DeploymentOptions.HOST);

  @Mixin private final ClientOptions client = new ClientOptions();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Write into FILE, which is there when it is whole, and print nothing.")
  private @Nullable Path file;

  @Parameters(index = "0", paramLabel = "URL", description = "Such as https://localhost/path.")
  private String url = "";

  @Override
  public Integer call() throws IOException {
    HttpRequest request = WrongUsageException.unlessRight(() -> HttpRequest.get(url));
    MimicResolver resolver = options.deploymentThatReachesOthers().resolver();
    Duration timeout = client.timeout(resolver);
    try (HttpClient http = HttpClient.builder(resolver).timeout(timeout).build();
        HttpResponse response = http.send(request.withContext(client.context(url, resolver)))) {
      if (response.status() >= FIRST_ERROR) {
        throw new IOException(
            "%s: the server answered %d%s"
                .formatted(request, response.status(), meaning(response.status())));
      }
      write(response);
      return 0;
    } catch (PeerGoneException e) {
      throw new PeerGoneException(e.getMessage() + ": try again", e); // to get changes nothing
    }
  }

  private static String meaning(int status) {
    return switch (status) {
      case UNAUTHORIZED -> ": it wants a user and a password, and this command sends none";
      case NOT_FOUND -> ": there is nothing under this path";
      default -> "";
    };
  }

  private void write(HttpResponse response) throws IOException {
    if (file == null) {
      OutputStream out = new StandardOutput(); // not ours to close
      response.body().writeTo(out);
      out.flush();
      return;
    }
    OutputFile.write(file, response.body()::writeTo);
  }
}
