package dev.mimic.http.server;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The header fields of a message (RFC 9110, section 5), in order. A name can occur several times
 * and is not case-sensitive. Immutable.
 */
public final class HttpHeaders {
  private static final HttpHeaders EMPTY = new HttpHeaders(List.of());
  private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  private static final Set<String> SECRET =
      Set.of("authorization", "proxy-authorization", "cookie", "set-cookie");

  private final List<Map.Entry<String, String>> fields;

  private HttpHeaders(List<Map.Entry<String, String>> fields) {
    this.fields = List.copyOf(fields);
  }

  /** Returns headers without fields. */
  public static HttpHeaders empty() {
    return EMPTY;
  }

  /** Returns headers with these fields, in this order. */
  static HttpHeaders of(List<Map.Entry<String, String>> fields) {
    return fields.isEmpty() ? EMPTY : new HttpHeaders(fields);
  }

  /** Returns these headers with this field in place of all fields of its name. */
  public HttpHeaders with(String name, String value) {
    return without(name).plus(name, value);
  }

  /**
   * Returns these headers with one more field at the end.
   *
   * @param value Latin-1 text without control characters, which is sent unchanged
   */
  public HttpHeaders plus(String name, String value) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "\"%s\" is not a header field name: use letters, digits and hyphens".formatted(name));
    }
    if (!value.chars().allMatch(HttpHeaders::isSendable)) {
      throw new IllegalArgumentException(
          "the value of header field %s has a control character or one outside Latin-1"
              .formatted(name));
    }
    List<Map.Entry<String, String>> more = new ArrayList<>(fields);
    more.add(Map.entry(name, value));
    return new HttpHeaders(more);
  }

  /** Returns whether a field value can contain this character (RFC 9110, section 5.5). */
  private static boolean isSendable(int character) {
    return (character >= ' ' && character <= 0xff && character != 0x7f) || character == '\t';
  }

  /** Returns these headers without the fields of this name. */
  public HttpHeaders without(String name) {
    requireNonNull(name, "name");
    return has(name)
        ? of(fields.stream().filter(each -> !each.getKey().equalsIgnoreCase(name)).toList())
        : this;
  }

  /** Returns whether there is a field of this name. */
  public boolean has(String name) {
    return first(name).isPresent();
  }

  /** Returns the value of the first field of this name. */
  public Optional<String> first(String name) {
    return fields.stream()
        .filter(each -> each.getKey().equalsIgnoreCase(name))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  /** Returns the values of the fields of this name, in order. */
  public List<String> all(String name) {
    return fields.stream()
        .filter(each -> each.getKey().equalsIgnoreCase(name))
        .map(Map.Entry::getValue)
        .toList();
  }

  /** Returns all fields, names and values, in order. */
  public List<Map.Entry<String, String>> fields() {
    return fields;
  }

  /** Returns whether the other headers have the same fields in the same order. */
  @Override
  public boolean equals(Object other) {
    return other instanceof HttpHeaders headers && headers.fields.equals(fields);
  }

  @Override
  public int hashCode() {
    return fields.hashCode();
  }

  /** Returns all fields, with {@code ***} in place of credentials and cookies. */
  @Override
  public String toString() {
    return fields.stream().map(HttpHeaders::printed).collect(joining(", ", "{", "}"));
  }

  private static String printed(Map.Entry<String, String> field) {
    boolean secret = SECRET.contains(field.getKey().toLowerCase(Locale.ROOT));
    return field.getKey() + ": " + (secret ? "***" : field.getValue());
  }
}
