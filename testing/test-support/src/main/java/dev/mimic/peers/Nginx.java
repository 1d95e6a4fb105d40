package dev.mimic.peers;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * nginx on 127.0.0.1, which serves the files in {@code www} and accepts files by PUT. It supports
 * HTTP/1.1 and HTTP/2, each in the clear and over TLS, and HTTP/1.1 on a socket file.
 */
public final class Nginx implements Closeable {
  private final Path folder;
  private final int port;
  private final int http2Port;
  private final int tlsPort;
  private final Daemon daemon;

  private Nginx(Path folder, int port, int http2Port, int tlsPort, Daemon daemon) {
    this.folder = folder;
    this.port = port;
    this.http2Port = http2Port;
    this.tlsPort = tlsPort;
    this.daemon = daemon;
  }

  /**
   * Starts a server.
   *
   * @param folder a folder for the files of the server
   * @param certificate the certificate of the server, in PEM
   * @param key the private key of the server, in PEM
   * @param more additional lines for the {@code server} block
   */
  public static Nginx start(Path folder, Path certificate, Path key, String... more)
      throws IOException {
    List<Integer> ports = Daemon.freePorts(3);
    int port = ports.get(0);
    int http2Port = ports.get(1);
    int tlsPort = ports.get(2);
    Files.createDirectories(folder.resolve("www"));
    String configuration =
        """
        daemon off;
        master_process off;
        pid FOLDER/pid;
        error_log stderr;
        events { worker_connections 512; }
        http {
          access_log off;
          client_body_temp_path FOLDER/body;
          proxy_temp_path FOLDER/proxy;
          fastcgi_temp_path FOLDER/fastcgi;
          uwsgi_temp_path FOLDER/uwsgi;
          scgi_temp_path FOLDER/scgi;
          default_type application/octet-stream;
          client_max_body_size 0;
          server {
            listen 127.0.0.1:%d;
            listen 127.0.0.1:%d http2;
            listen 127.0.0.1:%d ssl http2;
            listen unix:FOLDER/socket;
            ssl_certificate %s;
            ssl_certificate_key %s;
            root FOLDER/www;
            dav_methods PUT DELETE;
            %s
          }
        }
        """
            .formatted(port, http2Port, tlsPort, certificate, key, String.join("\n", more))
            .replace("FOLDER", folder.toString());
    Path file = folder.resolve("nginx.conf");
    Files.write(file, List.of(configuration), US_ASCII);
    Daemon daemon =
        Daemon.start(
            tlsPort, "nginx", "-p", folder.toString(), "-e", "stderr", "-c", file.toString());
    return new Nginx(folder, port, http2Port, tlsPort, daemon);
  }

  /** Returns the URL of HTTP/1.1 in the clear. */
  public String url() {
    return "http://localhost:" + port;
  }

  /** Returns the URL of HTTP/2 in the clear. */
  public String http2Url() {
    return "http://localhost:" + http2Port;
  }

  /** Returns the URL of HTTP/1.1 and HTTP/2 over TLS. */
  public String tlsUrl() {
    return "https://localhost:" + tlsPort;
  }

  /** Returns the socket file, for HTTP/1.1. */
  public Path socket() {
    return folder.resolve("socket");
  }

  /** Returns the served folder. */
  public Path www() {
    return folder.resolve("www");
  }

  @Override
  public void close() throws IOException {
    daemon.close();
  }
}
