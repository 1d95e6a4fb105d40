package dev.mimic.concurrency;

import static dev.mimic.concurrency.Connected.SERVER;
import static dev.mimic.concurrency.Connected.soon;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.mimic.HostPort;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.FlowPipe;
import dev.mimic.flow.TimeSource;
import dev.mimic.inmemory.InMemoryHost;
import dev.mimic.inmemory.InMemoryNetwork;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.openjdk.jcstress.infra.results.LL_Result;

/** Connects and accepts against closes, partitions and crashes: none hangs, and no flow leaks. */
public final class NetworkConnects {
  private NetworkConnects() {}

  /** A listener with room for one flow, and what the tests do to it. */
  abstract static class Listening {
    final InMemoryNetwork network = InMemoryNetwork.builder().maxEvents(1).build();
    final InMemoryHost host = network.host("server");
    final InMemoryHost clientHost = network.host("client");
    final FlowListener listener = Calls.get(() -> host.listen(SERVER, 1));
    volatile @Nullable Flow client;

    String connect() {
      return connect(soon());
    }

    String connect(Deadline deadline) {
      return Calls.run(() -> client = clientHost.connect(SERVER, deadline));
    }

    String accept() {
      return Calls.run(() -> listener.accept().close());
    }

    /** Returns what a read of the client's flow returns, or nothing if there is none. */
    String read() {
      Flow flow = client;
      return flow == null ? "" : Calls.read(flow, 1);
    }

    /** Returns what has reached a connection in the queue of the listener, or nothing. */
    String arrived() {
      if (network.open().stream().noneMatch(each -> each.startsWith("flow "))) {
        return "";
      }
      return Calls.outcome(
          () -> {
            try (Flow flow = listener.accept()) {
              FlowPipe.End end = flow.find(FlowPipe.End.class).orElseThrow();
              int count = end.tryRead(ByteBuffer.allocate(1));
              return count == 0 ? "" : "read %d, ".formatted(count);
            }
          });
    }

    /** Closes the client's flow and the listener; returns how many are still open. */
    int left() {
      Flow flow = client;
      String unused =
          Calls.run(
              () -> {
                listener.close();
                if (flow != null) {
                  flow.close();
                }
              });
      return network.open().size();
    }
  }

  /** A connect against the close of the listener. */
  @JCStressTest
  @Outcome(id = "done, gone, 0", expect = ACCEPTABLE, desc = "Connected, then reset.")
  @Outcome(id = "refused, , 0", expect = ACCEPTABLE, desc = "The close came first.")
  @Outcome(expect = FORBIDDEN, desc = "A flow leaks, or the connect hangs.")
  @State
  public static class ConnectAndListenerClose extends Listening {
    @Actor
    public void connecting(LLL_Result r) {
      r.r1 = connect();
    }

    @Actor
    public void closing() {
      String unused = Calls.run(listener::close);
    }

    @Arbiter
    public void check(LLL_Result r) {
      r.r2 = read();
      r.r3 = left();
    }
  }

  /** A connect against a partition that heals. */
  @JCStressTest
  @Outcome(id = "done, done, 0", expect = ACCEPTABLE, desc = "Connected, at once or later.")
  @Outcome(expect = FORBIDDEN, desc = "The connect is not woken, or a flow leaks.")
  @State
  public static class ConnectAndPartition extends Listening {
    @Actor
    public void connecting(LLL_Result r) {
      r.r1 = connect();
    }

    @Actor
    public void separating() {
      network.partition("client", "server").close();
    }

    @Arbiter
    public void check(LLL_Result r) {
      r.r2 = accept();
      r.r3 = left();
    }
  }

  /** A connect against a crash and a restart of the server's host. */
  @JCStressTest
  @Outcome(id = "done, gone, 0", expect = ACCEPTABLE, desc = "Connected, then unknown to it.")
  @Outcome(id = "refused, , 0", expect = ACCEPTABLE, desc = "The crash came first.")
  @Outcome(expect = FORBIDDEN, desc = "The connect is not woken, or a flow leaks.")
  @State
  public static class ConnectAndServerCrash extends Listening {
    @Actor
    public void connecting(LLL_Result r) {
      r.r1 = connect();
    }

    @Actor
    public void crashing() {
      host.crash();
      host.restart();
    }

    @Arbiter
    public void check(LLL_Result r) {
      Flow flow = client;
      String unused = flow == null ? "" : Calls.write(flow, "a");
      r.r2 = read();
      r.r3 = left();
    }
  }

  /** A connect against a crash of its own host, of which the other host notices nothing. */
  @JCStressTest
  @Outcome(id = "done, closed, 0", expect = ACCEPTABLE, desc = "Connected, then closed.")
  @Outcome(id = "(async|refused), , 0", expect = ACCEPTABLE, desc = "The crash came first.")
  @Outcome(expect = FORBIDDEN, desc = "The flow survives, the connect waits, or an end is sent.")
  @State
  public static class ConnectAndClientCrash extends Listening {
    @Actor
    public void connecting(LLL_Result r) {
      r.r1 = connect();
    }

    @Actor
    public void crashing() {
      clientHost.crash();
    }

    @Arbiter
    public void check(LLL_Result r) {
      r.r2 = read();
      r.r3 = arrived() + left();
    }
  }

  /** A connect and a write against a freeze of the other host. */
  @JCStressTest
  @Outcome(id = "(done|timeout), 0", expect = ACCEPTABLE, desc = "Nothing arrives later.")
  @Outcome(expect = FORBIDDEN, desc = "Bytes reach a frozen host.")
  @State
  public static class ConnectAndFreeze extends Listening {
    @Actor
    public void connecting(LL_Result r) {
      r.r1 = connect(Deadline.after(Duration.ofMillis(1), TimeSource.system()));
    }

    @Actor
    public void freezing() {
      var unused = host.freeze();
    }

    @Arbiter
    public void check(LL_Result r) {
      Flow flow = client;
      String unused = flow == null ? "" : Calls.write(flow, "a");
      r.r2 = arrived() + left();
    }
  }

  /** A listen against a crash of its host. */
  @JCStressTest
  @Outcome(id = "(done|not bound), 0", expect = ACCEPTABLE, desc = "The crash closes it.")
  @Outcome(expect = FORBIDDEN, desc = "A listener survives the crash.")
  @State
  public static class ListenAndCrash extends Listening {
    @Actor
    public void listening(LL_Result r) {
      r.r1 = Calls.run(() -> clientHost.listen(new HostPort("client", 80), 1));
    }

    @Actor
    public void crashing() {
      clientHost.crash();
    }

    @Arbiter
    public void check(LL_Result r) {
      r.r2 = left();
    }
  }

  /** A connect against the close of the network. */
  @JCStressTest
  @Outcome(id = "done, (gone|closed), 0", expect = ACCEPTABLE, desc = "Connected, then closed.")
  @Outcome(id = "(async|refused), , 0", expect = ACCEPTABLE, desc = "The close came first.")
  @Outcome(expect = FORBIDDEN, desc = "A flow leaks, or the connect hangs.")
  @State
  public static class ConnectAndNetworkClose extends Listening {
    @Actor
    public void connecting(LLL_Result r) {
      r.r1 = connect();
    }

    @Actor
    public void closing() {
      network.close();
    }

    @Arbiter
    public void check(LLL_Result r) {
      r.r2 = read();
      r.r3 = left();
    }
  }

  /** An accept that waits against the close of the listener. */
  @JCStressTest
  @Outcome(id = "(async|closed), 0", expect = ACCEPTABLE, desc = "The acceptor is woken.")
  @Outcome(expect = FORBIDDEN, desc = "The acceptor is not woken.")
  @State
  public static class AcceptAndListenerClose extends Listening {
    @Actor
    public void accepting(LL_Result r) {
      r.r1 = accept();
    }

    @Actor
    public void closing() {
      String unused = Calls.run(listener::close);
    }

    @Arbiter
    public void check(LL_Result r) {
      r.r2 = left();
    }
  }

  /** An accept that waits against a connect. */
  @JCStressTest
  @Outcome(id = "done, done, 0", expect = ACCEPTABLE, desc = "Accepted.")
  @Outcome(expect = FORBIDDEN, desc = "The acceptor is not woken, or a flow leaks.")
  @State
  public static class AcceptAndConnect extends Listening {
    @Actor
    public void accepting(LLL_Result r) {
      r.r1 = accept();
    }

    @Actor
    public void connecting(LLL_Result r) {
      r.r2 = connect();
    }

    @Arbiter
    public void check(LLL_Result r) {
      r.r3 = left();
    }
  }

  /** Connects that wait for room in the queue against accepts. */
  @JCStressTest
  @Outcome(id = "donedone, donedonedone, 0", expect = ACCEPTABLE, desc = "All are accepted.")
  @Outcome(expect = FORBIDDEN, desc = "A connect or an accept is not woken, or a flow leaks.")
  @State
  public static class FullBacklog extends Listening {
    final Flow first = Calls.get(() -> clientHost.connect(SERVER, soon()));

    @Actor
    public void connecting(LLL_Result r) {
      r.r1 = connect() + Calls.run(() -> clientHost.connect(SERVER, soon()).close());
    }

    @Actor
    public void accepting(LLL_Result r) {
      r.r2 = accept() + accept() + accept();
    }

    @Arbiter
    public void check(LLL_Result r) {
      String unused = Calls.run(first::close);
      r.r3 = left();
    }
  }

  /** A connect that waits for room in the queue against the close of the listener. */
  @JCStressTest
  @Outcome(id = "refused, , 0", expect = ACCEPTABLE, desc = "The connect is woken.")
  @Outcome(expect = FORBIDDEN, desc = "The connect is not woken, or a flow leaks.")
  @State
  public static class FullBacklogAndListenerClose extends Listening {
    final Flow first = Calls.get(() -> clientHost.connect(SERVER, soon()));

    @Actor
    public void connecting(LLL_Result r) {
      r.r1 = connect();
    }

    @Actor
    public void closing() {
      String unused = Calls.run(listener::close);
    }

    @Arbiter
    public void check(LLL_Result r) {
      r.r2 = read();
      String unused = Calls.run(first::close);
      r.r3 = left();
    }
  }
}
