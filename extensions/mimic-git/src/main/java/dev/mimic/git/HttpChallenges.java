package dev.mimic.git;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import okhttp3.Challenge;
import okhttp3.Response;

/**
 * The challenges of a response (RFC 9110, section 11.6.1). A field can contain several, but JGit
 * reads only one a field.
 *
 * <p>Basic, and Digest with MD5, are answered. Kerberos is not, because the JDK would look up its
 * servers without the resolver.
 */
final class HttpChallenges {
  private HttpChallenges() {}

  static List<Challenge> answerable(Response response) {
    return response.challenges().stream().filter(HttpChallenges::isAnswerable).toList();
  }

  private static boolean isAnswerable(Challenge challenge) {
    return switch (challenge.scheme().toLowerCase(Locale.ROOT)) {
      case "basic" -> true;
      case "digest" ->
          parameter(challenge, "algorithm", "MD5").equalsIgnoreCase("MD5")
              && List.of(parameter(challenge, "qop", "auth").split("[ ,]+")).contains("auth");
      default -> false;
    };
  }

  /** Returns whether the credentials were right, but have to be sent again with a new nonce. */
  static boolean isStale(Challenge challenge) {
    return parameter(challenge, "stale", "false").equalsIgnoreCase("true");
  }

  private static String parameter(Challenge challenge, String name, String otherwise) {
    return challenge.authParams().entrySet().stream()
        .filter(each -> name.equalsIgnoreCase(each.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(otherwise);
  }

  /** Returns a field for each challenge. */
  static List<String> print(List<Challenge> challenges) {
    return challenges.stream().map(HttpChallenges::print).toList();
  }

  private static String print(Challenge challenge) {
    return challenge.authParams().entrySet().stream()
        .filter(each -> each.getKey() != null)
        .map(
            each ->
                each.getKey() + "=\"" + each.getValue().replaceAll("([\"\\\\])", "\\\\$1") + '"')
        .collect(Collectors.joining(", ", challenge.scheme() + " ", ""));
  }
}
