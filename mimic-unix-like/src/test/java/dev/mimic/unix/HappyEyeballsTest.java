package dev.mimic.unix;

import static com.google.common.truth.Truth.assertThat;

import dev.mimic.HappyEyeballs;
import dev.mimic.IpAddresses;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.ManualTimeSource;
import dev.mimic.testkit.Running;
import dev.mimic.testkit.ThreadKind;
import dev.mimic.unix.FakeConnector.Connection;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class HappyEyeballsTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final ManualTimeSource time = new ManualTimeSource();
  private final FakeConnector connector = new FakeConnector(time);

  @AfterEach
  void assertNothingLeft() {
    assertThat(time.timers()).isEqualTo(0);
    connector.assertNoMore();
  }

  @Test
  void interleaved_twoFamilies_alternateFromFirst() throws Exception {
    assertThat(order("::1", "::2", "::3", "10.0.0.1", "10.0.0.2"))
        .containsExactly("::1", "10.0.0.1", "::2", "10.0.0.2", "::3")
        .inOrder();
    assertThat(order("10.0.0.1", "10.0.0.2", "10.0.0.3", "::1"))
        .containsExactly("10.0.0.1", "::1", "10.0.0.2", "10.0.0.3")
        .inOrder();
    assertThat(order("10.0.0.1", "::1", "::2", "::3"))
        .containsExactly("10.0.0.1", "::1", "::2", "::3")
        .inOrder();
    assertThat(order("::1")).containsExactly("::1");
  }

  @Test
  void attempt_previousPending_startsAfter250Millis() throws Exception {
    Running<Connection> race = connect("10.0.0.1", "::1", "10.0.0.2");

    connector.next("10.0.0.1", 0);
    advanceWhenWaiting(249);
    connector.assertNoMore();
    advanceWhenWaiting(1);
    connector.next("::1", 250);
    advanceWhenWaiting(250);
    Connection third = connector.next("10.0.0.2", 500);
    third.connects();

    assertThat(race.result()).isSameInstanceAs(third);
  }

  @Test
  void attempt_previousFailed_startsImmediately() throws Exception {
    Running<Connection> race = connect("10.0.0.1", "::1", "10.0.0.2");

    Connection first = connector.next("10.0.0.1", 0);
    advanceWhenWaiting(100);
    first.fails(new ConnectException("Connection refused"));
    Connection second = connector.next("::1", 100);
    time.awaitTimers(2, SECOND.multipliedBy(20));
    time.advance(Duration.ofMillis(250));
    connector.next("10.0.0.2", 350);
    second.connects();

    assertThat(race.result()).isSameInstanceAs(second);
  }

  @Test
  void attempt_olderFailed_isNotStartedEarlier() throws Exception {
    Running<Connection> race = connect("10.0.0.1", "::1", "10.0.0.2");

    Connection first = connector.next("10.0.0.1", 0);
    advanceWhenWaiting(250);
    connector.next("::1", 250);
    first.fails(new ConnectException("Connection refused"));
    first.awaitReturn();
    advanceWhenWaiting(250);
    Connection third = connector.next("10.0.0.2", 500);
    third.connects();

    assertThat(race.result()).isSameInstanceAs(third);
  }

  @Test
  void race_oneConnects_closesOthers() throws Exception {
    Running<Connection> race = connect("10.0.0.1", "::1", "10.0.0.2");

    Connection first = connector.next("10.0.0.1", 0);
    advanceWhenWaiting(250);
    Connection second = connector.next("::1", 250);
    advanceWhenWaiting(250);
    Connection third = connector.next("10.0.0.2", 500);
    second.connects();

    assertThat(race.result()).isSameInstanceAs(second);
    assertThat(second.closed).isFalse();
    assertThat(first.closed).isTrue();
    assertThat(third.closed).isTrue();
    third.awaitReturn();
  }

  @Test
  void race_anotherConnectsLate_closesIt() throws Exception {
    connector.ignoresClose = true;
    Running<Connection> race = connect("10.0.0.1", "::1");

    Connection late = connector.next("10.0.0.1", 0);
    advanceWhenWaiting(250);
    Connection winner = connector.next("::1", 250);
    winner.connects();
    assertThat(race.result()).isSameInstanceAs(winner);
    late.connects();
    late.awaitReturn();

    assertThat(late.closed).isTrue();
    assertThat(winner.closed).isFalse();
  }

  @Test
  void race_allFail_listsErrorsAndTimes() throws Exception {
    Running<Connection> race = connect("10.0.0.1", "::1");

    Connection first = connector.next("10.0.0.1", 0);
    advanceWhenWaiting(250);
    Connection second = connector.next("::1", 250);
    time.advance(Duration.ofMillis(17));
    ConnectException firstCause = new ConnectException("Connection refused");
    ConnectException secondCause = new ConnectException("Connection\nrefused");
    second.fails(secondCause);
    second.awaitReturn();
    time.advance(Duration.ofMillis(3));
    first.fails(firstCause);

    ConnectException failure = race.failure(ConnectException.class);
    assertThat(failure)
        .hasMessageThat()
        .matches(
            "connection refused by example.org:1 \\("
                + "10.0.0.1: Connection refused after 270 ms; "
                + "::1: Connection refused after (17|20) ms\\)");
    assertThat(failure.getSuppressed()).asList().containsExactly(firstCause, secondCause);
    assertThat(first.closed).isTrue();
    assertThat(second.closed).isTrue();
  }

  @Test
  void failure_notRefused_isNotCalledRefusal() throws Exception {
    Running<Connection> race = connect("10.0.0.1");

    connector.next("10.0.0.1", 0).fails(new NoRouteToHostException());

    assertThat(race.failure(ConnectException.class))
        .hasMessageThat()
        .isEqualTo("no connection to example.org:1 (10.0.0.1: NoRouteToHostException after 0 ms)");
  }

  @Test
  void open_fails_nextAddressIsTried() throws Exception {
    connector.unopenable.put("10.0.0.1", new IOException("Too many open files"));
    Running<Connection> race = connect("10.0.0.1", "::1");

    Connection second = connector.next("::1", 0);
    second.connects();

    assertThat(race.result()).isSameInstanceAs(second);
  }

  @Test
  void open_failsForAll_listsErrors() {
    connector.unopenable.put("10.0.0.1", new IOException("Too many open files"));
    connector.unopenable.put("::1", new IOException("Too many open files"));

    for (String[] addresses : new String[][] {{"10.0.0.1"}, {"10.0.0.1", "::1"}}) {
      ConnectException failure = connect(addresses).failure(ConnectException.class);
      assertThat(failure).hasMessageThat().contains("(10.0.0.1: Too many open files after 0 ms");
      assertThat(failure.getSuppressed()).hasLength(addresses.length);
    }
  }

  @Test
  void deadline_passed_endsAllAttempts() throws Exception {
    Running<Connection> race = connect("10.0.0.1", "::1", "10.0.0.2");

    Connection first = connector.next("10.0.0.1", 0);
    advanceWhenWaiting(250);
    Connection second = connector.next("::1", 250);
    second.fails(new ConnectException("Connection refused"));
    Connection third = connector.next("10.0.0.2", 250);
    time.advance(Duration.ofMillis(750));

    SocketTimeoutException failure = race.failure(SocketTimeoutException.class);
    assertThat(failure)
        .hasMessageThat()
        .isEqualTo(
            "no connection to example.org:1: not done within 1 s (10.0.0.1: still connecting after 1000 ms; "
                + "::1: Connection refused after 0 ms; "
                + "10.0.0.2: still connecting after 750 ms)");
    assertThat(first.closed).isTrue();
    assertThat(third.closed).isTrue();
  }

  @Test
  void interrupt_ofRace_endsAllAttempts() throws Exception {
    Running<Connection> race = connect("10.0.0.1", "::1");
    Connection first = connector.next("10.0.0.1", 0);
    advanceWhenWaiting(250);
    Connection second = connector.next("::1", 250);

    race.interrupt();

    race.failure(ClosedByInterruptException.class);
    assertThat(race.endedInterrupted()).isTrue();
    assertThat(first.closed).isTrue();
    assertThat(second.closed).isTrue();
  }

  @Test
  void connector_uncheckedException_isThrownAndEndsRace() throws Exception {
    for (String[] addresses : new String[][] {{"10.0.0.1"}, {"10.0.0.1", "::1"}}) {
      Running<Connection> race = connect(addresses);
      Connection first = connector.next("10.0.0.1", 0);

      first.fails(new IllegalStateException("a mistake"));

      assertThat(race.failure(IllegalStateException.class)).hasMessageThat().isEqualTo("a mistake");
      assertThat(first.closed).isTrue();
    }
  }

  @Test
  void singleAddress_connect_runsInCallingThread() throws Exception {
    Running<Thread> caller =
        Running.start(
            ThreadKind.PLATFORM,
            () -> {
              Connection connection =
                  eyeballs().connect("a:1", addresses("10.0.0.1"), Deadline.after(SECOND, time));
              assertThat(connection.connectedBy).isSameInstanceAs(Thread.currentThread());
              assertThat(connection.closed).isFalse();
              return connection.connectedBy;
            });

    connector.next("10.0.0.1", 0).connects();

    assertThat(caller.result()).isNotNull();
  }

  @Test
  void singleAddress_deadlinePassed_isClosed() throws Exception {
    Running<Connection> alone = connect("10.0.0.1");
    Connection only = connector.next("10.0.0.1", 0);

    time.advance(SECOND);

    assertThat(alone.failure(SocketTimeoutException.class))
        .hasMessageThat()
        .isEqualTo(
            "no connection to example.org:1: not done within 1 s (10.0.0.1: still connecting after 1000 ms)");
    assertThat(only.closed).isTrue();
  }

  @Test
  void singleAddress_fails_namesError() throws Exception {
    Running<Connection> alone = connect("10.0.0.1");
    Connection only = connector.next("10.0.0.1", 0);

    only.fails(new ConnectException("Connection refused"));

    assertThat(alone.failure(ConnectException.class))
        .hasMessageThat()
        .isEqualTo("connection refused by example.org:1 (10.0.0.1: Connection refused after 0 ms)");
    assertThat(only.closed).isTrue();
  }

  /** Starts to connect, with a deadline of one second. */
  private Running<Connection> connect(String... addresses) {
    Deadline deadline = Deadline.after(SECOND, time);
    return Running.start(
        ThreadKind.VIRTUAL,
        () -> eyeballs().connect("example.org:1", addresses(addresses), deadline));
  }

  private HappyEyeballs<Connection> eyeballs() {
    return new HappyEyeballs<>(connector, Duration.ofMillis(250), time);
  }

  /** Advances the time when the timers of the deadline and of the next attempt are set. */
  private void advanceWhenWaiting(long millis) throws Exception {
    time.awaitTimers(2, SECOND.multipliedBy(20));
    time.advance(Duration.ofMillis(millis));
  }

  private static List<String> order(String... addresses) throws UnknownHostException {
    return HappyEyeballs.interleaved(addresses(addresses)).stream()
        .map(IpAddresses::print)
        .toList();
  }

  private static List<InetAddress> addresses(String... literals) throws UnknownHostException {
    List<InetAddress> addresses = new ArrayList<>();
    for (String each : literals) {
      addresses.add(IpAddresses.literal(each).orElseThrow());
    }
    return addresses;
  }
}
