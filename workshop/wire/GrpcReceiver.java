package workshop.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.Context;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Receives OTLP/gRPC: the unary {@code Export} of the three signals' services. Messages are taken
 * as bytes, so that a malformed one gets the answer the protocol names, and so that what is kept is
 * what was sent.
 */
final class GrpcReceiver implements AutoCloseable {
  private static final Context.Key<Call> CALL = Context.key("call");

  static {
    // Without these, Netty's warnings about Unsafe and native access come first on JDK 24 and
    // newer.
    String netty = "io.grpc.netty.shaded.io.netty.";
    System.setProperty(netty + "noUnsafe", "true");
    System.setProperty(netty + "transport.noNative", "true");
  }

  /** Else a message too large, which any sender can cause, is logged with a stack trace. */
  private static final Logger GRPC_LOG = Logger.getLogger("io.grpc");

  static {
    GRPC_LOG.setLevel(Level.OFF);
  }

  private final Inbox inbox;
  private final Connections connections;
  private final Server server;

  private GrpcReceiver(InetAddress bind, int port, Inbox inbox, Connections connections) {
    this.inbox = inbox;
    this.connections = connections;
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(bind, port))
            .maxInboundMessageSize(Backend.MAX_BODY_BYTES)
            .addStreamTracerFactory(
                new ServerStreamTracer.Factory() {
                  @Override
                  public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
                    return new Call(method, headers);
                  }
                });
    for (Signal signal : Signal.values()) {
      builder.addService(service(signal));
    }
    this.server = builder.build();
  }

  static GrpcReceiver start(InetAddress bind, int port, Inbox inbox, Connections connections)
      throws IOException {
    GrpcReceiver receiver = new GrpcReceiver(bind, port, inbox, connections);
    try {
      receiver.server.start();
    } catch (IOException e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof BindException && cause.getMessage().contains("in use")) {
          throw new PortTakenException(port, e);
        }
      }
      throw e;
    }
    return receiver;
  }

  int port() {
    return server.getPort();
  }

  @Override
  public void close() {
    server.shutdown();
    try {
      if (!server.awaitTermination(1, TimeUnit.SECONDS)) {
        server.shutdownNow().awaitTermination(1, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  private ServerServiceDefinition service(Signal signal) {
    MethodDescriptor<byte[], byte[]> method =
        signal.method().toBuilder(Bytes.INSTANCE, Bytes.INSTANCE).build();
    return ServerServiceDefinition.builder(method.getServiceName())
        .addMethod(
            method,
            ServerCalls.asyncUnaryCall(
                (request, response) -> export(signal, request, response, CALL.get())))
        .build();
  }

  private void export(Signal signal, byte[] request, StreamObserver<byte[]> response, Call call) {
    ByteString body = UnsafeByteOperations.unsafeWrap(request);
    try {
      int items = signal.count(signal.decode(body));
      call.record(signal, request.length, items, body, Status.OK);
      response.onNext(signal.success().toByteArray());
      response.onCompleted();
    } catch (InvalidProtocolBufferException e) {
      Status status =
          Status.INVALID_ARGUMENT.withDescription("not an OTLP request: " + e.getMessage());
      call.record(signal, request.length, 0, ByteString.EMPTY, status);
      response.onError(status.asRuntimeException());
    }
  }

  /** One call from its first header on: what the handler cannot see, and calls it never sees. */
  private final class Call extends ServerStreamTracer {
    private final Instant at = Instant.now();
    private final long startNanos = System.nanoTime();
    private final String method;
    private final List<Header> headers;
    private final AtomicBoolean recorded = new AtomicBoolean();
    private volatile int connection;
    private volatile long wireBytes;

    Call(String method, Metadata metadata) {
      this.method = method;
      this.headers = headers(metadata);
    }

    @Override
    public Context filterContext(Context context) {
      return context.withValue(CALL, this);
    }

    @Override
    public void serverCallStarted(ServerCallInfo<?, ?> info) {
      connection = connections.number(info.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
    }

    @Override
    public void inboundWireSize(long bytes) {
      wireBytes += bytes;
    }

    /** Records what no handler answered: an unknown method, a message too large, a broken call. */
    @Override
    public void streamClosed(Status status) {
      Signal signal = null;
      for (Signal candidate : Signal.values()) {
        if (candidate.method().getFullMethodName().equals(method)) {
          signal = candidate;
        }
      }
      record(signal, 0, 0, ByteString.EMPTY, status);
    }

    void record(Signal signal, long decodedBytes, int items, ByteString body, Status status) {
      if (recorded.compareAndSet(false, true)) {
        inbox.add(
            new Exchange(
                0,
                at,
                Duration.ofNanos(System.nanoTime() - startNanos),
                Protocol.GRPC,
                connection,
                "POST",
                "/" + method,
                headers,
                wireBytes,
                decodedBytes,
                signal,
                items,
                body,
                Answer.ofGrpc(status)));
      }
    }
  }

  private static List<Header> headers(Metadata metadata) {
    List<Header> headers = new ArrayList<>();
    for (String name : metadata.keys()) {
      if (name.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
        headers.add(new Header(name, "(binary)"));
      } else {
        metadata
            .getAll(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER))
            .forEach(value -> headers.add(new Header(name, value)));
      }
    }
    return List.copyOf(headers);
  }

  private enum Bytes implements MethodDescriptor.Marshaller<byte[]> {
    INSTANCE;

    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
