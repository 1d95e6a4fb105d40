package dev.mimic.git;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.base.Splitter;
import dev.mimic.http.server.HttpBody;
import dev.mimic.http.server.HttpRequest;
import dev.mimic.http.server.HttpResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.eclipse.jgit.errors.PackProtocolException;
import org.eclipse.jgit.errors.RepositoryNotFoundException;
import org.eclipse.jgit.errors.UnpackException;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.PacketLineOut;
import org.eclipse.jgit.transport.RefAdvertiser.PacketLineOutRefAdvertiser;
import org.eclipse.jgit.transport.UploadPack;
import org.eclipse.jgit.transport.UploadPackInternalServerErrorException;

/** Git's smart HTTP on a server: a request for the refs, and a request for each round. */
record SmartHttp(GitService service) {
  private static final Pattern SERVICE =
      Pattern.compile("/(?<path>.+)/git-(?<service>upload|receive)-pack");
  private static final Pattern INFO = Pattern.compile("/(?<path>.+)/info/refs");
  private static final Pattern QUERY =
      Pattern.compile("service=git-(?<service>upload|receive)-pack");

  HttpResponse handle(HttpRequest request) throws IOException {
    Matcher info = INFO.matcher(request.path());
    Matcher round = SERVICE.matcher(request.path());
    Matcher query = QUERY.matcher(request.query().orElse(""));
    try {
      if (request.method().equals("GET") && info.matches() && query.matches()) {
        return advertise(gitRequest(info.group("path"), query.group("service"), request));
      }
      if (request.method().equals("POST") && round.matches()) {
        String type = "application/x-git-%s-pack-request".formatted(round.group("service"));
        String given = request.header("Content-Type").orElse("");
        if (!given.replaceFirst("\\s*;.*", "").equalsIgnoreCase(type)) {
          // Browsers do not send this type to another site without asking that site first.
          return HttpResponse.of(415, "the content must be " + type + "\n");
        }
        return runRound(gitRequest(round.group("path"), round.group("service"), request), request);
      }
      return HttpResponse.of(404, "this server serves only Git, over smart HTTP\n");
    } catch (RepositoryNotFoundException e) {
      return HttpResponse.of(404, e.getMessage() + "\n");
    } catch (PackProtocolException e) {
      return HttpResponse.of(403, e.getMessage() + "\n");
    }
  }

  private static GitRequest gitRequest(String path, String service, HttpRequest request)
      throws PackProtocolException {
    return GitRequest.of(
        service.equals("receive"),
        URLDecoder.decode(path.replace("+", "%2B"), UTF_8),
        Splitter.on(':').splitToList(request.header("Git-Protocol").orElse("")));
  }

  private HttpResponse advertise(GitRequest gitRequest) throws IOException {
    Repository repository = service.repository(gitRequest);
    String name = gitRequest.push() ? "git-receive-pack" : "git-upload-pack";
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PacketLineOut lines = new PacketLineOut(out);
    PacketLineOutRefAdvertiser refs = new PacketLineOutRefAdvertiser(lines);
    if (gitRequest.push()) {
      lines.writeString("# service=" + name + "\n");
      lines.end();
      service.receivePack(repository, false).sendAdvertisedRefs(refs);
    } else {
      try (UploadPack upload = GitService.uploadPack(gitRequest, repository, false)) {
        upload.sendAdvertisedRefs(refs, name);
      }
    }
    return respond(name + "-advertisement", HttpBody.of(out.toByteArray()));
  }

  private HttpResponse runRound(GitRequest gitRequest, HttpRequest request) throws IOException {
    Repository repository = service.repository(gitRequest);
    return respond(
        gitRequest.push() ? "git-receive-pack-result" : "git-upload-pack-result",
        HttpBody.written(out -> serve(gitRequest, repository, content(request), out)));
  }

  private void serve(GitRequest gitRequest, Repository repository, InputStream in, OutputStream out)
      throws IOException {
    try {
      boolean unused = service.serve(gitRequest, repository, false, in, out);
    } catch (UploadPackInternalServerErrorException | UnpackException e) {
      out.flush(); // JGit has written the reason
    }
  }

  private static InputStream content(HttpRequest request) throws IOException {
    InputStream stream = request.body().stream();
    boolean packed = request.header("Content-Encoding").orElse("").equals("gzip");
    return packed ? new GZIPInputStream(stream) : stream;
  }

  private static HttpResponse respond(String type, HttpBody body) {
    return HttpResponse.of(200, body.withContentType("application/x-" + type))
        .withHeader("Cache-Control", "no-cache");
  }
}
