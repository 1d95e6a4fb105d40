package dev.mimic.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * The continuation of a transfer that was cut off (RFC 9110, section 14). The file is written in
 * place, and keeps the received part.
 *
 * <p>While the file is incomplete, an extended attribute of the file holds the validator of the
 * content: a strong ETag, or the time of the last change. It is sent as {@code If-Range}, so that
 * parts of different contents are never joined. A file system without such attributes stores none.
 */
final class Continuation {
  private static final String FROM_THE_FILE = "-";
  private static final String ATTRIBUTE = "mimic.validator";
  private static final Pattern SENDABLE = Pattern.compile("[ -~]*");
  private static final Pattern OFFSET = Pattern.compile("\\d{1,18}");
  private static final Pattern RANGE =
      Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)", Pattern.CASE_INSENSITIVE);
  private static final Pattern UNSATISFIED =
      Pattern.compile("bytes \\*/(\\d{1,18})", Pattern.CASE_INSENSITIVE);

  /** The time without a change after which the time of the last change identifies the content. */
  private static final Duration SETTLED = Duration.ofSeconds(1);

  private static final int OK = 200;
  private static final int PARTIAL = 206;
  private static final int UNSATISFIABLE = 416;

  private final @Nullable Path file;
  private final long offset;
  private final String validator;

  private Continuation(@Nullable Path file, long offset, String validator) {
    this.file = file;
    this.offset = offset;
    this.validator = validator;
  }

  /** The way to use a response. */
  enum Verdict {
    /** The content is the rest: append it to the file. */
    APPEND,
    /** The content is the whole: replace the file. */
    START,
    /** The file is complete. */
    COMPLETE
  }

  /**
   * Returns the continuation that {@code -C} asks for.
   *
   * @param from an offset, or {@code -} for the size of the file
   * @param file the file to append to, or null if the rest is printed
   */
  static Continuation of(String from, @Nullable Path file) throws IOException {
    boolean fromFile = from.equals(FROM_THE_FILE);
    if (!fromFile && !OFFSET.matcher(from).matches()) {
      throw new WrongUsageException("-C: write a number of bytes, or - for the size of -o FILE");
    }
    if (file == null) {
      if (fromFile) {
        throw new WrongUsageException("-C - needs a file: add -o FILE");
      }
      return new Continuation(null, Long.parseLong(from), "");
    }
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new WrongUsageException("-C needs a regular file, and %s is not one".formatted(file));
    }
    long size = Files.exists(file) ? Files.size(file) : 0;
    if (!fromFile && Long.parseLong(from) != size) {
      throw new WrongUsageException(
          "-C %s is not the end of %s, which has %d bytes: give -C -".formatted(from, file, size));
    }
    return new Continuation(file, size, size == 0 ? "" : remembered(file));
  }

  /** Returns the number of bytes to skip. */
  long offset() {
    return offset;
  }

  /** Returns the request for the rest. */
  Request ask(Request request) {
    if (offset == 0) {
      return request;
    }
    Request.Builder asking = request.newBuilder().header("Range", "bytes=%d-".formatted(offset));
    return (validator.isEmpty() ? asking : asking.header("If-Range", validator)).build();
  }

  /**
   * Returns the way to use a response.
   *
   * @throws IOException if the response is neither the rest nor says that there is none
   */
  Verdict verdict(Response response, GetFailures failures) throws IOException {
    return switch (response.code()) {
      case PARTIAL -> ofPart(response, failures);
      case UNSATISFIABLE -> ofEnd(response, failures);
      case OK -> ofWhole(response, failures);
      default -> {
        failures.check(response);
        throw failures.failure("the server answered %d".formatted(response.code()));
      }
    };
  }

  private Verdict ofPart(Response response, GetFailures failures) throws IOException {
    Matcher range = RANGE.matcher(response.header("Content-Range", ""));
    if (offset == 0 || !range.matches() || Long.parseLong(range.group(1)) != offset) {
      throw failures.failure("the server sent another part than requested: leave -C out");
    }
    String now = validator(response);
    if (!validator.isEmpty() && !now.isEmpty() && !now.equals(validator)) {
      throw failures.failure(
          "the content has changed since %s was begun: leave -C out".formatted(file));
    }
    return Verdict.APPEND;
  }

  private Verdict ofEnd(Response response, GetFailures failures) throws IOException {
    Matcher range = UNSATISFIED.matcher(response.header("Content-Range", ""));
    String what = file == null ? "-C" : file.toString();
    if (!range.matches()) {
      throw failures.failure(
          "the server has nothing after byte %d, and does not say the length: %s may be complete"
              .formatted(offset, what));
    }
    long length = Long.parseLong(range.group(1));
    if (length != offset) {
      throw failures.failure(
          "%s is at byte %d, and the content has %d: is it of another URL?"
              .formatted(what, offset, length));
    }
    return Verdict.COMPLETE;
  }

  private Verdict ofWhole(Response response, GetFailures failures) throws IOException {
    boolean changed = !validator.isEmpty() && !validator.equals(validator(response));
    if (offset > 0 && !changed) {
      throw failures.failure("the server does not send parts: leave -C out to fetch the whole");
    }
    return Verdict.START;
  }

  /** Stores the validator of the content, before any of it is written. */
  void begin(Response response, Verdict verdict) {
    if (file != null && (verdict == Verdict.START || validator.isEmpty())) {
      remember(file, validator(response));
    }
  }

  /**
   * Checks that the transfer is complete.
   *
   * @param count the number of received bytes
   * @throws IOException if bytes of the rest are missing
   */
  void end(Response response, long count, GetFailures failures) throws IOException {
    Matcher range = RANGE.matcher(response.header("Content-Range", ""));
    if (response.code() == PARTIAL && range.matches()) {
      long end = Long.parseLong(range.group(2)) + 1;
      boolean last = range.group(3).equals("*") || Long.parseLong(range.group(3)) == end;
      if (!last || end != offset + count) {
        throw failures.failure(
            "the server sent %d bytes, which is not all of the rest".formatted(count));
      }
    }
    if (file != null) {
      remember(file, "");
    }
  }

  /** Returns the failure with the remedy to continue. */
  IOException withRemedy(IOException failure) {
    long size = 0;
    try {
      size = file == null ? 0 : Files.size(file);
    } catch (IOException e) {
      failure.addSuppressed(e); // there is no file
    }
    if (size == 0 || failure instanceof ClosedByInterruptException) {
      return failure;
    }
    String message = String.valueOf(failure.getMessage()).replaceFirst(": try again$", "");
    return new IOException(
        "%s: %s keeps the first %d bytes: continue with -C -".formatted(message, file, size),
        failure);
  }

  private static String validator(Response response) {
    String tag = response.header("ETag", "");
    if (tag.startsWith("\"")) {
      return SENDABLE.matcher(tag).matches() ? tag : "";
    }
    Instant changed = response.headers().getInstant("Last-Modified");
    Instant now = response.headers().getInstant("Date");
    boolean settled = changed != null && now != null && !now.isBefore(changed.plus(SETTLED));
    return tag.isEmpty() && settled ? response.header("Last-Modified", "") : "";
  }

  private static String remembered(Path file) {
    UserDefinedFileAttributeView view = view(file);
    try {
      if (view == null || !view.list().contains(ATTRIBUTE)) {
        return "";
      }
      ByteBuffer value = ByteBuffer.allocate(view.size(ATTRIBUTE));
      int unused = view.read(ATTRIBUTE, value);
      String validator = UTF_8.decode(value.flip()).toString();
      return SENDABLE.matcher(validator).matches() ? validator : "";
    } catch (IOException e) {
      return ""; // the file system has no attributes
    }
  }

  private static void remember(Path file, String validator) {
    UserDefinedFileAttributeView view = view(file);
    try {
      if (view == null) {
        return;
      }
      if (!validator.isEmpty()) {
        int unused = view.write(ATTRIBUTE, UTF_8.encode(validator));
      } else if (view.list().contains(ATTRIBUTE)) {
        view.delete(ATTRIBUTE);
      }
    } catch (IOException e) {
      // The file system has no attributes: a change of the content will not be noticed.
    }
  }

  private static @Nullable UserDefinedFileAttributeView view(Path file) {
    return Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
  }
}
