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

/** Fetches what a URL names. */
@Command(
    name = "get",
    description = {
      "Fetch what URL names, by HTTP/2 or HTTP/1.1, and print it.",
      "Redirections are followed; a status of 400 or more is a failure.",
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
      description = "Write into FILE, which is there when it is whole, and print nothing.")
  private @Nullable Path file;

  @Option(
      names = {"-C", "--continue-at"},
      paramLabel = "OFFSET",
      description = {
        "Fetch what follows so many bytes; - stands for the size of -o FILE.",
        "FILE is written in place, and keeps what has come if the rest does not."
      })
  private @Nullable String continueAt;

  @Option(
      names = {"-i", "--include"},
      description = {
        "Show the head of each response before the content,",
        "and print the content of a failure too."
      })
  private boolean include;

  @Option(
      names = "--over",
      paramLabel = "ADDRESS",
      description = "Connect to ADDRESS, such as unix:/run/x.sock, whatever URL's host is.")
  private @Nullable String over;

  @Option(
      names = {"-q", "--quiet"},
      description = "Do not tell on a terminal how far -o FILE is.")
  private boolean quiet;

  @Parameters(
      index = "0",
      paramLabel = "URL",
      description = "Such as https://localhost/path; USER:PASSWORD@ can stand before the host.")
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

  /** Returns what {@code -C} asks for, and refuses what would not fit together with it. */
  private Continuation continuation(String from) throws IOException {
    if (!asked.method().equals("GET") || asked.hasHeader("Range") || asked.isCompressed()) {
      throw new WrongUsageException(
          "-C is for a GET of what is there, without --compressed and a Range of your own");
    }
    if (include && file != null) {
      throw new WrongUsageException("-i would put a head into the middle of -C's file");
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

  /** Writes the heads, if they are asked for, and the content; returns how long that is. */
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
