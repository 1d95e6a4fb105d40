package dev.mimic.http.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The content of a message: bytes in memory, a stream that is read while it is sent or received, or
 * the output of a writer.
 *
 * <p>A body of text, bytes or a writer can be used repeatedly and by several threads; the body of a
 * stream only once. A body of unknown length is sent in chunks.
 */
public final class HttpBody implements Closeable {
  private static final int CHUNK_BYTES = 16 * 1024;
  private static final HttpBody EMPTY = ofBytes(new byte[0]);

  private final Source source;
  private final long length;
  private final @Nullable String contentType;

  private HttpBody(Source source, long length, @Nullable String contentType) {
    this.source = source;
    this.length = length;
    this.contentType = contentType;
  }

  /** A function that writes the content of a body. */
  @FunctionalInterface
  public interface Writer {
    /**
     * Writes the whole content. Blocks while the peer does not read. The output is buffered; {@link
     * OutputStream#flush} sends it at once. Implementations need not close the stream.
     */
    void writeTo(OutputStream to) throws IOException;
  }

  /** The source of the bytes. */
  private sealed interface Source {}

  @SuppressWarnings("ArrayRecordComponent") // never compared or modified
  private record Bytes(byte[] bytes) implements Source {}

  private record Stream(InputStream stream) implements Source {}

  private record Written(Writer writer) implements Source {}

  /** Returns an empty body. */
  public static HttpBody empty() {
    return EMPTY;
  }

  /** Returns a body of this text in UTF-8, with the type {@code text/plain}. */
  public static HttpBody of(String text) {
    return ofBytes(text.getBytes(UTF_8)).withContentType("text/plain; charset=utf-8");
  }

  /** Returns a body of a copy of these bytes. */
  public static HttpBody of(byte[] bytes) {
    return ofBytes(bytes.clone());
  }

  private static HttpBody ofBytes(byte[] bytes) {
    return new HttpBody(new Bytes(bytes), bytes.length, null);
  }

  /**
   * Returns a body of this stream up to its end. Each part is sent as soon as it can be read.
   * Sending the body closes the stream.
   */
  public static HttpBody of(InputStream stream) {
    return new HttpBody(new Stream(requireNonNull(stream, "stream")), -1, null);
  }

  /**
   * Returns a body of this stream, with a known length.
   *
   * @param bytes the length; sending the message fails if the stream has more or fewer bytes
   */
  public static HttpBody of(InputStream stream, long bytes) {
    return new HttpBody(new Stream(requireNonNull(stream, "stream")), checked(bytes), null);
  }

  /** Returns a body that the writer writes whenever the body is sent. */
  public static HttpBody written(Writer writer) {
    return new HttpBody(new Written(requireNonNull(writer, "writer")), -1, null);
  }

  /** Returns a body of this length that the writer writes whenever the body is sent. */
  public static HttpBody written(Writer writer, long bytes) {
    return new HttpBody(new Written(requireNonNull(writer, "writer")), checked(bytes), null);
  }

  private static long checked(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes (%d) must not be negative".formatted(bytes));
    }
    return bytes;
  }

  /** Returns this body with a type. A {@code Content-Type} field of the message overrides it. */
  public HttpBody withContentType(String type) {
    return new HttpBody(source, length, requireNonNull(type, "type"));
  }

  /** Returns the type, or empty if it is not known. */
  public Optional<String> contentType() {
    return Optional.ofNullable(contentType);
  }

  /** Returns the length in bytes, or empty if it is not known. */
  public OptionalLong length() {
    return length < 0 ? OptionalLong.empty() : OptionalLong.of(length);
  }

  /**
   * Returns the content as a stream. The body of a received message blocks until bytes arrive; if
   * it is truncated, reading throws {@link IOException}. The output of a writer is collected in
   * memory first.
   */
  public InputStream stream() throws IOException {
    return switch (source) {
      case Bytes it -> new ByteArrayInputStream(it.bytes());
      case Stream it -> it.stream();
      case Written it -> new ByteArrayInputStream(collected(it.writer()));
    };
  }

  /** Reads the whole content and closes the body. */
  public byte[] bytes() throws IOException {
    try (InputStream stream = stream()) {
      return stream.readAllBytes();
    }
  }

  /** Reads the whole content as UTF-8 text and closes the body. */
  public String text() throws IOException {
    return new String(bytes(), UTF_8);
  }

  /** Writes the whole content and closes the stream of the body, if it has one. */
  public void writeTo(OutputStream to) throws IOException {
    switch (source) {
      case Bytes it -> to.write(it.bytes());
      case Stream it -> {
        try (InputStream stream = it.stream()) {
          byte[] chunk = new byte[CHUNK_BYTES];
          for (int count = stream.read(chunk); count >= 0; count = stream.read(chunk)) {
            to.write(chunk, 0, count);
            if (count < chunk.length) {
              to.flush(); // the next read can block for long
            }
          }
        }
      }
      case Written it -> it.writer().writeTo(to);
    }
  }

  /** Returns the bytes if they are in memory, or null. */
  byte @Nullable [] inMemory() {
    return source instanceof Bytes it ? it.bytes() : null;
  }

  private static byte[] collected(Writer writer) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    writer.writeTo(bytes);
    return bytes.toByteArray();
  }

  /** Closes the stream of the body, if it has one; its unread bytes are lost. */
  @Override
  public void close() throws IOException {
    if (source instanceof Stream it) {
      it.stream().close();
    }
  }

  /** Returns the kind and length of the body without its content. */
  @Override
  public String toString() {
    return length < 0 ? "a body of unknown length" : "a body of %d bytes".formatted(length);
  }
}
