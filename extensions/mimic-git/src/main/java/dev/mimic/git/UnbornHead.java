package dev.mimic.git;

import com.google.common.base.Splitter;
import dev.mimic.http.Http;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import okhttp3.Authenticator;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.transport.PacketLineIn;
import org.eclipse.jgit.transport.PacketLineOut;

/**
 * The branch that a server's HEAD is on and that has no commit yet, as version 2 of the protocol
 * tells it (gitprotocol-v2(5), "ls-refs"). JGit 7.8 does not ask for it.
 */
final class UnbornHead {
  private static final String LINE = "unborn HEAD symref-target:";
  private static final String CAPABILITY = "ls-refs=";
  private static final String INFO = "/info/refs";
  private static final String AUTHORIZATION = "Authorization";

  private UnbornHead() {}

  /** Returns whether a server that offers these features of {@code ls-refs} tells it. */
  static boolean isTold(String features) {
    return Splitter.on(' ').splitToList(features.strip()).contains("unborn");
  }

  /** Writes the question. */
  static void ask(PacketLineOut out) throws IOException {
    out.writeString("command=ls-refs");
    out.writeDelim();
    for (String line : List.of("symrefs", "unborn", "ref-prefix " + Constants.HEAD)) {
      out.writeString(line);
    }
    out.end();
  }

  /** Reads the answer. */
  static Optional<String> read(PacketLineIn in) throws IOException {
    return lines(in).stream()
        .filter(line -> line.startsWith(LINE))
        .map(line -> line.substring(LINE.length()).strip())
        .findFirst();
  }

  private static List<String> lines(PacketLineIn in) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line = in.readString(); !PacketLineIn.isEnd(line); line = in.readString()) {
      lines.add(line);
    }
    return lines;
  }

  /**
   * Asks a server of HTTP, in a conversation of its own.
   *
   * @return nothing if it has none, or does not tell
   */
  static Optional<String> byHttp(
      OkHttpClient.Builder settings, GitAddress at, HttpCredentials credentials)
      throws IOException {
    HttpUrl repository = HttpUrl.get(at.unmasked(at.uri().toString()));
    OkHttpClient client = settings.authenticator(login(credentials)).build();
    try {
      HttpUrl info = HttpUrl.get(repository + INFO + "?service=git-upload-pack");
      Request.Builder request = new Request.Builder().header("Git-Protocol", "version=2");
      HttpUrl asked;
      try (Response response = client.newCall(request.url(info).build()).execute()) {
        if (!response.isSuccessful() || !isTold(response.body().byteStream())) {
          return Optional.empty();
        }
        asked = response.request().url(); // where it was sent on to
      }
      String service = asked.encodedPath().replaceFirst(INFO + "$", "/git-upload-pack");
      HttpUrl to = asked.newBuilder().encodedPath(service).query(null).build();
      try (Response response = client.newCall(request.url(to).post(question()).build()).execute()) {
        return response.isSuccessful()
            ? read(
                new PacketLineIn(Advertisement.later(response.body().byteStream(), at.toString())))
            : Optional.empty();
      }
    } finally {
      Http.close(client);
    }
  }

  private static boolean isTold(InputStream capabilities) throws IOException {
    return lines(new PacketLineIn(capabilities)).stream()
        .filter(line -> line.startsWith(CAPABILITY))
        .anyMatch(line -> isTold(line.substring(CAPABILITY.length())));
  }

  private static RequestBody question() throws IOException {
    ByteArrayOutputStream question = new ByteArrayOutputStream();
    ask(new PacketLineOut(question));
    return RequestBody.create(
        question.toByteArray(), MediaType.get("application/x-git-upload-pack-request"));
  }

  /** Shows them once, and by the Basic scheme alone. */
  private static Authenticator login(HttpCredentials credentials) {
    return (route, response) -> {
      Request request = response.request();
      boolean shows =
          request.header(AUTHORIZATION) == null
              && credentials.areFor(request.url())
              && response.challenges().stream().anyMatch(each -> each.scheme().equals("Basic"));
      return credentials
          .basic()
          .filter(field -> shows)
          .map(field -> request.newBuilder().header(AUTHORIZATION, field).build())
          .orElse(null);
    };
  }
}
