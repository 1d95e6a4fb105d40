package dev.mimic.testkit;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.mimic.Flow;
import dev.mimic.FlowPipe;
import dev.mimic.ForwardingFlow;
import dev.mimic.PeerGoneException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Flows that break the contract, each in one way, and the line that says so. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ContractTeethTest {
  private static final Duration IMPATIENT = Duration.ofMillis(300);
  private static final CountDownLatch THE_END = new CountDownLatch(1);

  /** The line fails, and not because something took too long. */
  private static void assertFails(Class<? extends FlowContract> broken, String line) {
    ContractRun run = ContractRun.of(broken, Running.PATIENCE, line);
    assertBothFailed(run, line);
    assertThat(run.failures().toString()).doesNotContain("has not ended");
  }

  /** The line fails because something does not end. */
  private static void assertHangs(Class<? extends FlowContract> broken, String line) {
    ContractRun run = ContractRun.of(broken, IMPATIENT, line);
    assertBothFailed(run, line);
    for (Throwable failure : run.failures()) {
      assertThat(failure).hasMessageThat().contains("has not ended");
    }
  }

  private static void assertBothFailed(ContractRun run, String line) {
    assertWithMessage("the lines that failed")
        .that(run.failed())
        .containsExactly(line + " PLATFORM", line + " VIRTUAL");
  }

  /** Pairs whose near end is broken. */
  abstract static class Broken extends FlowContract {
    @Override
    protected FlowPair open() {
      FlowPipe pipe = FlowPipe.create();
      return new FlowPair(broken(pipe.near()), pipe.far());
    }

    abstract Flow broken(Flow whole);
  }

  static final class ReadsZero extends Broken {
    @Override
    Flow broken(Flow whole) {
      return new ForwardingFlow(whole) {
        private boolean again;

        @Override
        public int read(ByteBuffer dst) throws IOException {
          again = !again;
          return again ? 0 : super.read(dst);
        }
      };
    }
  }

  @Test
  void aReadThatReturnsZeroIsFound() {
    assertFails(ReadsZero.class, "aReadReturnsWhatIsThere");
  }

  static final class NothingAvailable extends Broken {
    @Override
    Flow broken(Flow whole) {
      return new ForwardingFlow(whole) {
        @Override
        public int available() {
          return 0;
        }
      };
    }
  }

  static final class AlwaysAvailable extends Broken {
    @Override
    Flow broken(Flow whole) {
      return new ForwardingFlow(whole) {
        @Override
        public int available() throws IOException {
          return Math.max(1, super.available());
        }
      };
    }
  }

  @Test
  void available_thatIsWrong_isFound() {
    assertFails(NothingAvailable.class, "whatAReadLeftIsAvailable");
    assertFails(AlwaysAvailable.class, "nothingIsAvailableOfNothing");
  }

  static final class EndsByReset extends Broken {
    @Override
    Flow broken(Flow whole) {
      return new ForwardingFlow(whole) {
        @Override
        public int read(ByteBuffer dst) throws IOException {
          try {
            return super.read(dst);
          } catch (PeerGoneException e) {
            return -1;
          }
        }
      };
    }
  }

  @Test
  void aResetThatLooksLikeAnEndIsFound() {
    assertFails(EndsByReset.class, "aResetIsNeverACleanEnd");
    assertFails(EndsByReset.class, "aReadAgainstAReset");
  }

  static final class LosesTheLastByte extends Broken {
    @Override
    Flow broken(Flow whole) {
      return new ForwardingFlow(whole) {
        @Override
        public int write(ByteBuffer src) throws IOException {
          int count = src.remaining();
          super.write(src.duplicate().limit(src.limit() - (count > 100 ? 1 : 0)));
          src.position(src.limit());
          return count;
        }
      };
    }
  }

  @Test
  void aLostByteIsFound() {
    assertFails(LosesTheLastByte.class, "bytesAcceptedBeforeACloseAreDelivered");
  }

  static final class ClearsTheInterrupt extends Broken {
    @Override
    Flow broken(Flow whole) {
      return new ForwardingFlow(whole) {
        @Override
        public int read(ByteBuffer dst) throws IOException {
          try {
            return super.read(dst);
          } catch (ClosedByInterruptException e) {
            Thread.interrupted();
            throw e;
          }
        }
      };
    }
  }

  @Test
  void anInterruptStatusThatIsClearedIsFound() {
    assertFails(ClearsTheInterrupt.class, "anInterruptOfAReadClosesTheFlow");
    assertFails(ClearsTheInterrupt.class, "aPendingInterruptClosesTheFlowAtARead");
  }

  static final class IgnoresTheInterrupt extends Broken {
    @Override
    Flow broken(Flow whole) {
      return new ForwardingFlow(whole) {
        @Override
        public int read(ByteBuffer dst) throws IOException {
          Thread.interrupted();
          return super.read(dst);
        }
      };
    }
  }

  @Test
  void aPendingInterruptThatIsIgnoredIsFound() {
    assertFails(IgnoresTheInterrupt.class, "aPendingInterruptClosesTheFlowAtARead");
  }

  static final class WritesInParts extends Broken {
    @Override
    Flow broken(Flow whole) {
      return new ForwardingFlow(whole) {
        @Override
        public int write(ByteBuffer src) throws IOException {
          int count = src.remaining();
          while (src.remaining() > 1000) {
            super.write(src.slice(src.position(), 1000));
            src.position(src.position() + 1000);
            LockSupport.parkNanos(1); // lets others in, or one might write all before they begin
          }
          super.write(src);
          return count;
        }
      };
    }
  }

  @Test
  void aWriteThatLetsOthersInBetweenIsFound() {
    assertFails(WritesInParts.class, "theBytesOfOneWriteStayTogether");
  }

  static final class ReadsAndWritesInTurn extends Broken {
    @Override
    Flow broken(Flow whole) {
      return new ForwardingFlow(whole) {
        private final ReentrantLock lock = new ReentrantLock();

        @Override
        public int read(ByteBuffer dst) throws IOException {
          lock.lock();
          try {
            return super.read(dst);
          } finally {
            lock.unlock();
          }
        }

        @Override
        public int write(ByteBuffer src) throws IOException {
          lock.lock();
          try {
            return super.write(src);
          } finally {
            lock.unlock();
          }
        }
      };
    }
  }

  @Test
  void aReadThatWaitsForAWriteIsFound() {
    assertHangs(ReadsAndWritesInTurn.class, "readingNeverWaitsForWriting");
    assertHangs(ReadsAndWritesInTurn.class, "writingNeverWaitsForReading");
  }

  static final class ForgetsTheTimeout extends Broken {
    @Override
    Flow broken(Flow whole) {
      return new ForwardingFlow(whole) {
        @Override
        public void readTimeout(Duration atMost) {}
      };
    }
  }

  @Test
  void aTimeoutThatIsForgottenIsFound() {
    assertHangs(ForgetsTheTimeout.class, "aReadThatWaitsTooLongTimesOut");
    assertFails(ForgetsTheTimeout.class, "aNegativeTimeoutIsRefused");
  }

  static final class FindsNothing extends Broken {
    @Override
    Flow broken(Flow whole) {
      return new ForwardingFlow(whole) {
        @Override
        public <T> Optional<T> find(Class<T> type) {
          return Optional.empty();
        }
      };
    }
  }

  @Test
  void aFlowThatDoesNotFindItselfIsFound() {
    assertFails(FindsNothing.class, "findFindsTheFlowItself");
  }

  static final class HangsInClose extends Broken {
    @Override
    Flow broken(Flow whole) {
      return new ForwardingFlow(whole) {
        @Override
        public void close() throws IOException {
          try {
            THE_END.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          super.close();
        }
      };
    }
  }

  @Test
  void aCloseThatHangsIsFoundAndDoesNotHangTheRun() {
    try {
      assertHangs(HangsInClose.class, "closeDoesNothingTheSecondTime");
      assertHangs(HangsInClose.class, "aReadReturnsWhatIsThere"); // in its cleaning up
    } finally {
      THE_END.countDown();
    }
  }

  static final class Whole extends Broken {
    @Override
    Flow broken(Flow whole) {
      return new ForwardingFlow(whole) {};
    }
  }

  @Test
  void aWholeFlowPassesTheseLines() {
    assertThat(ContractRun.of(Whole.class, Running.PATIENCE, "aReadReturnsWhatIsThere").failed())
        .isEmpty();
    assertThat(ContractRun.of(Whole.class, Running.PATIENCE, "findFindsTheFlowItself").failed())
        .isEmpty();
  }
}
