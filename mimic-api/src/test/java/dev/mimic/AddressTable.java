package dev.mimic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Addresses and their expected outcomes, from a file: an address on a line, and its outcome on the
 * next one, which is indented. What cannot be seen is written {@code <U+0009>}.
 */
final class AddressTable {
  private static final Pattern UNSEEN = Pattern.compile("<U\\+(\\p{XDigit}+)>");
  private static final Key<String> CARRIER = Key.of("carrier");

  /** The endpoint key of the schemes in the tables. */
  static final List<Scheme> SCHEMES =
      List.of(
          scheme("tcp"),
          scheme("tls"),
          scheme("unix"),
          scheme("git").withDefaultPort(9418),
          scheme("https").withDefaultPort(443),
          scheme("ssh").withDefaultPort(22));

  record Row(String address, String expected) {
    @Override
    public String toString() {
      return Printed.text(address);
    }
  }

  private AddressTable() {}

  static Scheme scheme(String name) {
    return Scheme.of(name, CARRIER);
  }

  static List<Row> read(String file) throws IOException {
    List<Row> rows = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                requireNonNull(AddressTable.class.getResourceAsStream(file), file), UTF_8))) {
      String address = "";
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("    ")) {
          rows.add(new Row(unescape(address), line.strip()));
        } else {
          address = line;
        }
      }
    }
    return rows;
  }

  private static String unescape(String text) {
    return UNSEEN
        .matcher(text)
        .replaceAll(
            m ->
                java.util.regex.Matcher.quoteReplacement(
                    Character.toString(Integer.parseInt(m.group(1), 16))));
  }

  /** Returns what the parser makes of it, as the tables have it. */
  static String outcome(AddressParser parser, String address) {
    try {
      return print(parser.parse(address));
    } catch (AddressException e) {
      String type = e.getClass().getSimpleName().replace("AddressException", "");
      return type.replace("Exception", "") + ": " + e.getMessage();
    }
  }

  /** Returns the port that a resolution of an address takes if nothing else gives one. */
  private static Optional<Integer> defaultPort(Context context) {
    return SCHEMES.stream()
        .filter(each -> context.get(Address.SCHEME).equals(Optional.of(each.name())))
        .flatMapToInt(each -> each.defaultPort().stream())
        .boxed()
        .findFirst();
  }

  private static String print(Context context) {
    List<String> parts = new ArrayList<>();
    for (Key<?> key :
        List.of(
            Address.SCHEME,
            Address.USER,
            Address.PASSWORD,
            Address.HOST,
            Address.PORT,
            Address.PATH,
            Address.QUERY)) {
      Optional<?> value = context.get(key);
      if (key == Address.PORT && value.isEmpty()) {
        value = defaultPort(context);
      }
      value.ifPresent(given -> parts.add(key + "=" + given));
    }
    return String.join(" | ", parts);
  }
}
