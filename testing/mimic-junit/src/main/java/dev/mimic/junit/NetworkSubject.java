package dev.mimic.junit;

import static com.google.common.truth.Fact.fact;
import static com.google.common.truth.Fact.simpleFact;
import static com.google.common.truth.Truth.assertAbout;

import com.google.common.truth.FailureMetadata;
import com.google.common.truth.IntegerSubject;
import com.google.common.truth.LongSubject;
import com.google.common.truth.Subject;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.inmemory.NetworkEvent;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A Truth subject for what happened on an {@link InMemoryNetwork}. Failures show its timeline.
 *
 * <pre>{@code
 * assertThat(network).hasConnected("web", "api");
 * assertThat(network).bytes("api", "web").isAtLeast(1024);
 * }</pre>
 *
 * <p>Bytes and resets of every connection are recorded on a network of {@link MimicExtension}, or
 * with {@link InMemoryNetwork.Builder#recordBytes}. Events that the timeline has dropped are not
 * counted.
 */
public final class NetworkSubject extends Subject {
  private final @Nullable InMemoryNetwork actual;

  private NetworkSubject(FailureMetadata metadata, @Nullable InMemoryNetwork actual) {
    super(metadata, actual);
    this.actual = actual;
  }

  /** Returns a subject for a network. */
  public static NetworkSubject assertThat(@Nullable InMemoryNetwork network) {
    return assertAbout(networks()).that(network);
  }

  /** Returns the factory of subjects for networks. */
  public static Subject.Factory<NetworkSubject, InMemoryNetwork> networks() {
    return NetworkSubject::new;
  }

  /** Returns the network and its timeline. */
  @Override
  protected String actualCustomStringRepresentation() {
    return actual == null ? "null" : actual + "\n" + actual.timeline();
  }

  private List<NetworkEvent> events() {
    return actual == null ? List.of() : actual.timeline().events();
  }

  private Stream<NetworkEvent> events(NetworkEvent.Kind kind, String from, String to) {
    String sender = from.toLowerCase(Locale.ROOT);
    String receiver = to.toLowerCase(Locale.ROOT);
    return events().stream()
        .filter(each -> each.kind() == kind)
        .filter(each -> each.from().equals(sender) && each.to().equals(receiver));
  }

  private int count(String client, String server) {
    // The answer of the server makes a connection.
    return (int) events(NetworkEvent.Kind.CONNECTED, server, client).count();
  }

  /** Fails unless the client has connected to the server. */
  public void hasConnected(String client, String server) {
    if (count(client, server) == 0) {
      fail("expected a connection", client + " -> " + server);
    }
  }

  /** Fails if the client has connected to the server. */
  public void hasNotConnected(String client, String server) {
    if (count(client, server) > 0) {
      fail("expected no connection", client + " -> " + server);
    }
  }

  /** Returns a subject for the number of connections that the client has made to the server. */
  public IntegerSubject connections(String client, String server) {
    return check("connections(%s, %s)", client, server).that(count(client, server));
  }

  /** Returns a subject for the number of bytes from one host that have arrived at another. */
  public LongSubject bytes(String from, String to) {
    return check("bytes(%s, %s)", from, to)
        .that(events(NetworkEvent.Kind.BYTES, from, to).mapToLong(NetworkEvent::bytes).sum());
  }

  /** Fails unless this number of bytes from one host has arrived at another. */
  public void hasTransferred(String from, String to, long bytes) {
    bytes(from, to).isEqualTo(bytes);
  }

  /** Fails unless a reset has arrived. */
  public void hasReset() {
    if (events().stream().noneMatch(each -> each.kind() == NetworkEvent.Kind.RESET)) {
      fail("expected", "a reset");
    }
  }

  /** Fails if a reset has arrived. */
  public void hasNoReset() {
    if (events().stream().anyMatch(each -> each.kind() == NetworkEvent.Kind.RESET)) {
      fail("expected", "no reset");
    }
  }

  /** Fails if a flow or a listener is open. */
  public void hasNoOpenFlows() {
    if (actual == null) {
      failWithActual(simpleFact("expected a network"));
    } else if (!actual.open().isEmpty()) {
      fail("expected no open flow or listener, but there are", String.join("\n", actual.open()));
    }
  }

  private void fail(String key, String value) {
    failWithActual(fact(key, value));
  }
}
