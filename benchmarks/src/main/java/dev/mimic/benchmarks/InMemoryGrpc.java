package dev.mimic.benchmarks;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.BlockingClientCall;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * gRPC's in-process transport, by a bidirectional stream of byte arrays: for orientation, since it
 * passes a reference to the array, by a marshaller that knows its own, and copies nothing. The
 * server answers in the thread that calls it ({@code directExecutor}); the client blocks, in a
 * thread of the kind asked for.
 */
final class InMemoryGrpc implements InMemoryPeer {
  private static final String NAME = "benchmark";
  private static final MethodDescriptor<byte[], byte[]> ECHO = method("echo");
  private static final MethodDescriptor<byte[], byte[]> COUNT = method("count");

  private final InMemoryThreads threads;
  private final Server server;
  private final ManagedChannel channel;

  InMemoryGrpc(InMemoryThreads threads) throws IOException {
    this.threads = threads;
    server =
        InProcessServerBuilder.forName(NAME)
            .directExecutor()
            .addService(
                ServerServiceDefinition.builder("bytes")
                    .addMethod(ECHO, ServerCalls.asyncBidiStreamingCall(Echo::new))
                    .addMethod(COUNT, ServerCalls.asyncBidiStreamingCall(Count::new))
                    .build())
            .build()
            .start();
    channel = InProcessChannelBuilder.forName(NAME).directExecutor().build();
  }

  private static MethodDescriptor<byte[], byte[]> method(String name) {
    return MethodDescriptor.<byte[], byte[]>newBuilder(new ByReference(), new ByReference())
        .setType(MethodType.BIDI_STREAMING)
        .setFullMethodName(MethodDescriptor.generateFullMethodName("bytes", name))
        .build();
  }

  private BlockingClientCall<byte[], byte[]> call(MethodDescriptor<byte[], byte[]> method) {
    return ClientCalls.blockingBidiStreamingCall(channel, method, CallOptions.DEFAULT);
  }

  @Override
  public void stream(int messages, int size) throws Exception {
    byte[] message = message(size);
    byte[] count =
        threads.run(
            () -> {
              BlockingClientCall<byte[], byte[]> call = call(COUNT);
              for (int i = 0; i < messages; i++) {
                call.write(message);
              }
              call.halfClose();
              return call.read();
            });
    long received = ByteBuffer.wrap(count).getLong();
    InMemoryMessage.require(
        received == (long) messages * size, "too few bytes arrived, or too many");
  }

  @Override
  public void roundTrips(int times, int size) throws Exception {
    byte[] message = message(size);
    threads.run(
        () -> {
          BlockingClientCall<byte[], byte[]> call = call(ECHO);
          for (int i = 0; i < times; i++) {
            call.write(message);
            InMemoryMessage.check(ByteBuffer.wrap(call.read()), 0, size);
          }
          call.halfClose();
          return call.read();
        });
  }

  @Override
  public void connectAndClose(int times) throws Exception {
    threads.run(
        () -> {
          for (int i = 0; i < times; i++) {
            BlockingClientCall<byte[], byte[]> call = call(ECHO);
            call.halfClose();
            InMemoryMessage.require(call.read() == null, "a message came, and not the end");
          }
          return times;
        });
  }

  private static byte[] message(int size) {
    return InMemoryMessage.of(ByteBuffer.allocate(size)).array();
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.shutdownNow();
  }

  /** Sends each message back. */
  private record Echo(StreamObserver<byte[]> client) implements StreamObserver<byte[]> {
    @Override
    public void onNext(byte[] message) {
      client.onNext(message);
    }

    @Override
    public void onError(Throwable cause) {
      client.onError(cause);
    }

    @Override
    public void onCompleted() {
      client.onCompleted();
    }
  }

  /** Counts the bytes, and sends their number in the end. */
  private static final class Count implements StreamObserver<byte[]> {
    private final StreamObserver<byte[]> client;
    private long received;

    Count(StreamObserver<byte[]> client) {
      this.client = client;
    }

    @Override
    public void onNext(byte[] message) {
      InMemoryMessage.check(ByteBuffer.wrap(message), 0, message.length);
      received += message.length;
    }

    @Override
    public void onError(Throwable cause) {
      client.onError(cause);
    }

    @Override
    public void onCompleted() {
      client.onNext(ByteBuffer.allocate(Long.BYTES).putLong(received).array());
      client.onCompleted();
    }
  }

  /** Puts an array into a stream, and takes it out again. */
  private static final class ByReference implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] message) {
      return new Reference(message);
    }

    @Override
    public byte[] parse(InputStream stream) {
      if (stream instanceof Reference reference) {
        return reference.message();
      }
      throw new IllegalStateException("not passed by reference");
    }
  }

  private static final class Reference extends ByteArrayInputStream {
    Reference(byte[] message) {
      super(message);
    }

    byte[] message() {
      return buf;
    }
  }
}
