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
 * The branch of a server's HEAD that has no commit yet, in version 2 of the protocol
 * (gitprotocol-v2(5), "ls-refs"). JGit 7.8 does not ask for it.
 */
final class UnbornHead {
  private static final String LINE = "unborn HEAD symref-target:";
  private static final String CAPABILITY = "ls-refs=";
  private static final String INFO = "/info/refs";
  private static final String AUTHORIZATION = "Authorization";

  private UnbornHead() {}

  /** Returns whether these features of {@code ls-refs} include the unborn branch. */
  static boolean isOffered(String features) {
    return Splitter.on(' ').splitToList(features.strip()).contains("unborn");
  }

  /** Writes a request for the branch. */
  static void writeRequest(PacketLineOut out) throws IOException {
    out.writeString("command=ls-refs");
    out.writeDelim();
    for (String line : List.of("symrefs", "unborn", "ref-prefix " + Constants.HEAD)) {
      out.writeString(line);
    }
    out.end();
  }

  /** Reads the response and returns the branch, if it contains one. */
  static Optional<String> readResponse(PacketLineIn in) throws IOException {
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
   * Asks an HTTP server in two separate requests.
   *
   * @return the branch, or empty if there is none or the server does not support the question
   */
  static Optional<String> requestByHttp(
      OkHttpClient.Builder settings, GitAddress at, HttpCredentials credentials)
      throws IOException {
    HttpUrl repository = HttpUrl.get(at.unredacted(at.uri().toString()));
    OkHttpClient client = settings.authenticator(login(credentials)).build();
    try {
      HttpUrl info = HttpUrl.get(repository + INFO + "?service=git-upload-pack");
      Request.Builder request = new Request.Builder().header("Git-Protocol", "version=2");
      HttpUrl redirected;
      try (Response response = client.newCall(request.url(info).build()).execute()) {
        if (!response.isSuccessful() || !isOffered(response.body().byteStream())) {
          return Optional.empty();
        }
        redirected = response.request().url(); // after redirects
      }
      String service = redirected.encodedPath().replaceFirst(INFO + "$", "/git-upload-pack");
      HttpUrl to = redirected.newBuilder().encodedPath(service).query(null).build();
      try (Response response =
          client.newCall(request.url(to).post(requestBody()).build()).execute()) {
        return response.isSuccessful()
            ? readResponse(
                new PacketLineIn(
                    Advertisement.responseAfter(response.body().byteStream(), at.toString())))
            : Optional.empty();
      }
    } finally {
      Http.close(client);
    }
  }

  private static boolean isOffered(InputStream capabilities) throws IOException {
    return lines(new PacketLineIn(capabilities)).stream()
        .filter(line -> line.startsWith(CAPABILITY))
        .anyMatch(line -> isOffered(line.substring(CAPABILITY.length())));
  }

  private static RequestBody requestBody() throws IOException {
    ByteArrayOutputStream requestBody = new ByteArrayOutputStream();
    writeRequest(new PacketLineOut(requestBody));
    return RequestBody.create(
        requestBody.toByteArray(), MediaType.get("application/x-git-upload-pack-request"));
  }

  /** Returns an authenticator that sends the credentials once, only by the Basic scheme. */
  private static Authenticator login(HttpCredentials credentials) {
    return (route, response) -> {
      Request request = response.request();
      boolean answers =
          request.header(AUTHORIZATION) == null
              && credentials.matches(request.url())
              && response.challenges().stream().anyMatch(each -> each.scheme().equals("Basic"));
      return credentials
          .basic()
          .filter(field -> answers)
          .map(field -> request.newBuilder().header(AUTHORIZATION, field).build())
          .orElse(null);
    };
  }
}
