package dev.mimic.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mimic.Context;
import dev.mimic.MimicResolver;
import dev.mimic.http.Http;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command that sends an HTTP request and prints the response. */
@Command(
    name = "get",
    description = {
      "Fetch URL by HTTP/2 or HTTP/1.1, and print the content.",
      "%nRedirects are followed. A status of 400 or more is a failure.",
      "--timeout also limits each wait for the server."
    })
final class GetCommand implements Callable<Integer> {
  private static final int NOT_MODIFIED = 304;

  @Mixin private final DeploymentOptions options = new DeploymentOptions(DeploymentOptions.HOST);
  @Mixin private final ClientOptions client = new ClientOptions();
  @Mixin private final RequestOptions asked = new RequestOptions();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description =
          "Write the content to FILE in place of printing it. FILE appears when it is complete.")
  private @Nullable Path file;

  @Option(
      names = {"-C", "--continue-at"},
      paramLabel = "OFFSET",
      description =
          "Skip OFFSET bytes; - stands for the size of -o FILE. FILE is written in place, and keeps"
              + " the received part if the transfer fails.")
  private @Nullable String continueAt;

  @Option(
      names = {"-i", "--include"},
      description =
          "Print the head of each response before the content, and the content of a failure too.")
  private boolean include;

  @Option(
      names = "--over",
      paramLabel = "ADDRESS",
      description = "Connect to ADDRESS, such as unix:/run/x.sock, in place of the host of URL.")
  private @Nullable String over;

  @Option(
      names = {"-q", "--quiet"},
      description = "Show no progress of -o FILE.")
  private boolean quiet;

  @Parameters(
      index = "0",
      paramLabel = "URL",
      description = "Such as https://localhost/path. USER:PASSWORD@ can precede the host.")
  private String url = "";

  @Spec private @Nullable CommandSpec command;

  @Override
  public Integer call() throws IOException {
    HttpUrl target = RequestOptions.url(url);
    Continuation rest = continueAt == null ? null : continuation(continueAt);
    Request plain = asked.request(target);
    Request request = rest == null ? plain : rest.ask(plain);
    MimicResolver resolver = options.deploymentThatReachesOthers().resolver();
    Context how = client.context(RequestOptions.origin(target), resolver);
    Duration timeout = client.timeout(resolver);
    HeadLimit limit = new HeadLimit(timeout);
    OkHttpClient http =
        (over == null ? Http.client(resolver, how) : Http.clientOver(resolver, over, how))
            .connectTimeout(timeout)
            .readTimeout(timeout)
            .writeTimeout(timeout)
            .eventListener(limit)
            .addNetworkInterceptor(asked.adjustment())
            .build();
    GetFailures failures = new GetFailures(request, timeout);
    try (Response response = send(http, request, failures, limit)) {
      take(response, rest, failures);
      return 0;
    } finally {
      Http.close(http);
    }
  }

  /** Returns the continuation that {@code -C} asks for, and refuses options that exclude it. */
  private Continuation continuation(String from) throws IOException {
    if (!asked.method().equals("GET") || asked.hasHeader("Range") || asked.isCompressed()) {
      throw new WrongUsageException(
          "-C needs a GET request without --compressed and without a Range field");
    }
    if (include && file != null) {
      throw new WrongUsageException(
          "-i and -C exclude each other: the head would be written into the middle of FILE");
    }
    return Continuation.of(from, file);
  }

  private static Response send(
      OkHttpClient http, Request request, GetFailures failures, HeadLimit limit)
      throws IOException {
    try {
      return http.newCall(request).execute();
    } catch (IOException e) {
      throw failures.ofExchange(e, limit.isExceeded());
    }
  }

  private void take(Response response, @Nullable Continuation rest, GetFailures failures)
      throws IOException {
    Continuation.Verdict verdict = rest == null ? null : rest.verdict(response, failures);
    if (verdict == Continuation.Verdict.COMPLETE) {
      return;
    }
    if (include && file == null && GetFailures.isError(response)) {
      print(response, failures);
    }
    failures.check(response);
    if (rest != null && verdict != null) {
      takeRest(response, rest, verdict, failures);
    } else if (file == null) {
      print(response, failures);
    } else if (response.code() != NOT_MODIFIED) {
      OutputFile.write(file, out -> writeAll(response, out, 0, failures));
    }
  }

  private void takeRest(
      Response response, Continuation rest, Continuation.Verdict verdict, GetFailures failures)
      throws IOException {
    if (file == null) {
      rest.end(response, print(response, failures), failures);
      return;
    }
    boolean appends = verdict == Continuation.Verdict.APPEND;
    OutputFile.Content content =
        out -> {
          rest.begin(response, verdict);
          long offset = appends ? rest.offset() : 0;
          rest.end(response, writeAll(response, out, offset, failures), failures);
        };
    try {
      if (appends) {
        OutputFile.append(file, content);
      } else {
        OutputFile.startOver(file, content);
      }
    } catch (IOException e) {
      throw rest.withRemedy(e);
    }
  }

  private long print(Response response, GetFailures failures) throws IOException {
    OutputStream out = new StandardOutput(); // not ours to close
    long count = writeAll(response, out, 0, failures);
    out.flush();
    return count;
  }

  /** Writes the heads, with {@code -i}, and the content. Returns the length of the content. */
  private long writeAll(Response response, OutputStream out, long offset, GetFailures failures)
      throws IOException {
    if (include) {
      ResponseContent.writeHeads(response, out);
    }
    ResponseContent content = new ResponseContent(response, asked.isCompressed(), failures);
    if (file == null || quiet) {
      return content.writeTo(out, count -> {});
    }
    long length = response.body().contentLength();
    try (TransferProgress progress =
        new TransferProgress(errors(), offset, length < 0 ? -1 : offset + length)) {
      return content.writeTo(out, progress::moved);
    }
  }

  private PrintWriter errors() {
    return command == null
        ? new PrintWriter(System.err, true, UTF_8)
        : command.commandLine().getErr();
  }
}
