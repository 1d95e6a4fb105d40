package dev.mimic.inmemory;

import dev.mimic.flow.FlowInfo;
import dev.mimic.flow.FlowPipe;
import dev.mimic.flow.InterruptibleLock;
import dev.mimic.flow.PeerGoneException;
import dev.mimic.flow.TimeSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The bytes in transit in one direction of a connection: the send buffer of one kernel and the path
 * to the other. The receive buffer is the pipe.
 *
 * <p><b>State.</b> The lock guards the queue of pieces, the bytes in it, and what the sender has
 * ended. A piece has a time of arrival, which is never before that of the piece ahead of it. A
 * reset is not a piece: it overtakes pieces that the receiver has no room for.
 *
 * <p><b>Who runs.</b> {@link #run} moves pieces from the head of the queue into the pipe. One
 * thread at a time does, without the lock; a call meanwhile makes it go round once more. It is
 * called after each change: by a write, an end or a close; by the clock when the head arrives; by
 * the pipe when it has room; by the network when the rules have changed.
 *
 * <p><b>Who is woken.</b> A writer waits at {@code room} while the bytes on their way fill the
 * buffer of the link. A delivery, a reset, a close and a change of the link wake it.
 */
final class Transit implements FlowPipe.Diversion {
  private static final long NEVER = Long.MAX_VALUE;

  private enum Kind {
    BYTES,
    END,
    /** An end that a rule made: the rest of the stream is dropped. */
    CUT,
    /** A reset that a rule made, after the bytes that it let pass. */
    ABORT
  }

  private static final class Piece {
    private final Kind kind;
    private ByteBuffer data;
    private long due;
    private boolean decided;
    private boolean held;
    private boolean recorded;

    private Piece(Kind kind, ByteBuffer data, long due, boolean decided) {
      this.kind = kind;
      this.data = data;
      this.due = due;
      this.decided = decided;
    }
  }

  private static final ByteBuffer NONE = ByteBuffer.allocate(0);

  private final Connection connection;
  private final boolean toServer;
  private final FlowInfo sender;
  private final TimeSource time;

  private final ReentrantLock lock =
      new ReentrantLock(); // guards the fields up to the next comment
  private final Condition room = lock.newCondition();
  private final Deque<Piece> queue = new ArrayDeque<>();
  private @Nullable Runnable onWritable;
  private int onTheirWay;
  private long sent;
  private long lastDue;
  private long resetDue = NEVER; // when a reset arrives
  private boolean resetDecided;
  private boolean ended; // the sender has ended its output
  private boolean closed; // the sender is closed
  private boolean muted; // the sender's host has crashed, or a rule has cut the stream
  private boolean halted; // nothing more is delivered, except a reset
  private boolean failed; // a reset has reached the sender

  private final AtomicInteger runs = new AtomicInteger();
  private FlowPipe.@Nullable Delivery delivery; // set before the first run does anything

  // Used by the running thread alone, except that a timer clears its time.
  private volatile long timerDue = NEVER;
  private TimeSource.Timer timer = () -> {};
  private volatile boolean askAgain; // the rules have changed since a piece was held
  private long delivered;

  Transit(Connection connection, boolean toServer, FlowInfo sender, TimeSource time) {
    this.connection = connection;
    this.toServer = toServer;
    this.sender = sender;
    this.time = time;
    this.lastDue = time.nanoTime();
  }

  /** Sets where the bytes go. Nothing is delivered before. */
  void deliverTo(FlowPipe.Delivery to) {
    lock.lock();
    try {
      delivered = to.position();
      sent += to.position();
      delivery = to;
    } finally {
      lock.unlock();
    }
  }

  /** Lets the writer see a larger buffer. */
  void linkChanged() {
    lock.lock();
    try {
      room.signalAll();
    } finally {
      lock.unlock();
    }
    run();
  }

  /** Asks the rules again about what is held. */
  void rulesChanged() {
    askAgain = true;
    run();
  }

  @Override
  public void write(ByteBuffer src) throws IOException {
    while (src.hasRemaining()) {
      int accepted = accept(src, true);
      if (accepted > 0) {
        run();
      }
    }
  }

  @Override
  public int tryWrite(ByteBuffer src) throws IOException {
    int accepted = src.hasRemaining() ? accept(src, false) : 0;
    run();
    return accepted;
  }

  private int accept(ByteBuffer src, boolean wait) throws IOException {
    lock.lock();
    try {
      while (true) {
        Link.Direction link = connection.link(toServer);
        int buffer = Link.buffer(link);
        requireWritable();
        if (muted) {
          int dropped = src.remaining();
          src.position(src.limit());
          return dropped;
        }
        // Whole pieces, so that the rules see the same ones however fast the reader is.
        int count = Math.min(Math.min(src.remaining(), Link.maxPiece(link)), buffer);
        if (!wait) {
          count = Math.min(count, buffer - onTheirWay);
        }
        if (count > 0 && count <= buffer - onTheirWay) {
          byte[] data = new byte[count];
          src.get(data);
          add(Kind.BYTES, ByteBuffer.wrap(data), link);
          return count;
        }
        if (!wait) {
          return 0;
        }
        InterruptibleLock.requireNotInterrupted();
        room.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptibleLock.requireNotInterrupted();
      return 0;
    } finally {
      lock.unlock();
    }
  }

  private void requireWritable() throws IOException {
    if (closed || ended) {
      throw new AsynchronousCloseException();
    }
    if (failed) {
      throw new PeerGoneException(sender + " is gone: reset by the peer");
    }
  }

  private void add(Kind kind, ByteBuffer data, Link.@Nullable Direction link) {
    int count = data.remaining();
    queue.add(new Piece(kind, data, arrival(count, link), false));
    onTheirWay += count;
    sent += count;
  }

  private long arrival(int bytes, Link.@Nullable Direction link) {
    long now = time.nanoTime();
    if (link != null) {
      now = link.arrival(now, bytes, connection.random(toServer, sent, 0));
    }
    lastDue = later(lastDue, now);
    return lastDue;
  }

  /** Returns the later of two times of the clock, of which only differences are meaningful. */
  private static long later(long one, long other) {
    return one - other > 0 ? one : other;
  }

  @Override
  public void onWritable(Runnable callback) {
    lock.lock();
    try {
      onWritable = callback;
    } finally {
      lock.unlock();
    }
    run();
  }

  @Override
  public void end() {
    lock.lock();
    try {
      sendEnd();
      room.signalAll();
    } finally {
      lock.unlock();
    }
    run();
  }

  private void sendEnd() {
    if (!ended && !muted && !failed) {
      add(Kind.END, NONE, connection.link(toServer));
    }
    ended = true;
  }

  @Override
  public void close(boolean asReset) {
    lock.lock();
    try {
      closed = true;
      if (!asReset || ended) {
        sendEnd();
      }
      if (asReset && !muted && !failed) {
        resetDue = Math.min(resetDue, arrival(0, connection.link(toServer)));
      }
      room.signalAll();
    } finally {
      lock.unlock();
    }
    run();
  }

  /**
   * Sends a reset, as a kernel answers bytes for a connection that it does not know.
   *
   * @param byRule whether a rule has decided so, and none is asked again
   * @param atOnce whether it reaches the receiver now
   */
  void sendReset(boolean byRule, boolean atOnce) {
    lock.lock();
    try {
      long due = atOnce ? time.nanoTime() : arrival(0, connection.link(toServer));
      resetDue = Math.min(resetDue, due);
      resetDecided |= byRule;
    } finally {
      lock.unlock();
    }
    run();
  }

  /**
   * Delivers nothing more, except a reset. What is on its way stays, so that writers still wait.
   */
  void halt() {
    lock.lock();
    try {
      halted = true;
    } finally {
      lock.unlock();
    }
  }

  /** Drops what is on its way, and what the sender still sends. */
  void mute() {
    lock.lock();
    try {
      muted = true;
      clear();
    } finally {
      lock.unlock();
    }
  }

  /** Ends the stream at the receiver, and drops what the sender still sends. */
  void cut() {
    lock.lock();
    try {
      clear();
      queue.add(new Piece(Kind.CUT, NONE, time.nanoTime(), true));
    } finally {
      lock.unlock();
    }
    run();
  }

  /** Tells the sender that the connection was reset. */
  void fail() {
    Runnable writable;
    lock.lock();
    try {
      failed = true;
      clear();
      writable = onWritable;
      onWritable = null;
    } finally {
      lock.unlock();
    }
    run(writable);
  }

  private void clear() {
    queue.clear();
    onTheirWay = 0;
    room.signalAll();
  }

  private static void run(@Nullable Runnable callback) {
    if (callback != null) {
      callback.run();
    }
  }

  /** Delivers what has arrived and what the rules let pass. */
  void run() {
    if (runs.getAndIncrement() != 0) {
      return;
    }
    int missed = 1;
    while (missed != 0) {
      deliverAll();
      missed = runs.addAndGet(-missed);
    }
    run(takeWritable());
  }

  private @Nullable Runnable takeWritable() {
    int buffer = Link.buffer(connection.link(toServer));
    lock.lock();
    try {
      if (onTheirWay >= buffer && !failed && !closed && !ended) {
        return null;
      }
      Runnable writable = onWritable;
      onWritable = null;
      return writable;
    } finally {
      lock.unlock();
    }
  }

  // All methods below run in one thread at a time.

  private void deliverAll() {
    FlowPipe.Delivery to;
    lock.lock();
    try {
      to = delivery;
    } finally {
      lock.unlock();
    }
    if (to == null) {
      return;
    }
    boolean more = true;
    while (more) {
      more = deliverNext(to);
    }
  }

  /** Delivers the head of the queue; returns whether to go on. */
  private boolean deliverNext(FlowPipe.Delivery to) {
    long now = time.nanoTime();
    Piece head = peek();
    if (head == null || head.due - now > 0) {
      return deliverReset(to, now, head == null ? NEVER : head.due);
    }
    if (head.held && !askAgain) {
      return isResetDue(now) && deliverReset(to, now, NEVER);
    }
    if (!head.decided && !decide(head, now)) {
      return true;
    }
    return switch (head.kind) {
      case BYTES -> deliverBytes(to, head, now);
      case END -> {
        connection.record(NetworkEvent.Kind.END, toServer, "");
        to.end();
        yield remove(head);
      }
      case CUT -> {
        mute();
        to.end();
        yield true;
      }
      case ABORT -> {
        connection.abort(toServer);
        yield true;
      }
    };
  }

  private @Nullable Piece peek() {
    lock.lock();
    try {
      return halted ? null : queue.peek();
    } finally {
      lock.unlock();
    }
  }

  private boolean remove(Piece head) {
    lock.lock();
    try {
      queue.remove(head);
    } finally {
      lock.unlock();
    }
    return true;
  }

  private boolean deliverBytes(FlowPipe.Delivery to, Piece head, long now) {
    if (!head.recorded) {
      head.recorded = true;
      connection.recordBytes(toServer, head.data);
    }
    int count;
    try {
      count = to.deliver(head.data);
    } catch (PeerGoneException e) {
      count = head.data.remaining();
      head.data.position(head.data.limit());
      connection.answerReset(toServer);
    }
    delivered += count;
    lock.lock();
    try {
      onTheirWay = Math.max(0, onTheirWay - count);
      if (!head.data.hasRemaining()) {
        queue.remove(head);
      }
      room.signalAll();
    } finally {
      lock.unlock();
    }
    if (!head.data.hasRemaining()) {
      return true;
    }
    if (isResetDue(now)) {
      return deliverReset(to, now, NEVER);
    }
    if (count == 0) {
      to.onDeliverable(this::run);
      schedule(now, resetTime());
      return false;
    }
    return true;
  }

  private long resetTime() {
    lock.lock();
    try {
      return resetDue;
    } finally {
      lock.unlock();
    }
  }

  private boolean isResetDue(long now) {
    long due = resetTime();
    return due != NEVER && due - now <= 0;
  }

  /** Delivers a reset that has arrived, or else waits for it or for the head of the queue. */
  private boolean deliverReset(FlowPipe.Delivery to, long now, long headDue) {
    if (!isResetDue(now)) {
      schedule(now, Math.min(headDue, resetTime()));
      return false;
    }
    if (!resetDecided) {
      Transfer transfer = connection.transfer(Transfer.Kind.RESET, toServer, delivered, null);
      Decision decision = connection.decide(transfer, true);
      if (decision.action() == Decision.Action.HOLD) {
        loseReset();
        return false;
      }
      resetDecided = true;
      if (decision.action() == Decision.Action.DELAY) {
        lock.lock();
        try {
          resetDue = now + decision.time().toNanos();
        } finally {
          lock.unlock();
        }
        return true;
      }
    }
    lock.lock();
    try {
      resetDue = NEVER;
      halted = true; // writers wait until a reset reaches them too
    } finally {
      lock.unlock();
    }
    connection.record(NetworkEvent.Kind.RESET, toServer, "");
    to.reset();
    connection.fail(!toServer);
    return false;
  }

  /** A reset is not sent again (RFC 9293, section 3.10.7): what cannot pass now is lost. */
  private void loseReset() {
    lock.lock();
    try {
      resetDue = NEVER;
      clear();
    } finally {
      lock.unlock();
    }
  }

  /** Asks the rules about a piece; returns whether it can be delivered now. */
  private boolean decide(Piece head, long now) {
    Transfer transfer =
        connection.transfer(
            head.kind == Kind.END ? Transfer.Kind.END : Transfer.Kind.BYTES,
            toServer,
            delivered,
            head.data);
    askAgain = false;
    Decision decision = connection.decide(transfer, !head.held);
    head.held = false;
    switch (decision.action()) {
      // A rest is asked about when it is the head.
      case HOLD -> head.held = keepFirst(head, decision.index()) == head;
      case PASS -> head.decided = true;
      case DELAY -> {
        Piece rest = keepFirst(head, decision.index());
        if (rest != null) {
          rest.decided = true;
          rest.due = now + decision.time().toNanos();
          delayWhatFollows(rest.due);
        }
      }
      case CORRUPT -> {
        corrupt(head.data, decision.index());
        head.decided = true;
      }
      case END -> split(head, decision.index(), Kind.CUT);
      case RESET, REFUSE -> split(head, decision.index(), Kind.ABORT);
    }
    return head.decided && head.due - now <= 0;
  }

  /** Lets the first bytes of a piece pass; returns the rest of it, or null if there is none. */
  private @Nullable Piece keepFirst(Piece head, int bytes) {
    if (bytes == 0) {
      return head;
    }
    head.decided = true;
    if (bytes >= head.data.remaining()) {
      return null;
    }
    Piece rest = new Piece(head.kind, head.data.duplicate(), head.due, false);
    rest.data.position(head.data.position() + bytes);
    head.data.limit(head.data.position() + bytes);
    lock.lock();
    try {
      if (queue.remove(head)) {
        queue.addFirst(rest);
        queue.addFirst(head);
      }
    } finally {
      lock.unlock();
    }
    return rest;
  }

  /** Keeps what is sent from now on, and a reset, behind a piece that is delayed. */
  private void delayWhatFollows(long due) {
    lock.lock();
    try {
      lastDue = later(lastDue, due);
      if (resetDue != NEVER) {
        resetDue = later(resetDue, due);
      }
    } finally {
      lock.unlock();
    }
  }

  private static void corrupt(ByteBuffer data, int index) {
    int at = data.position() + index;
    if (at < data.limit()) {
      data.put(at, (byte) ~data.get(at));
    }
  }

  /** Keeps the first bytes of the head, and replaces the rest of the queue. */
  private void split(Piece head, int bytes, Kind then) {
    lock.lock();
    try {
      clear();
      int kept = Math.min(bytes, head.data.remaining());
      if (kept > 0) {
        head.data.limit(head.data.position() + kept);
        head.decided = true;
        queue.add(head);
      }
      onTheirWay = kept;
      queue.add(new Piece(then, NONE, head.due, true));
    } finally {
      lock.unlock();
    }
  }

  private void schedule(long now, long due) {
    if (due == timerDue) {
      return;
    }
    timer.cancel();
    timerDue = due;
    if (due != NEVER) {
      timer = time.schedule(Duration.ofNanos(due - now), this::timerFired);
    }
  }

  private void timerFired() {
    timerDue = NEVER;
    run();
  }
}
