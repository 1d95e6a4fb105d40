package dev.mimic.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** HTTP/1.1 servers on 127.0.0.1, written with the standard libraries of other languages. */
public final class HttpScripts {
  private static final String PYTHON =
      """
      import http.server, sys

      class Handler(http.server.BaseHTTPRequestHandler):
          protocol_version = "HTTP/1.1"

          def do_GET(self):
              content = self.path.encode()
              self.send_response(200)
              self.send_header("Content-Length", str(len(content)))
              self.end_headers()
              self.wfile.write(content)
              self.connection.settimeout(0.03)

          def log_message(self, *arguments):
              pass

          def finish(self):
              super().finish()
              print("closed", flush=True)

      http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
      """;

  private static final String NODE =
      """
      const server = require("http").createServer((request, response) => {
        response.end(request.url);
      });
      server.keepAliveTimeout = 30;
      server.keepAliveTimeoutBuffer = 0;
      server.on("connection", socket => socket.on("close", () => console.log("closed")));
      server.listen(Number(process.argv[2]), "127.0.0.1");
      """;

  private static final String ECHO =
      """
      import gzip, http.server, sys, urllib.parse

      class Handler(http.server.BaseHTTPRequestHandler):
          protocol_version = "HTTP/1.1"

          def answer(self):
              content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
              path, _, query = self.path.partition("?")
              parts = path.split("/")
              if parts[1] == "status":
                  self.send(int(parts[2]), [], f"content of {parts[2]}\\n".encode())
              elif parts[1] == "redirect":
                  self.send(int(parts[2]), [("Location", urllib.parse.unquote(query))], b"moved\\n")
              elif parts[1] == "gzip" and "gzip" in self.headers.get("Accept-Encoding", ""):
                  self.send(200, [("Content-Encoding", "gzip")], gzip.compress(b"text\\n" * 10000))
              elif parts[1] == "coded":
                  self.send(200, [("Content-Encoding", parts[2])], b"these bytes")
              else:
                  head = sorted(f"{name.lower()}: {value}" for name, value in self.headers.items())
                  lines = [f"{self.command} {self.path}", *head, ""]
                  self.send(200, [], "\\n".join(lines).encode("latin-1") + b"\\n" + content)

          do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PROPFIND = answer

          def send(self, status, fields, content):
              self.send_response(status)
              for name, value in fields:
                  self.send_header(name, value)
              self.send_header("Content-Length", str(len(content)))
              self.end_headers()
              if self.command != "HEAD" and status != 304:
                  self.wfile.write(content)

          def log_message(self, *arguments):
              pass

      http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
      """;

  private HttpScripts() {}

  /**
   * Starts {@code http.server} of Python with a script in a folder. It responds with the path of
   * the request. It closes idle connections after a short time, and then prints {@code closed}.
   */
  public static Daemon python(Path folder, int port) throws IOException {
    return python(folder, PYTHON, port);
  }

  /**
   * Starts {@code http.server} of Python with a script in a folder. It responds with the request,
   * whose fields are sorted and have names in lower case. Some paths have special responses:
   *
   * <ul>
   *   <li>{@code /status/404}: this status
   *   <li>{@code /redirect/302?URL}: this status and Location
   *   <li>{@code /coded/br}: this Content-Encoding
   *   <li>{@code /gzip}: text, compressed if the client accepts that
   * </ul>
   */
  public static Daemon echo(Path folder, int port) throws IOException {
    return python(folder, ECHO, port);
  }

  private static Daemon python(Path folder, String script, int port) throws IOException {
    Path file = Files.createTempFile(folder, "server", ".py");
    return Daemon.start(
        port, "python3", Files.writeString(file, script).toString(), Integer.toString(port));
  }

  /**
   * Starts {@code http.createServer} of Node with a script in a folder. It behaves like {@link
   * #python}.
   */
  public static Daemon node(Path folder, int port) throws IOException {
    Path script = Files.writeString(folder.resolve("server.js"), NODE);
    return Daemon.start(port, "node", script.toString(), Integer.toString(port));
  }
}
