package dev.mimic.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.Request;
import okhttp3.Response;
import okio.AsyncTimeout;
import org.jspecify.annotations.Nullable;

/**
 * A time limit for the head of a response, from the end of the request. OkHttp 5.5 limits each read
 * alone, which a server that sends a byte now and then never exceeds. For one call at a time.
 */
final class HeadLimit extends EventListener {
  private final AsyncTimeout timer;
  private volatile @Nullable Call waiting; // for the head of a response
  private volatile boolean exceeded;

  HeadLimit(Duration limit) {
    timer =
        new AsyncTimeout() {
          @Override
          protected void timedOut() {
            Call call = waiting;
            if (call != null) {
              exceeded = true;
              call.cancel();
            }
          }
        };
    timer.timeout(limit.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Returns whether a call was cancelled. */
  boolean isExceeded() {
    return exceeded;
  }

  @Override
  public void requestHeadersEnd(Call call, Request request) {
    if (request.body() == null) {
      begin(call);
    }
  }

  @Override
  public void requestBodyEnd(Call call, long byteCount) {
    begin(call);
  }

  @Override
  public void responseHeadersEnd(Call call, Response response) {
    end();
  }

  @Override
  public void requestFailed(Call call, IOException failure) {
    end();
  }

  @Override
  public void responseFailed(Call call, IOException failure) {
    end();
  }

  private void begin(Call call) {
    waiting = call;
    timer.enter();
  }

  private void end() {
    if (waiting != null) {
      waiting = null;
      boolean unused = timer.exit();
    }
  }
}
