package dev.mimic.concurrency;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.mimic.inmemory.Fault;
import dev.mimic.inmemory.Faults;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.openjdk.jcstress.infra.results.L_Result;

/** Rules and faults that begin and end while bytes are on their way. */
public final class NetworkRules {
  private NetworkRules() {}

  /** Two rules that hold bytes, which begin and end during writes. */
  @JCStressTest
  @Outcome(id = "donedonedone, abcd\\.", expect = ACCEPTABLE, desc = "All bytes, in order.")
  @Outcome(expect = FORBIDDEN, desc = "Bytes are lost, doubled, out of order or held for ever.")
  @State
  public static class TwoRulesAndWrites {
    final Connected pair = new Connected();

    @Actor
    public void first() {
      pair.injectBriefly(Faults.stall());
      pair.injectBriefly(Faults.vanish());
    }

    @Actor
    public void second(LL_Result r) {
      Fault fault = pair.network.inject(Faults.stall().from("client"));
      String written = Calls.write(pair.client, "ab");
      fault.close();
      r.r1 = written + Calls.write(pair.client, "cd") + Calls.run(pair.client::shutdownOutput);
    }

    @Arbiter
    public void read(LL_Result r) {
      r.r2 = Calls.readToEnd(pair.server);
    }
  }

  /** The end of a fault against a write that waits for it. */
  @JCStressTest
  @Outcome(id = "done, abcdefghij", expect = ACCEPTABLE, desc = "The writer is woken.")
  @Outcome(expect = FORBIDDEN, desc = "A wake-up is lost, or bytes are.")
  @State
  public static class FaultEndAndBlockedWrite {
    final Connected pair = new Connected();
    final Fault fault;

    public FaultEndAndBlockedWrite() {
      pair.network.link("client", "server").buffer(4);
      fault = pair.network.inject(Faults.stall());
    }

    @Actor
    public void write(LL_Result r) {
      r.r1 = Calls.write(pair.client, "abcdefghij");
    }

    @Actor
    public void read(LL_Result r) {
      fault.close();
      r.r2 = Calls.readFully(pair.server, 10, 3);
    }
  }

  /** The end of a fault against a write by callbacks that waits for it. */
  @JCStressTest
  @Outcome(id = "done, abcdefghij", expect = ACCEPTABLE, desc = "The writer is called.")
  @Outcome(expect = FORBIDDEN, desc = "A wake-up is lost, or bytes are.")
  @State
  public static class FaultEndAndCallbacks {
    final Connected pair = new Connected();
    final Fault fault;

    public FaultEndAndCallbacks() {
      pair.network.link("client", "server").buffer(4);
      fault = pair.network.inject(Faults.stall());
    }

    @Actor
    public void write(LL_Result r) {
      r.r1 =
          Calls.run(
              () -> {
                PipeCallbacks.writeAll(pair.client, Calls.bytes("abcdefghij"));
                pair.client.shutdownOutput();
              });
    }

    @Actor
    public void read(LL_Result r) {
      fault.close();
      r.r2 = Calls.outcome(() -> PipeCallbacks.readAll(pair.server));
    }
  }

  /** A partition that heals, against writes. */
  @JCStressTest
  @Outcome(id = "donedone, ab\\.", expect = ACCEPTABLE, desc = "All bytes, in order.")
  @Outcome(expect = FORBIDDEN, desc = "Bytes are lost, doubled or held for ever.")
  @State
  public static class PartitionAndWrite {
    final Connected pair = new Connected();

    @Actor
    public void write(LL_Result r) {
      r.r1 = Calls.write(pair.client, "ab") + Calls.run(pair.client::shutdownOutput);
    }

    @Actor
    public void read(LL_Result r) {
      pair.network.partition("client", "server").close();
      r.r2 = Calls.readToEnd(pair.server);
    }
  }

  /** A host that freezes and continues, against writes. */
  @JCStressTest
  @Outcome(id = "donedone, ab\\.", expect = ACCEPTABLE, desc = "All bytes, in order.")
  @Outcome(expect = FORBIDDEN, desc = "Bytes are lost, doubled or held for ever.")
  @State
  public static class FreezeAndWrite {
    final Connected pair = new Connected();

    @Actor
    public void write(LL_Result r) {
      r.r1 = Calls.write(pair.client, "ab") + Calls.run(pair.client::shutdownOutput);
    }

    @Actor
    public void read(LL_Result r) {
      pair.network.host("server").freeze().close();
      r.r2 = Calls.readToEnd(pair.server);
    }
  }

  /** A fault that resets connections, against a write. */
  @JCStressTest
  @Outcome(id = "done, gone, (ab)?gone", expect = ACCEPTABLE, desc = "The write came first.")
  @Outcome(id = "gone, gone, gone", expect = ACCEPTABLE, desc = "The reset came first.")
  @Outcome(expect = FORBIDDEN, desc = "An end does not notice, or a part of a write arrives.")
  @State
  public static class ResetAndWrite {
    final Connected pair = new Connected();

    @Actor
    public void write(LLL_Result r) {
      r.r1 = Calls.write(pair.client, "ab");
    }

    @Actor
    public void reset() {
      pair.network.inject(Faults.reset()).close();
    }

    @Arbiter
    public void read(LLL_Result r) {
      r.r2 = Calls.read(pair.client, 1);
      r.r3 = Calls.readToEnd(pair.server);
    }
  }

  /** A fault that resets connections, against a read that waits. */
  @JCStressTest
  @Outcome(id = "gone, gone", expect = ACCEPTABLE, desc = "Both ends notice.")
  @Outcome(expect = FORBIDDEN, desc = "The reader is not woken.")
  @State
  public static class ResetAndBlockedRead {
    final Connected pair = new Connected();

    @Actor
    public void read(LL_Result r) {
      r.r1 = Calls.read(pair.client, 1);
    }

    @Actor
    public void reset() {
      pair.network.inject(Faults.reset().from("server")).close();
    }

    @Arbiter
    public void readOther(LL_Result r) {
      r.r2 = Calls.read(pair.server, 1);
    }
  }

  /** A rule that applies once, against two writers. */
  @JCStressTest
  @Outcome(id = "\\.", expect = ACCEPTABLE, desc = "Nothing passes after the end.")
  @Outcome(id = "(a|b)\\.", expect = ACCEPTABLE, desc = "A write came before the rule.")
  @Outcome(id = "(ab|ba)\\.", expect = ACCEPTABLE, desc = "Both writes did.")
  @Outcome(expect = FORBIDDEN, desc = "The end is not seen, or bytes follow it.")
  @State
  public static class EndOnceAndWrites {
    final Connected pair = new Connected();

    @Actor
    public void first() {
      Fault fault = pair.network.inject(Faults.endAfter(0).from("client").once());
      String unused = Calls.write(pair.client, "a") + fault;
    }

    @Actor
    public void second() {
      String unused = Calls.write(pair.client, "b");
    }

    @Arbiter
    public void read(L_Result r) {
      String unused = Calls.run(pair.client::shutdownOutput);
      r.r1 = Calls.readToEnd(pair.server);
    }
  }

  /** The close of a connection on a slow link against a change of the rules. */
  @JCStressTest
  @Outcome(id = "ab\\., 0", expect = ACCEPTABLE, desc = "The bytes, then the end; none is left.")
  @Outcome(expect = FORBIDDEN, desc = "Bytes are lost, or a flow is left open.")
  @State
  public static class RulesAndClose {
    final Connected pair = new Connected();

    @Actor
    public void write() {
      String unused = Calls.write(pair.client, "ab");
      pair.client.close();
    }

    @Actor
    public void change() {
      pair.injectBriefly(Faults.stall());
    }

    @Arbiter
    public void read(LL_Result r) {
      r.r1 = Calls.readToEnd(pair.server);
      pair.server.close();
      pair.network.host("server").stop();
      r.r2 = pair.network.open().size();
    }
  }
}
