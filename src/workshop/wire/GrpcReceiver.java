package workshop.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.Code;
import com.google.rpc.RetryInfo;
import io.grpc.Context;
import io.grpc.Grpc;
import io.grpc.KnownLength;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Receives OTLP/gRPC: the unary {@code Export} of the three signals' services. Messages are read as
 * bytes, so that a malformed one gets the response that the protocol specifies, and so that what is
 * kept is what was sent.
 */
final class GrpcReceiver implements AutoCloseable {
  private static final Context.Key<GrpcCall> CALL = Context.key("call");

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private static final Metadata.Key<String> ENCODING =
      Metadata.Key.of("grpc-encoding", Metadata.ASCII_STRING_MARSHALLER);

  private static final Metadata.Key<String> SUPPORTED_ENCODINGS =
      Metadata.Key.of("grpc-accept-encoding", Metadata.ASCII_STRING_MARSHALLER);

  private static final Metadata.Key<String> FAULT =
      Metadata.Key.of(RequestedFaults.HEADER, Metadata.ASCII_STRING_MARSHALLER);

  /**
   * Otherwise gRPC logs a stack trace for a message that is too large; any sender can cause that.
   */
  private static final Logger GRPC_LOG = Logger.getLogger("io.grpc");

  static {
    GRPC_LOG.setLevel(Level.OFF);
  }

  private static final int PIECE = 64 << 10;

  /** gRPC keeps each piece as it arrived until the message is complete, however small. */
  private static final int MEMORY_PER_PIECE = 512;

  private static final byte[] NOTHING = {};
  private static final byte[] GARBAGE = "this is not HTTP/2\n".getBytes(US_ASCII);

  /**
   * The head of a frame of 100 bytes (RFC 9113, 4.1) with response headers, but not its content.
   */
  private static final byte[] HALF_A_FRAME = {0, 0, 100, 1, 4, 0, 0, 0, 1};

  private final ReceiverContext shared;
  private final Server server;
  private final GrpcConnections tcp;

  private GrpcReceiver(InetAddress bind, int port, Optional<Tls> tls, ReceiverContext shared) {
    this.shared = shared;
    this.tcp = new GrpcConnections(shared, tls);
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(bind, port))
            .maxInboundMetadataSize(Limits.GRPC_READABLE_METADATA_BYTES)
            .maxInboundMessageSize(Limits.BODY_BYTES)
            .maxConcurrentCallsPerConnection(Limits.GRPC_CALLS)
            .maxRstFramesPerWindow(Limits.GRPC_RESETS, Limits.GRPC_RESET_SECONDS)
            .flowControlWindow(Limits.GRPC_WINDOW_BYTES)
            .bossEventLoopGroup(shared.accepting())
            .workerEventLoopGroup(shared.loops())
            .directExecutor()
            .addStreamTracerFactory(
                new ServerStreamTracer.Factory() {
                  @Override
                  public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
                    return new GrpcCall(method, headers);
                  }
                });
    tcp.serve(builder, bind);
    for (Signal signal : Signal.values()) {
      builder.addService(service(signal));
    }
    this.server = builder.build();
  }

  /**
   * @param tls empty for plain gRPC
   */
  static GrpcReceiver start(InetAddress bind, int port, Optional<Tls> tls, ReceiverContext shared)
      throws IOException {
    GrpcReceiver receiver = new GrpcReceiver(bind, port, tls, shared);
    try {
      receiver.server.start();
    } catch (IOException e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (String.valueOf(cause.getMessage()).contains("in use")) {
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
      if (!server.awaitTermination(Limits.CLOSE_SECONDS, TimeUnit.SECONDS)) {
        server.shutdownNow().awaitTermination(1, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  private ServerServiceDefinition service(Signal signal) {
    MethodDescriptor<Received, byte[]> method =
        signal.method().toBuilder(Requests.INSTANCE, Responses.INSTANCE).build();
    ServerCallHandler<Received, byte[]> unary =
        ServerCalls.asyncUnaryCall(
            (request, response) -> {
              GrpcCall call = CALL.get();
              call.cancelDeadline();
              shared.read(
                  request.bytes().length, call.holding(() -> export(request, response, call)));
            });
    return ServerServiceDefinition.builder(method.getServiceName())
        .addMethod(
            method,
            (call, headers) ->
                CALL.get().begin(call)
                    ? unary.startCall(call, headers)
                    : new ServerCall.Listener<>() {})
        .build();
  }

  private void export(Received received, StreamObserver<byte[]> response, GrpcCall call) {
    byte[] request = received.bytes();
    Signal signal = call.request.signal;
    call.request.decompressed(request);
    StatusRuntimeException refusal;
    try {
      if (received.problem() != null) {
        throw received.problem();
      }
      RequestBody body = RequestBody.ofProtobuf(request, signal, call.request.share);
      call.request.read(body);
      Faults.Served fault = shared.faults().next(call.incoming(body));
      if (fault != null) {
        call.fault = fault;
        Runnable serving = () -> serve(fault, body.protobuf(), response, call);
        if (fault.fault().holds()) {
          shared.late(fault, call.holding(serving));
        } else {
          serving.run();
        }
      } else if (call.record(body.protobuf(), Answer.ofGrpc(Status.OK))) {
        response.onNext(signal.success().toByteArray());
        response.onCompleted();
      }
      return;
    } catch (InvalidProtocolBufferException e) {
      refusal =
          Status.INVALID_ARGUMENT
              .withDescription("not an OTLP request: " + e.getMessage())
              .asRuntimeException();
    } catch (RequestedFaults.InvalidHeader e) {
      refusal = Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException();
    } catch (RequestBody.TooLarge e) {
      refusal = Status.RESOURCE_EXHAUSTED.withDescription(e.getMessage()).asRuntimeException();
    } catch (Budget.Spent e) {
      refusal = busy(e);
    } catch (StatusRuntimeException e) {
      refusal = e;
    }
    if (call.record(ByteString.EMPTY, Answer.ofGrpc(refusal.getStatus()))) {
      response.onError(refusal);
    }
  }

  /** Responds as the fault says, and waits as long as it delays the response. */
  private void serve(
      Faults.Served served, ByteString body, StreamObserver<byte[]> response, GrpcCall call) {
    Fault fault = served.fault();
    shared.faults().hold(fault.delay());
    Answer answer = Answer.of(served, Protocol.GRPC);
    if (!call.record(answer.accepted() ? body : ByteString.EMPTY, answer)) {
      return; // the sender did not wait for the response
    }
    try {
      if (fault.refuses()) {
        response.onError(refusal(fault.grpcCode(), served.told(), fault.retry()));
      } else if (answer.accepted()) {
        boolean partial = fault.action() == Fault.Action.PARTIAL;
        Message success =
            partial
                ? call.request.signal.partialSuccess(answer.rejected(), served.told())
                : call.request.signal.success();
        response.onNext(success.toByteArray());
        response.onCompleted();
      } else if (served.byRequest()) { // a hang: other calls may use the same connection
        shared.faults().hold(served.longestHang());
        response.onError(refusal(Code.UNAVAILABLE_VALUE, served.told(), null));
      } else {
        spoil(served, call.remote);
      }
    } catch (StatusRuntimeException | RejectedExecutionException e) {
      // The sender has gone, or the backend has closed, so nobody can get the response.
    }
  }

  private void spoil(Faults.Served served, SocketAddress remote) {
    Fault.Action action = served.fault().action();
    if (action == Fault.Action.HANG) {
      shared.faults().hold(served.longestHang());
    }
    tcp.from(remote)
        .ifPresent(
            channel -> {
              switch (action) {
                case RESET -> Tcp.reset(channel);
                case GARBAGE -> Tcp.end(channel, GARBAGE);
                case HALF -> Tcp.end(channel, HALF_A_FRAME);
                default -> Tcp.end(channel, NOTHING);
              }
            });
  }

  /**
   * With the {@code RetryInfo} that allows the sender to retry.
   *
   * @see <a href="https://opentelemetry.io/docs/specs/otlp/#otlpgrpc-throttling">OTLP/gRPC</a>
   */
  private static StatusRuntimeException busy(Budget.Spent reason) {
    return refusal(
        Code.RESOURCE_EXHAUSTED_VALUE,
        reason.getMessage(),
        Duration.ofSeconds(Limits.RETRY_AFTER_SECONDS));
  }

  /**
   * @param retry null for no {@code RetryInfo}
   */
  private static StatusRuntimeException refusal(int code, String message, Duration retry) {
    var status = com.google.rpc.Status.newBuilder().setCode(code).setMessage(message);
    if (retry != null) {
      RetryInfo.Builder info = RetryInfo.newBuilder();
      info.getRetryDelayBuilder().setSeconds(retry.getSeconds()).setNanos(retry.getNano());
      status.addDetails(Any.pack(info.build()));
    }
    return StatusProto.toStatusRuntimeException(status.build());
  }

  /** One call from its first header on. The handler does not see all of it, or not every call. */
  private final class GrpcCall extends ServerStreamTracer {
    private final Call request;
    private final String authorization;
    private final String script;
    private final AtomicBoolean recorded = new AtomicBoolean();
    private final int metadataBytes;

    /** Null if it is supported. */
    private final String unknownEncoding;

    /** The stream, and the threads that still use its message after it was closed. */
    private final AtomicInteger holders = new AtomicInteger(1);

    private List<Header> headers;
    private volatile SocketAddress remote;
    private volatile int connection;
    private volatile ServerCall<Received, byte[]> open;
    private volatile Future<?> deadline;
    private volatile Faults.Served fault;

    GrpcCall(String method, Metadata metadata) {
      Budget.Share share = shared.budget().share();
      this.request = new Call(Protocol.GRPC, "POST", "/" + method, signal(method), share);
      this.headers = headers(metadata);
      this.metadataBytes = bytes(metadata);
      this.unknownEncoding = takeUnknownEncoding(metadata);
      this.authorization = metadata.get(AUTHORIZATION);
      Iterable<String> scripts = metadata.getAll(FAULT);
      this.script = scripts == null ? "" : String.join(", ", scripts);
    }

    @Override
    public Context filterContext(Context context) {
      return context.withValue(CALL, this);
    }

    @Override
    public void serverCallStarted(ServerCallInfo<?, ?> info) {
      remote = info.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
      connection = tcp.number(remote);
    }

    /** False if it was already rejected because there is no memory for it. */
    boolean begin(ServerCall<Received, byte[]> begun) {
      open = begun;
      deadline =
          tcp.from(remote)
              .map(
                  channel ->
                      channel
                          .eventLoop()
                          .schedule(this::tooSlow, Limits.REQUEST_SECONDS, TimeUnit.SECONDS))
              .orElse(null);
      if (!Call.isAuthorized(shared.token(), authorization)) {
        refuse(
            Status.UNAUTHENTICATED
                .withDescription(Call.UNAUTHORIZED)
                .asRuntimeException(new Metadata()));
        return false;
      }
      if (!take(headers.stream().mapToLong(Header::memory).sum())) {
        return false;
      }
      if (metadataBytes > Limits.HEAD_BYTES) {
        String reason =
            "the metadata is too large: %d bytes, at most %d"
                .formatted(metadataBytes, Limits.HEAD_BYTES);
        refuse(Status.RESOURCE_EXHAUSTED.withDescription(reason).asRuntimeException());
        return false;
      }
      if (unknownEncoding != null) {
        refuse(unsupported(unknownEncoding));
        return false;
      }
      return true;
    }

    private void tooSlow() {
      refuse(
          Status.DEADLINE_EXCEEDED
              .withDescription(
                  "the request was not complete after " + Limits.REQUEST_SECONDS + " s")
              .asRuntimeException(new Metadata()));
    }

    void cancelDeadline() {
      if (deadline != null) {
        deadline.cancel(false);
      }
    }

    /** Called for each piece, in the connection's thread, before the message is complete. */
    @Override
    public void inboundWireSize(long bytes) {
      request.arrived(bytes);
      take(bytes + MEMORY_PER_PIECE);
    }

    private boolean take(long bytes) {
      try {
        request.share.take(bytes);
        return true;
      } catch (Budget.Spent e) {
        refuse(busy(e));
        return false;
      }
    }

    private void refuse(StatusRuntimeException refusal) {
      ServerCall<Received, byte[]> begun = open;
      if (begun != null && record(ByteString.EMPTY, Answer.ofGrpc(refusal.getStatus()))) {
        Metadata trailers = refusal.getTrailers();
        begun.close(refusal.getStatus(), trailers == null ? new Metadata() : trailers);
      }
    }

    /** Records calls without a handler: an unknown method, a message too large, a broken call. */
    @Override
    public void streamClosed(Status status) {
      Answer answer = Answer.ofGrpc(status);
      record(ByteString.EMPTY, fault == null ? answer : answer.during(fault));
      cancelDeadline();
      letGo();
    }

    /** Work that uses the message, and so its share, until it is done. */
    Runnable holding(Runnable work) {
      holders.incrementAndGet();
      return () -> {
        try {
          work.run();
        } finally {
          letGo();
        }
      };
    }

    private void letGo() {
      if (holders.decrementAndGet() == 0) {
        request.share.close();
      }
    }

    Fault.Incoming incoming(RequestBody request) {
      return this.request.incoming(request, authorization, script);
    }

    /**
     * Only once: the thread that records the call is the one that may respond to it.
     *
     * @return false if it is recorded already
     */
    boolean record(ByteString body, Answer answer) {
      boolean first = recorded.compareAndSet(false, true);
      if (first) {
        shared.inbox().add(request.exchange(connection, headers, body, answer));
        headers = List.of(); // a rejected call may stay in memory for a while
      }
      return first;
    }
  }

  /**
   * Removes the name of an encoding that is not supported: gRPC's own response to it does not say
   * which ones are.
   */
  private static String takeUnknownEncoding(Metadata metadata) {
    String encoding = metadata.get(ENCODING);
    if (encoding == null || encoding.equals("gzip") || encoding.equals("identity")) {
      return null;
    }
    metadata.discardAll(ENCODING);
    return encoding;
  }

  private static StatusRuntimeException unsupported(String encoding) {
    Metadata trailers = new Metadata();
    trailers.put(SUPPORTED_ENCODINGS, "gzip,identity");
    return Status.UNIMPLEMENTED
        .withDescription(
            "grpc-encoding "
                + HttpStatusException.cut(encoding)
                + " is not supported; use gzip, or send messages uncompressed")
        .asRuntimeException(trailers);
  }

  private static Signal signal(String method) {
    for (Signal candidate : Signal.values()) {
      if (candidate.method().getFullMethodName().equals(method)) {
        return candidate;
      }
    }
    return null;
  }

  /** The names and values together. */
  private static int bytes(Metadata metadata) {
    int bytes = 0;
    for (String name : metadata.keys()) {
      if (name.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
        for (byte[] value :
            metadata.getAll(Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER))) {
          bytes += name.length() + value.length;
        }
      } else {
        for (String value :
            metadata.getAll(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER))) {
          bytes += name.length() + value.length();
        }
      }
    }
    return bytes;
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

  /**
   * A message as bytes, or why it cannot be read: if a marshaller threw an exception, the reason
   * would not reach the sender.
   *
   * @param problem null if there is none
   */
  private record Received(byte[] bytes, StatusRuntimeException problem) {}

  private enum Requests implements MethodDescriptor.Marshaller<Received> {
    INSTANCE;

    @Override
    public Received parse(InputStream stream) {
      try {
        return new Received(bytes(stream, CALL.get().request.share), null);
      } catch (Budget.Spent e) {
        return new Received(NOTHING, busy(e));
      } catch (StatusRuntimeException e) {
        return new Received(NOTHING, e);
      } catch (IOException e) {
        String reason = "the message is not valid gzip: " + e.getMessage();
        return new Received(NOTHING, Status.INTERNAL.withDescription(reason).asRuntimeException());
      }
    }

    private static byte[] bytes(InputStream stream, Budget.Share share)
        throws IOException, Budget.Spent {
      if (stream instanceof KnownLength) { // all but a compressed message
        share.take(stream.available());
        byte[] bytes = new byte[stream.available()];
        stream.readNBytes(bytes, 0, bytes.length);
        return bytes;
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      byte[] piece = new byte[PIECE];
      for (int more = stream.read(piece); more >= 0; more = stream.read(piece)) {
        share.take(2L * more); // it is copied as it grows
        bytes.write(piece, 0, more);
      }
      return bytes.toByteArray();
    }

    @Override
    public InputStream stream(Received value) {
      throw new UnsupportedOperationException("only senders write requests");
    }
  }

  private enum Responses implements MethodDescriptor.Marshaller<byte[]> {
    INSTANCE;

    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      throw new UnsupportedOperationException("only senders read responses");
    }
  }
}
