package dev.mimic.testkit;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowPipe;
import dev.mimic.flow.ForwardingFlow;
import dev.mimic.flow.PeerGoneException;
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

/** Tests that the lines detect flows that violate the contract. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ContractDetectionTest {
  private static final Duration SHORT_TIMEOUT = Duration.ofMillis(300);
  private static final CountDownLatch END = new CountDownLatch(1);

  /** Asserts that the line fails, and not by a timeout. */
  private static void assertFails(Class<? extends FlowContract> defective, String line) {
    ContractRun run = ContractRun.of(defective, Running.TIMEOUT, line);
    assertBothFailed(run, line);
    assertThat(run.failures().toString()).doesNotContain("has not ended");
  }

  /** Asserts that the line fails by a timeout. */
  private static void assertHangs(Class<? extends FlowContract> defective, String line) {
    ContractRun run = ContractRun.of(defective, SHORT_TIMEOUT, line);
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

  /** A contract with pairs whose near end is defective. */
  abstract static class DefectiveContract extends FlowContract {
    @Override
    protected FlowPair open() {
      FlowPipe pipe = FlowPipe.create();
      return new FlowPair(defective(pipe.near()), pipe.far());
    }

    abstract Flow defective(Flow correct);
  }

  static final class ReadReturnsZero extends DefectiveContract {
    @Override
    Flow defective(Flow correct) {
      return new ForwardingFlow(correct) {
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
  void read_returningZero_isDetected() {
    assertFails(ReadReturnsZero.class, "read_returnsAvailableBytes");
  }

  static final class AvailableIsZero extends DefectiveContract {
    @Override
    Flow defective(Flow correct) {
      return new ForwardingFlow(correct) {
        @Override
        public int available() {
          return 0;
        }
      };
    }
  }

  static final class AvailableIsPositive extends DefectiveContract {
    @Override
    Flow defective(Flow correct) {
      return new ForwardingFlow(correct) {
        @Override
        public int available() throws IOException {
          return Math.max(1, super.available());
        }
      };
    }
  }

  @Test
  void available_wrong_isDetected() {
    assertFails(AvailableIsZero.class, "available_afterPartialRead_isTheRest");
    assertFails(AvailableIsPositive.class, "available_ofNothing_isZero");
  }

  static final class ResetIsEnd extends DefectiveContract {
    @Override
    Flow defective(Flow correct) {
      return new ForwardingFlow(correct) {
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
  void reset_readAsEnd_isDetected() {
    assertFails(ResetIsEnd.class, "reset_atRead_isNoEnd");
    assertFails(ResetIsEnd.class, "read_racingReset_returnsBytesThenFails");
  }

  static final class WriteLosesByte extends DefectiveContract {
    @Override
    Flow defective(Flow correct) {
      return new ForwardingFlow(correct) {
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
  void write_losingAByte_isDetected() {
    assertFails(WriteLosesByte.class, "close_deliversAcceptedBytes");
  }

  static final class ReadClearsInterrupt extends DefectiveContract {
    @Override
    Flow defective(Flow correct) {
      return new ForwardingFlow(correct) {
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
  void interruptStatus_cleared_isDetected() {
    assertFails(ReadClearsInterrupt.class, "interrupt_ofWaitingRead_closesFlow");
    assertFails(ReadClearsInterrupt.class, "pendingInterrupt_atRead_closesFlow");
  }

  static final class ReadIgnoresInterrupt extends DefectiveContract {
    @Override
    Flow defective(Flow correct) {
      return new ForwardingFlow(correct) {
        @Override
        public int read(ByteBuffer dst) throws IOException {
          Thread.interrupted();
          return super.read(dst);
        }
      };
    }
  }

  @Test
  void pendingInterrupt_ignored_isDetected() {
    assertFails(ReadIgnoresInterrupt.class, "pendingInterrupt_atRead_closesFlow");
  }

  static final class WriteIsSplit extends DefectiveContract {
    @Override
    Flow defective(Flow correct) {
      return new ForwardingFlow(correct) {
        @Override
        public int write(ByteBuffer src) throws IOException {
          int count = src.remaining();
          while (src.remaining() > 1000) {
            super.write(src.slice(src.position(), 1000));
            src.position(src.position() + 1000);
            LockSupport.parkNanos(1); // gives other writers time to start
          }
          super.write(src);
          return count;
        }
      };
    }
  }

  @Test
  void write_interleaved_isDetected() {
    assertFails(WriteIsSplit.class, "write_besideOthers_staysContiguous");
  }

  static final class ReadExcludesWrite extends DefectiveContract {
    @Override
    Flow defective(Flow correct) {
      return new ForwardingFlow(correct) {
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
  void read_waitingForWrite_isDetected() {
    assertHangs(ReadExcludesWrite.class, "read_besideWaitingWrite_doesNotWait");
    assertHangs(ReadExcludesWrite.class, "write_besideWaitingRead_doesNotWait");
  }

  static final class TimeoutIsIgnored extends DefectiveContract {
    @Override
    Flow defective(Flow correct) {
      return new ForwardingFlow(correct) {
        @Override
        public void readTimeout(Duration atMost) {}
      };
    }
  }

  @Test
  void timeout_ignored_isDetected() {
    assertHangs(TimeoutIsIgnored.class, "read_afterTimeout_throws");
    assertFails(TimeoutIsIgnored.class, "negativeTimeout_isRefused");
  }

  static final class WriteTimeoutIsIgnored extends DefectiveContract {
    @Override
    Flow defective(Flow correct) {
      return new ForwardingFlow(correct) {
        @Override
        public void writeTimeout(Duration atMost) {}
      };
    }
  }

  static final class WriteTimeoutLeavesOpen extends DefectiveContract {
    @Override
    Flow defective(Flow correct) {
      return new ForwardingFlow(correct) {
        @Override
        public boolean isOpen() {
          return true;
        }
      };
    }
  }

  @Test
  void writeTimeout_ignored_isDetected() {
    assertHangs(WriteTimeoutIsIgnored.class, "write_afterTimeout_throwsAndCloses");
    assertHangs(WriteTimeoutIsIgnored.class, "gatheringWrite_afterTimeout_throwsAndCloses");
    assertFails(WriteTimeoutIsIgnored.class, "negativeWriteTimeout_isRefused");
    assertFails(WriteTimeoutLeavesOpen.class, "write_afterTimeout_throwsAndCloses");
  }

  static final class FindIsEmpty extends DefectiveContract {
    @Override
    Flow defective(Flow correct) {
      return new ForwardingFlow(correct) {
        @Override
        public <T> Optional<T> find(Class<T> type) {
          return Optional.empty();
        }
      };
    }
  }

  @Test
  void find_empty_isDetected() {
    assertFails(FindIsEmpty.class, "find_ofOwnTypes_returnsTheFlow");
  }

  static final class CloseBlocks extends DefectiveContract {
    @Override
    Flow defective(Flow correct) {
      return new ForwardingFlow(correct) {
        @Override
        public void close() throws IOException {
          try {
            END.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          super.close();
        }
      };
    }
  }

  @Test
  void close_blocking_isDetectedWithinLimit() {
    try {
      assertHangs(CloseBlocks.class, "close_twice_hasNoEffect");
      assertHangs(CloseBlocks.class, "read_returnsAvailableBytes"); // when the line closes the flow
    } finally {
      END.countDown();
    }
  }

  static final class Correct extends DefectiveContract {
    @Override
    Flow defective(Flow correct) {
      return new ForwardingFlow(correct) {};
    }
  }

  @Test
  void correctFlow_passes() {
    assertThat(
            ContractRun.of(Correct.class, Running.TIMEOUT, "read_returnsAvailableBytes").failed())
        .isEmpty();
    assertThat(
            ContractRun.of(Correct.class, Running.TIMEOUT, "find_ofOwnTypes_returnsTheFlow")
                .failed())
        .isEmpty();
  }
}
