package dev.mimic.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;
import okio.ByteString;
import okio.Okio;
import okio.Source;
import org.jspecify.annotations.Nullable;

/**
 * The content of a request: the values of {@code --data}, joined by {@code &}. A file is read while
 * it is sent, and again if the request is repeated. A pipe and standard input are read into memory.
 */
final class RequestData extends RequestBody {
  /** A part of the content: bytes, or a file of this length. */
  private record Piece(ByteString bytes, @Nullable Path file, long length) {}

  private final List<Piece> pieces;

  private RequestData(List<Piece> pieces) {
    this.pieces = pieces;
  }

  /** Returns the content of values that are text, {@code @FILE} or {@code @-}. */
  static RequestData of(List<String> data) throws IOException {
    List<Piece> pieces = new ArrayList<>();
    for (String each : data) {
      if (!pieces.isEmpty()) {
        pieces.add(inMemory(ByteString.encodeUtf8("&")));
      }
      pieces.add(piece(each));
    }
    return new RequestData(pieces);
  }

  private static Piece inMemory(ByteString bytes) {
    return new Piece(bytes, null, bytes.size());
  }

  private static Piece piece(String text) throws IOException {
    if (!text.startsWith("@")) {
      return inMemory(ByteString.encodeUtf8(text));
    }
    if (text.equals("@-")) {
      return inMemory(ByteString.of(InputFile.standard().readAllBytes())); // not ours to close
    }
    Path file = Path.of(text.substring(1));
    try (InputFile in = InputFile.open(file)) {
      return Files.isRegularFile(file)
          ? new Piece(ByteString.EMPTY, file, Files.size(file))
          : inMemory(ByteString.of(in.readAllBytes()));
    }
  }

  /** Returns null: the type is among the request's header fields, as the user wrote it. */
  @Override
  public @Nullable MediaType contentType() {
    return null;
  }

  @Override
  public long contentLength() {
    return pieces.stream().mapToLong(Piece::length).sum();
  }

  @Override
  public void writeTo(BufferedSink sink) throws IOException {
    for (Piece each : pieces) {
      if (each.file() == null) {
        sink.write(each.bytes());
      } else {
        write(each.file(), each.length(), sink);
      }
    }
  }

  private static void write(Path file, long length, BufferedSink sink) throws IOException {
    try (InputFile in = InputFile.open(file);
        Source source = Okio.source(in)) {
      long written = sink.writeAll(source);
      if (written != length) {
        throw new IOException("%s changed while it was sent".formatted(file));
      }
    }
  }
}
