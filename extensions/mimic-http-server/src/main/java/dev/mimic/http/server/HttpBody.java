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
 * The content of a message: bytes that are there, a stream that is read as it is sent or received,
 * or what a writer writes.
 *
 * <p>A body of text, bytes or a writer can be used any number of times, by several threads; one of
 * a stream once. A body whose length is not known is sent in chunks.
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

  /** Writes a body. */
  @FunctionalInterface
  public interface Writer {
    /**
     * Writes all of it, blocking while the peer does not read; need not close {@code to}. What is
     * written is sent when there is much of it, or by {@link OutputStream#flush}.
     */
    void writeTo(OutputStream to) throws IOException;
  }

  /** Where the bytes come from. */
  private sealed interface Source {}

  @SuppressWarnings("ArrayRecordComponent") // compared by nobody, and nobody changes them
  private record Bytes(byte[] bytes) implements Source {}

  private record Stream(InputStream stream) implements Source {}

  private record Written(Writer writer) implements Source {}

  /** Returns a body without any bytes. */
  public static HttpBody empty() {
    return EMPTY;
  }

  /** Returns a body of this text, in UTF-8, of the type {@code text/plain}. */
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
   * Returns a body of what this stream has until its end, each part of which is sent when it is
   * there; who sends it closes the stream.
   */
  public static HttpBody of(InputStream stream) {
    return new HttpBody(new Stream(requireNonNull(stream, "stream")), -1, null);
  }

  /**
   * Returns a body of this stream, of which the length is known.
   *
   * @param bytes how many it has; a stream that has fewer, or more, fails the message
   */
  public static HttpBody of(InputStream stream, long bytes) {
    return new HttpBody(new Stream(requireNonNull(stream, "stream")), checked(bytes), null);
  }

  /** Returns a body that is written when it is sent, and again for each further response. */
  public static HttpBody written(Writer writer) {
    return new HttpBody(new Written(requireNonNull(writer, "writer")), -1, null);
  }

  /** Returns a body that is written when it is sent, and is this long. */
  public static HttpBody written(Writer writer, long bytes) {
    return new HttpBody(new Written(requireNonNull(writer, "writer")), checked(bytes), null);
  }

  private static long checked(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes (%d) must not be negative".formatted(bytes));
    }
    return bytes;
  }

  /** Returns this body with a type, which is sent unless the message has a {@code Content-Type}. */
  public HttpBody withContentType(String type) {
    return new HttpBody(source, length, requireNonNull(type, "type"));
  }

  /** Returns its type, if it was given one. */
  public Optional<String> contentType() {
    return Optional.ofNullable(contentType);
  }

  /** Returns how many bytes it has, if that is known. */
  public OptionalLong length() {
    return length < 0 ? OptionalLong.empty() : OptionalLong.of(length);
  }

  /**
   * Returns its bytes as a stream. Of a message that was received, reading blocks until there are
   * some; a body that was cut short is an {@link IOException}, and never an end. One that a writer
   * writes is written into memory first.
   */
  public InputStream stream() throws IOException {
    return switch (source) {
      case Bytes it -> new ByteArrayInputStream(it.bytes());
      case Stream it -> it.stream();
      case Written it -> new ByteArrayInputStream(collected(it.writer()));
    };
  }

  /** Returns all of its bytes; reads to its end, and closes it. */
  public byte[] bytes() throws IOException {
    try (InputStream stream = stream()) {
      return stream.readAllBytes();
    }
  }

  /** Returns all of it as text in UTF-8; reads to its end, and closes it. */
  public String text() throws IOException {
    return new String(bytes(), UTF_8);
  }

  /** Writes all of it; closes the stream that it is of, if any. */
  public void writeTo(OutputStream to) throws IOException {
    switch (source) {
      case Bytes it -> to.write(it.bytes());
      case Stream it -> {
        try (InputStream stream = it.stream()) {
          byte[] chunk = new byte[CHUNK_BYTES];
          for (int count = stream.read(chunk); count >= 0; count = stream.read(chunk)) {
            to.write(chunk, 0, count);
            if (count < chunk.length) {
              to.flush(); // the rest may be long in coming
            }
          }
        }
      }
      case Written it -> it.writer().writeTo(to);
    }
  }

  /** Returns the bytes if they are there already. */
  byte @Nullable [] ready() {
    return source instanceof Bytes it ? it.bytes() : null;
  }

  private static byte[] collected(Writer writer) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    writer.writeTo(bytes);
    return bytes.toByteArray();
  }

  /** Closes the stream that it is of, if any; what was not read is lost. */
  @Override
  public void close() throws IOException {
    if (source instanceof Stream it) {
      it.stream().close();
    }
  }

  /** Returns what kind of body this is, and never what it holds. */
  @Override
  public String toString() {
    return length < 0 ? "a body of unknown length" : "a body of %d bytes".formatted(length);
  }
}
